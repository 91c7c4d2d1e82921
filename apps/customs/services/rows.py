"""Declarations, locked. Visits, inspections, lots and guarantees are locked after them."""

from typing import Final

from django.db.models import QuerySet

from apps.common.locks import lock_then_read
from apps.customs.models import Declaration

READ_WITH: Final = ("terminal", "declarant", "broker", "office__terminal", "call")


def locked(declaration: Declaration) -> Declaration:
    """The declaration as it is now, locked."""
    return _locked(declaration).get()


def lock_in_hand(declaration: Declaration) -> None:
    """Lock the declaration, and bring the one in hand up to date."""
    declaration.refresh_from_db(from_queryset=_locked(declaration))


def _locked(declaration: Declaration) -> QuerySet[Declaration]:
    """See Note [Locked alone]."""
    return lock_then_read(Declaration.objects.select_related(*READ_WITH).filter(pk=declaration.pk), no_key=True)
