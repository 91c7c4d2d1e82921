"""Questions about charges: prices, stays and what they come to, what is owed."""

from apps.billing.selectors.stays import NobodyPays, Stay, accrued, storage_line
from apps.billing.selectors.tariffs import NoTariff, PriceBook, version_of, versions_of, whole

__all__ = [
    "NoTariff",
    "NobodyPays",
    "PriceBook",
    "Stay",
    "accrued",
    "storage_line",
    "version_of",
    "versions_of",
    "whole",
]
