"""What the papers of the demo's boxes say of what is in them: dangerous goods, so that they can be kept apart, and the
temperature a reefer keeps, so that it gets a plug."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import Q

from apps.containers import services as containers
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.equipment import SizeType
from terminal.lifecycle import VisitState
from terminal.reefers import Reading
from terminal.regimes import Goods

HELD: Final = (("1268", "3"), ("1993", "3"), ("1760", "8"), ("2810", "6.1"), ("3082", "9"))
"""UN number and class: petroleum products, flammable, corrosive and toxic liquids, what harms water."""
KEPT_AT: Final = tuple(map(Decimal, ("-18.0", "-20.0", "2.0", "4.0", "13.0")))
"""°C of frozen and of chilled goods, and of fruit."""

Told = Callable[[Visit], containers.NewNote]


def told_of(number: str, size_type: str, goods: Goods) -> list[Told]:
    """What the papers of a laden box say: the same for a box each time the demo is loaded."""
    if goods is Goods.DANGEROUS_GOODS:
        un_number, imdg_class = dangerous_goods(number)
        return [lambda visit: containers.NewHazard(visit=visit, un_number=un_number, imdg_class=imdg_class)]
    if goods is Goods.REEFER and SizeType.parse(size_type).is_reefer:
        celsius, reading = set_point(number), Reading.SET_POINT
        return [lambda visit: containers.NewTemperature(visit=visit, celsius=celsius, reading=reading)]
    return []


def dangerous_goods(number: str) -> tuple[str, str]:
    """UN number and class of what is in the box of that number."""
    return HELD[int(number[4:10]) % len(HELD)]


def set_point(number: str) -> Decimal:
    """At what the reefer of that number is kept, °C."""
    return KEPT_AT[int(number[4:10]) % len(KEPT_AT)]


def note_papers(terminal: Terminal, *, by: Actor, at: datetime) -> int:
    """Note what is in every laden box that is here or to come and of which nobody told; how many notes that makes."""
    here = Visit.objects.filter(terminal=terminal, state__in=[VisitState.ADVISED.value, VisitState.ACTIVE.value])
    dangerous = Q(goods=Goods.DANGEROUS_GOODS.value, hazards=None)
    untold = here.exclude(laden=False).filter(dangerous | Q(goods=Goods.REEFER.value, temperatures=None))
    visits = untold.select_related("container").order_by("pk")
    notes = [
        note(visit)
        for visit in visits
        for note in told_of(visit.container.number, visit.container.size_type, Goods(visit.goods))
    ]
    containers.note(notes, by=by, at=at)
    return len(notes)
