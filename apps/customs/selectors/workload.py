"""How much work lies at each office, how much it was given lately, and how long a declaration is expected to take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, FloatField, Sum, Value, When

from apps.customs.models import Declaration, ExpectedMinutes, Office
from apps.customs.selectors.opening import opening_of_house
from apps.network.models import Terminal
from terminal.customs.opening import working_days_before
from terminal.customs.workload import LATELY_DAYS, SHARE_LEFT, Load, expected_minutes

LEFT = Case(
    *(When(status=status.value, then=Value(share)) for status, share in SHARE_LEFT.items()),
    default=Value(0.0),
    output_field=FloatField(),
)
"""The share of a declaration's work that is still to do."""


@dataclass(frozen=True, slots=True)
class OfficeLoad:
    """One office and what lies there: ``length`` declarations, and ``load`` in minutes."""

    office: Office
    length: int
    load: Load

    @property
    def remaining(self) -> float:
        """Minutes of work left."""
        return self.load.remaining

    @property
    def given(self) -> float:
        """Minutes given in the last 20 working days."""
        return self.load.given


def loads(terminal: Terminal, at: datetime) -> list[OfficeLoad]:
    """Every office in service that takes declarations, by code, with what lies there now. Three questions."""
    offices = list(Office.objects.filter(terminal=terminal, clears=True, active=True).order_by("code"))
    left, given = _left(terminal), given_lately(terminal, at)
    return [
        OfficeLoad(each, *_of(left.get(each.pk), Load(each.code, 0.0, float(given.get(each.pk, 0)))))
        for each in offices
    ]


def _of(found: tuple[int, float] | None, load: Load) -> tuple[int, Load]:
    length, remaining = found or (0, 0.0)
    return length, Load(load.code, remaining, load.given)


def _left(terminal: Terminal) -> dict[int, tuple[int, float]]:
    """How many declarations with work left lie at each office, and how many minutes of it."""
    rows = Declaration.objects.filter(terminal=terminal, status__in=[each.value for each in SHARE_LEFT])
    counted = rows.order_by().values("office_id").annotate(n=Count("pk"), minutes=Sum(LEFT * F("expected_minutes")))
    return {row["office_id"]: (row["n"], row["minutes"]) for row in counted}


def given_lately(terminal: Terminal, at: datetime) -> dict[int, int]:
    """Minutes of work given to each office in the last 20 working days of the house, done or not."""
    since = working_days_before(opening_of_house(terminal, at), at, LATELY_DAYS)
    rows = Declaration.objects.filter(terminal=terminal, submitted_at__gte=since).order_by()
    return {row["office_id"]: row["n"] for row in rows.values("office_id").annotate(n=Sum("expected_minutes"))}


def mean_given(of: Sequence[OfficeLoad]) -> float:
    """The minutes given to an office on average."""
    return sum(each.given for each in of) / len(of) if of else 0.0


def minutes_known(terminal: Terminal, channel: str) -> Mapping[tuple[str, str], int]:
    """What is learned or set of the channel's work, by regime."""
    rows = ExpectedMinutes.objects.filter(terminal=terminal, channel=channel)
    return {(row.regime, row.channel): row.minutes for row in rows}


def minutes_expected(terminal: Terminal, regime: str, channel: str) -> int:
    """How long a declaration of the regime keeps its office busy in the channel; in none ("") as the mean does."""
    known = minutes_known(terminal, channel) if channel else {}
    return expected_minutes(regime, channel, known)
