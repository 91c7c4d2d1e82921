"""A train wagon by wagon: what stands on each, what is to come off, what went on, and what is planned."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.containers.models import Visit
from apps.network.serving import served
from apps.trains.models import PlannedLoad, TrainVisit, Wagon, WagonLoad
from terminal.equipment import SizeType
from terminal.lifecycle import LoadPlanState

RIGHTS: Final = ("trains.view_trainvisit",)


@dataclass(frozen=True)
class Piece:
    """A box on a wagon, or an empty place. ``css``: came (still to come off), off, on (loaded), to-load (planned)."""

    place: int
    places: int
    css: str = ""
    visit: Visit | None = None


@dataclass(frozen=True)
class Drawn:
    """A wagon and its places from the first to the last."""

    wagon: Wagon
    pieces: list[Piece]
    gross_kg: int
    boxes: Counter[str]
    """How many of each kind it has, those at a place where another is shown among them."""

    @property
    def axles(self) -> range:
        """As many wheels as are drawn."""
        return range(self.wagon.axles)


@dataclass
class Counted:
    """How far the train is. Boxes that came off stay counted where their wagon was set out; all else is of the rest."""

    wagons: int = 0
    came: int = 0
    off: int = 0
    on: int = 0
    to_load: int = 0
    kg: int = 0


class Pictured:
    """Mixin for the page of trains: each as a picture. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.picture_view)
        return [path("<int:train>/picture/", view, name="train_picture"), *super().get_urls()]  # type: ignore[misc]

    def picture_view(self, request: HttpRequest, train: int) -> HttpResponse:
        """The train as it stands. Raises ``Http404`` for a train the reader may not know of."""
        page: Any = self
        seen = TrainVisit.objects.filter(call__terminal__in=served(request.user, *RIGHTS))
        row = seen.filter(pk=train).select_related("call__terminal", "service").first()
        if row is None:
            raise Http404
        timezone.activate(row.call.terminal.zone)
        wagons = draw(row)
        told = {
            "title": _("Train %(number)s") % {"number": row.call.number},
            "train": row,
            "wagons": wagons,
            "counted": count(wagons),
        }
        return TemplateResponse(request, "trains/picture.html", page.admin_site.each_context(request) | told)


def draw(train: TrainVisit) -> list[Drawn]:
    """The train's wagons in their order; three queries, however long it is."""
    loads: dict[int, list[tuple[int, str, Visit]]] = defaultdict(list)
    done: set[int] = set()
    for load in WagonLoad.objects.filter(wagon__train=train).select_related("visit__container"):
        css = _css(load)
        done |= {load.visit_id} if css == "on" else set()
        loads[load.wagon_id].append((load.place, css, load.visit))
    planned = PlannedLoad.objects.filter(plan__train=train, plan__state=LoadPlanState.APPROVED.value)
    for each in planned.select_related("visit__container"):
        if each.visit_id not in done:
            loads[each.wagon_id].append((each.place, "to-load", each.visit))
    wagons = Wagon.objects.filter(train=train).order_by("sequence")
    return [_drawn(wagon, loads[wagon.pk]) for wagon in wagons]


def _css(load: WagonLoad) -> str:
    if load.leg == WagonLoad.Leg.DEPARTING:
        return "on" if load.done_at else "to-load"
    return "off" if load.done_at else "came"


WEIGHT: Final = {"on": 0, "came": 1, "to-load": 2, "off": 3}
"""Of two boxes at one place the lesser is shown: what stands there before what will, and that before what did."""


def _drawn(wagon: Wagon, loads: list[tuple[int, str, Visit]]) -> Drawn:
    pieces: dict[int, Piece] = {}
    taken: set[int] = set()
    for place, css, visit in sorted(loads, key=lambda each: WEIGHT[each[1]]):
        bays = min(SizeType.parse(visit.size_type).bays, wagon.places)
        if taken.isdisjoint(range(place, place + bays)):
            pieces[place] = Piece(place, bays, css, visit)
            taken |= set(range(place, place + bays))
    for place in range(1, wagon.places + 1):
        if place not in taken:
            pieces[place] = Piece(place, 1)
    stands = [piece.visit for piece in pieces.values() if piece.css in ("on", "came")]
    kg = sum(visit.gross_kg or 0 for visit in stands if visit is not None)
    boxes = Counter(css for _place, css, _visit in loads)
    return Drawn(wagon, [pieces[place] for place in sorted(pieces)], kg, boxes)


def count(wagons: Iterable[Drawn]) -> Counted:
    """What the picture comes to."""
    told = Counted()
    for drawn in wagons:
        told.off += drawn.boxes["off"]
        if drawn.wagon.set_out_at is None:
            told.wagons += 1
            told.kg += drawn.gross_kg
            told.came += drawn.boxes["came"]
            told.on += drawn.boxes["on"]
            told.to_load += drawn.boxes["to-load"]
    return told
