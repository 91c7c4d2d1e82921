"""A yard that fills and empties on demand, so that a person sees the capacity alert come and go.

The boxes are domestic and told as late reports: they came by road over the last week, and on clearing they had left
again the same day. So the yard is full or not full *now*, while no single day exceeds what the terminal is rated for.
"""

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from apps.containers import services as containers
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.yard import services as yard
from terminal.identifiers import check_digit
from terminal.lifecycle import VisitState
from terminal.readiness import Step
from terminal.regimes import Direction, Regime

BY = Actor.itself("demo")
OWNER = "LBDU"
FULL = Decimal("0.88")
DAYS = 7
Said = Callable[[str], None]


def standing_teu(terminal: Terminal) -> Decimal:
    """TEU in the yard now."""
    total: Decimal | None = (
        Visit.objects.filter(terminal=terminal).in_yard().aggregate(teu=Sum("container__teu"))["teu"]
    )
    return total or Decimal(0)


@transaction.atomic
def fill(terminal: Terminal, *, at: datetime, say: Said) -> int:
    """Bring the yard to 88 % of its operating capacity; how many boxes that took."""
    missing = FULL * terminal.operating_capacity_teu - standing_teu(terminal)
    boxes = max(0, int((missing / 2).to_integral_value(rounding="ROUND_CEILING")))
    numbers = list(itertools.islice(_free_numbers(terminal), boxes))
    for day, batch in enumerate(_split(numbers, DAYS), 1):
        say(f"  {len(batch)} boxes that came {DAYS + 1 - day} days ago")
        _come(terminal, batch, at - timedelta(days=DAYS + 1 - day), at)
    return boxes


@transaction.atomic
def clear(terminal: Terminal, *, at: datetime, say: Said) -> int:
    """Take away every box that ``fill`` brought, the last to come first, for it stands on top; how many those were."""
    standing = Visit.objects.filter(
        terminal=terminal, state=VisitState.ACTIVE.value, container__number__startswith=OWNER
    ).order_by("pk")
    boxes = list(standing.select_related("container"))
    for came, batch in itertools.groupby(sorted(boxes, key=_since, reverse=True), _since):
        leaving = list(batch)
        say(f"  {len(leaving)} boxes of {came:%d %B} had left the same day")
        containers.leave_visits(leaving, step=Step.GATE_OUT, by=BY, at=came + timedelta(minutes=30))
    return len(boxes)


def _since(visit: Visit) -> datetime:
    """A standing box has arrived."""
    return visit.arrived_at or visit.advised_at


def _come(terminal: Terminal, numbers: list[str], came: datetime, at: datetime) -> None:
    advice = [
        containers.Advice(
            terminal=terminal,
            number=number,
            size_type="42G1",
            laden=True,
            gross_kg=21_000,
            regime=Regime.DOMESTIC,
            direction=Direction.OUTBOUND,
        )
        for number in numbers
    ]
    visits = containers.advise(advice, by=BY, at=came)
    containers.arrive_visits([containers.Arrived(visit) for visit in visits], by=BY, at=came)
    yard.ground(visits, by=BY, at=at)


def _free_numbers(terminal: Terminal) -> Iterator[str]:
    """Valid container numbers of the demo's own prefix that do not stand here."""
    taken = set(
        Visit.objects.filter(
            terminal=terminal, state=VisitState.ACTIVE.value, container__number__startswith=OWNER
        ).values_list("container__number", flat=True)
    )
    for serial in range(1_000_000):
        body = f"{OWNER}{serial:06d}"
        number = f"{body}{check_digit(body)}"
        if number not in taken:
            yield number


def _split(numbers: list[str], parts: int) -> list[list[str]]:
    return [numbers[part::parts] for part in range(parts)]
