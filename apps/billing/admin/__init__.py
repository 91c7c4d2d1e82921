"""The pages of charges: prices, boxes' storage, charges, invoices and what came of them, statements."""

from apps.billing.admin.accounts import PauseAdmin, StorageAccountAdmin
from apps.billing.admin.charges import ChargeLineAdmin
from apps.billing.admin.invoices import CreditNoteAdmin, DisputeAdmin, InvoiceAdmin, PaymentAdmin
from apps.billing.admin.statements import StatementAdmin
from apps.billing.admin.tariffs import CalendarYearAdmin, TariffAdmin, TariffVersionAdmin

__all__ = [
    "CalendarYearAdmin",
    "ChargeLineAdmin",
    "CreditNoteAdmin",
    "DisputeAdmin",
    "InvoiceAdmin",
    "PauseAdmin",
    "PaymentAdmin",
    "StatementAdmin",
    "StorageAccountAdmin",
    "TariffAdmin",
    "TariffVersionAdmin",
]
