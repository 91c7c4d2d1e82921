"""EDIFACT in the admin: with whom, and every interchange with what became of it."""

from apps.edi.admin.interchanges import InterchangeAdmin
from apps.edi.admin.partners import PartnerAdmin

__all__ = ["InterchangeAdmin", "PartnerAdmin"]
