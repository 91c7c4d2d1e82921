"""Declarations, locked. Visits, inspections, lots and guarantees are locked after them.

# Note [Locked alone]
A row that is locked together with rows joined to it is not found when one of those was exchanged while the lock was
waited for: a declaration that is handed over meanwhile would be none. So it is locked by itself, then read.
"""

from typing import Final

from apps.customs.models import Declaration

READ_WITH: Final = ("terminal", "declarant", "broker", "office__terminal", "call")


def locked(declaration: Declaration) -> Declaration:
    """The declaration as it is now, locked."""
    _lock(declaration)
    return Declaration.objects.select_related(*READ_WITH).get(pk=declaration.pk)


def lock_in_hand(declaration: Declaration) -> None:
    """Lock the declaration, and bring the one in hand up to date."""
    _lock(declaration)
    declaration.refresh_from_db(from_queryset=Declaration.objects.select_related(*READ_WITH))


def _lock(declaration: Declaration) -> None:
    """See Note [Locked alone]."""
    Declaration.objects.select_for_update(no_key=True).filter(pk=declaration.pk).values_list("pk").get()
