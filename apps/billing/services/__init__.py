"""Everything that changes the rows of charges.

Locks: a visit before its account, accounts (in the order of their numbers) before charge lines; invoices before
payments before accounts; the series of numbers last. Tariffs are held FOR SHARE by whoever charges by them.
"""

from apps.billing.selectors import NobodyPays, NoTariff
from apps.billing.services.accounts import (
    SettledThrough,
    StorageIsClosed,
    YearsAway,
    guarantee_through,
    name_payer,
    open_accounts,
    override_last_free_day,
    refresh_accounts,
)
from apps.billing.services.charging import (
    ChargedThrough,
    ClockHasNotStarted,
    StandsStill,
    charge_departed,
    charge_visit,
)
from apps.billing.services.crediting import Credit, CreditsTooMuch, NotOnThisInvoice, credit, credit_all
from apps.billing.services.disputing import AlreadyDisputed, NothingLeft, NotInvoiced, dispute, reject, uphold
from apps.billing.services.invoicing import NothingToInvoice, OthersCharges, invoice, invoice_parties
from apps.billing.services.lines import ChargedAlready
from apps.billing.services.noticing import announce_last_free_days
from apps.billing.services.pausing import PauseIsOver, end_pause, start_pause, withdraw_pause
from apps.billing.services.paying import (
    FinerThanMoney,
    NotAnAmount,
    OthersInvoice,
    PaidAlready,
    PaymentUsedUp,
    PaysTooMuch,
    Share,
    allocate,
    pay,
)
from apps.billing.services.rows import PayerReadsWhy
from apps.billing.services.stating import MonthIsNotOver, NothingToState, state_month, state_months
from apps.billing.services.warehouse import (
    AreaIsHeld,
    NotTheirTerminal,
    charge_booking,
    charge_bookings,
    charge_by_the_piece,
    charge_extra_work,
    charge_goods,
    charge_packages,
)
from apps.billing.services.withdrawing import LaterDaysAreCharged, OnAPaper, withdraw

__all__ = [
    "AlreadyDisputed",
    "AreaIsHeld",
    "ChargedAlready",
    "ChargedThrough",
    "ClockHasNotStarted",
    "Credit",
    "CreditsTooMuch",
    "FinerThanMoney",
    "LaterDaysAreCharged",
    "MonthIsNotOver",
    "NoTariff",
    "NobodyPays",
    "NotAnAmount",
    "NotInvoiced",
    "NotOnThisInvoice",
    "NotTheirTerminal",
    "NothingLeft",
    "NothingToInvoice",
    "NothingToState",
    "OnAPaper",
    "OthersCharges",
    "OthersInvoice",
    "PaidAlready",
    "PauseIsOver",
    "PayerReadsWhy",
    "PaymentUsedUp",
    "PaysTooMuch",
    "SettledThrough",
    "Share",
    "StandsStill",
    "StorageIsClosed",
    "YearsAway",
    "allocate",
    "announce_last_free_days",
    "charge_booking",
    "charge_bookings",
    "charge_by_the_piece",
    "charge_departed",
    "charge_extra_work",
    "charge_goods",
    "charge_packages",
    "charge_visit",
    "credit",
    "credit_all",
    "dispute",
    "end_pause",
    "guarantee_through",
    "invoice",
    "invoice_parties",
    "name_payer",
    "open_accounts",
    "override_last_free_day",
    "pay",
    "refresh_accounts",
    "reject",
    "start_pause",
    "state_month",
    "state_months",
    "uphold",
    "withdraw",
    "withdraw_pause",
]
