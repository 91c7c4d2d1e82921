"""When customs is expected to be done with what it was asked."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import F, Sum

from apps.customs.models import Declaration, Officer
from apps.customs.selectors.opening import opening_of
from apps.customs.selectors.workload import LEFT
from apps.network.models import Terminal
from apps.parties.rows import everybodys_rows
from terminal.customs.opening import after_working
from terminal.customs.workload import SHARE_LEFT
from terminal.lifecycle import DeclarationStatus

_S = DeclarationStatus
AT_OTHERS: Final = frozenset({_S.QUERY, _S.REFERRED})
"""Who has it now is not customs: nobody can say how long that takes."""

AT_CUSTOMS: Final = sorted(each.value for each in SHARE_LEFT if each not in AT_OTHERS)


@everybodys_rows()
def expected_answers(terminal: Terminal, numbers: Collection[str], at: datetime) -> dict[str, datetime | None]:
    """When each declaration is expected to be decided, by its number; None where nobody can say.

    What was handed in before it at its office is done first, by as many officers as decide there, in its hours.
    """
    asked = Declaration.objects.filter(terminal=terminal, number__in=numbers, status__in=AT_CUSTOMS)
    rows = asked.filter(submitted_at__isnull=False).select_related("office__terminal").order_by("pk")
    return {row.number: _expected(row, at) for row in rows}


def _expected(row: Declaration, at: datetime) -> datetime | None:
    if not row.office.active:
        return None
    before = Declaration.objects.filter(office=row.office, status__in=AT_CUSTOMS, submitted_at__lte=row.submitted_at)
    minutes = before.aggregate(minutes=Sum(LEFT * F("expected_minutes")))["minutes"] or 0.0
    own = SHARE_LEFT[_S(row.status)] * row.expected_minutes
    officers = Officer.objects.filter(office=row.office).exclude(role=Officer.Role.INSPECTOR).count()
    return after_working(opening_of(row.office, at), at, max(own, minutes / max(1, officers)))
