"""How visits are found: by what people read aloud, and by how long they have stood here."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.containers.models import FormerNumber, Reference, Seal, Visit
from terminal.identifiers.text import compact
from terminal.lifecycle import VisitState

DAYS: Final = (3, 7, 14, 30, 60, 90)
"""How long is long, in days."""

Finder = Callable[[str], Q]

FINDERS: Final[list[Finder]] = []
"""Further ways to find a visit by a term. Apps that lie above add theirs (a wagon is known to the trains)."""


def found_by(term: str) -> Q:
    """By a former number, a reference as it is written, a seal, or the number of a call: a train, a ship, a truck."""
    said, plain = term.strip(), compact(term)
    by_number = FormerNumber.objects.filter(container__number__startswith=plain).values("visit")
    by_reference = Reference.objects.filter(value__startswith=said).values("visit")
    by_seal = Seal.objects.filter(number__startswith=plain).values("visit")
    by_call = Q(arrival_call__number__iexact=said) | Q(departure_call__number__iexact=said)
    found = Q(pk__in=by_number) | Q(pk__in=by_reference) | Q(pk__in=by_seal) | by_call
    for finder in FINDERS:
        found |= finder(term)
    return found


class LongStayFilter(admin.SimpleListFilter):
    """Boxes that have stood here longer than so many days; the list then begins with the oldest."""

    title = _("standing longer than")
    parameter_name = "longer_than"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(days), ngettext_lazy("%(days)d day", "%(days)d days", days) % {"days": days}) for days in DAYS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {str(days) for days in DAYS}:
            return queryset
        since = timezone.now() - timedelta(days=int(self.value() or 0))
        return queryset.filter(state=VisitState.ACTIVE.value, arrived_at__lte=since)


def days_here(visit: Visit) -> int | None:
    """Whole days since the box came, until it left; None before it came."""
    if visit.arrived_at is None:
        return None
    return ((visit.departed_at or timezone.now()) - visit.arrived_at).days
