"""Questions about charges: prices, stays and what they come to, what is owed."""

from apps.billing.selectors.quotes import AreaWish, BoxWish, Quote, quote
from apps.billing.selectors.stays import NobodyPays, Stay, accrued, payers, storage_line
from apps.billing.selectors.tariffs import NoTariff, PriceBook, version_of, versions_of, whole

__all__ = [
    "AreaWish",
    "BoxWish",
    "NoTariff",
    "NobodyPays",
    "PriceBook",
    "Quote",
    "Stay",
    "accrued",
    "payers",
    "quote",
    "storage_line",
    "version_of",
    "versions_of",
    "whole",
]
