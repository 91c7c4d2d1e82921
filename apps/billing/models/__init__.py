"""What is asked for storage and work, by which tariff, who paid it, and what was disputed."""

from apps.billing.models.accounts import FreeTimeNotice, Pause, StorageAccount
from apps.billing.models.invoices import (
    Allocation,
    CreditedLine,
    CreditNote,
    Dispute,
    Document,
    Invoice,
    Payment,
    Series,
)
from apps.billing.models.lines import ChargeLine
from apps.billing.models.statements import Statement
from apps.billing.models.tariffs import (
    CalendarYear,
    CountedCalendar,
    FreeTimeRule,
    PieceRate,
    Tariff,
    TariffVersion,
    TierRule,
    plain,
)
from terminal.money import major, minor, money

__all__ = [
    "Allocation",
    "CalendarYear",
    "ChargeLine",
    "CountedCalendar",
    "CreditNote",
    "CreditedLine",
    "Dispute",
    "Document",
    "FreeTimeNotice",
    "FreeTimeRule",
    "Invoice",
    "Pause",
    "Payment",
    "PieceRate",
    "Series",
    "Statement",
    "StorageAccount",
    "Tariff",
    "TariffVersion",
    "TierRule",
    "major",
    "minor",
    "money",
    "plain",
]
