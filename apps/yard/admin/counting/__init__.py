"""Counts of the yard: begun, walked with a phone or taken from a sheet, closed, and what they found cleared up."""

from apps.yard.admin.counting.cases import DiscrepancyAdmin
from apps.yard.admin.counting.counts import CountAdmin
from apps.yard.admin.counting.filters import NotVerifiedFor

__all__ = ["CountAdmin", "DiscrepancyAdmin", "NotVerifiedFor"]
