"""With whom interchanges are exchanged and how, and every interchange as it came or went."""

from apps.edi.models.interchanges import Feed, Interchange, InterchangeQuerySet
from apps.edi.models.partners import Partner, PartnerQuerySet, dialects, read_types, require_agreements, told_types

__all__ = [
    "Feed",
    "Interchange",
    "InterchangeQuerySet",
    "Partner",
    "PartnerQuerySet",
    "dialects",
    "read_types",
    "require_agreements",
    "told_types",
]
