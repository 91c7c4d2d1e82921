"""What dangerous goods the demo's boxes hold: told with the papers, so that they can be kept apart."""

from datetime import datetime
from typing import Final

from apps.containers import services as containers
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.lifecycle import VisitState
from terminal.regimes import Goods

HELD: Final = (("1268", "3"), ("1993", "3"), ("1760", "8"), ("2810", "6.1"), ("3082", "9"))
"""UN number and class: petroleum products, flammable, corrosive and toxic liquids, what harms water."""


def note_dangerous_goods(terminal: Terminal, *, by: Actor, at: datetime) -> int:
    """Note what is in every box that is here or to come and has dangerous goods nobody told of; how many they were."""
    here = Visit.objects.filter(terminal=terminal, state__in=[VisitState.ADVISED.value, VisitState.ACTIVE.value])
    untold = here.filter(goods=Goods.DANGEROUS_GOODS.value, hazards=None).exclude(laden=False)
    notes = [_note(visit) for visit in untold.select_related("container").order_by("pk")]
    containers.note(notes, by=by, at=at)
    return len(notes)


def _note(visit: Visit) -> containers.NewHazard:
    """The same goods for a box each time the demo is loaded."""
    un_number, imdg_class = HELD[int(visit.container.number[4:10]) % len(HELD)]
    return containers.NewHazard(visit=visit, un_number=un_number, imdg_class=imdg_class)
