"""What a train's papers say, in the language that is active and in the site's time."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.calls.board import moment
from apps.common.figures import figure
from apps.common.paper import Column, Paper, Table
from apps.trains.models import TrainVisit, Wagon
from apps.trains.selectors.loading import plan_of
from apps.trains.selectors.papers import OnPaper, Told, leaving_on, standing_on, told_of, wagons_in
from terminal.lifecycle import ON_SITE, LoadPlanState, Phase

GONE: Final = (Phase.DEPARTED, Phase.CLOSED)


def wagon_list(train: TrainVisit, *, planned: bool = False) -> Paper:
    """Its wagons in their order with what stands on them now, or what will by the approved plan."""
    wagons = wagons_in(train)
    on_wagon: dict[int, list[OnPaper]] = defaultdict(list)
    for box in leaving_on(train) if planned else standing_on(train):
        on_wagon[box.wagon.pk].append(box)
    rows = [_wagon(wagon, on_wagon[wagon.pk]) for wagon in wagons]
    name = _("Wagon list")
    return _paper(
        train,
        f"{name} {train.call.number} – {_which(train, planned=planned)}",
        [Table(_wagon_columns(), rows, _("Its consist has not come."))],
        _wagon_totals(wagons, [box for boxes in on_wagon.values() for box in boxes]),
    )


def load_list(train: TrainVisit) -> Paper:
    """The boxes it leaves with, wagon by wagon, and how many go where."""
    boxes = leaving_on(train)
    told = told_of(each.visit for each in boxes)
    rows = [_box(turn, box, told[box.visit.pk]) for turn, box in enumerate(boxes, start=1)]
    tables = [Table(_box_columns(), rows, _("No box is loaded on it, and none is planned on it."))]
    if boxes:
        tables.append(Table(_destination_columns(), _by_destination(boxes)))
    name = _("Load list")
    return _paper(train, f"{name} {train.call.number} – {_what_leaves(train)}", tables, [])


def _paper(train: TrainVisit, title: str, tables: list[Table], totals: list[tuple[str, str]]) -> Paper:
    call = train.call
    facts = [
        (_("Train"), f"{call.number} · {train.service.name if train.service else call.carrier or '–'}"),
        (_("Phase"), str(call.get_phase_display())),
        (_("Arrival"), _at(call.arrived_at, call.estimated_arrival_at, call.scheduled_arrival_at)),
        (_("Departure"), _at(call.departed_at, call.estimated_departure_at, call.scheduled_departure_at)),
    ]
    terminal = call.terminal
    return Paper(title, terminal.name, terminal.zone.key, facts, tables, totals)


def _at(*times: object) -> str:
    """The firmest time there is, and which it is."""
    words = (_("actual"), _("estimated"), _("planned"))
    return next((f"{moment(time)} ({word})" for time, word in zip(times, words, strict=True) if time), "–")  # type: ignore[arg-type] # times of a call


def _which(train: TrainVisit, *, planned: bool) -> str:
    if planned:
        return _("as it leaves, by the approved plan")
    if train.call.phase in GONE:
        return _("as it left")
    return _("what stands on it now") if train.call.phase in ON_SITE else _("as it was announced")


def _what_leaves(train: TrainVisit) -> str:
    if train.call.phase in GONE:
        return _("as it left")
    if plan_of(train, LoadPlanState.APPROVED) is None:
        return _("what is loaded so far; no plan is approved")
    return _("what is loaded, and what is to be by the approved plan")


def _wagon_columns() -> list[Column]:
    return [
        Column(_("no."), 9, figures=True),
        Column(_("wagon"), 34),
        Column(_("type"), 17),
        Column(_("tare, kg"), 17, figures=True),
        Column(_("length, m"), 16, figures=True),
        Column(_("axles"), 12, figures=True),
        Column(_("boxes on it"), 64),
        Column(_("gross, kg"), 21, figures=True),
    ]


def _wagon(wagon: Wagon, boxes: list[OnPaper]) -> list[str]:
    return [
        str(wagon.sequence),
        f"{wagon.number} {wagon.scheme}",
        wagon.wagon_type or "–",
        _figure(wagon.tare_kg),
        _figure(wagon.length_m, 2),
        str(wagon.axles),
        "\n".join(_short(box) for box in boxes) or "–",
        _figure(_sum([wagon.tare_kg, *(box.visit.gross_kg for box in boxes)])),
    ]


def _short(box: OnPaper) -> str:
    weight = f"{figure(box.visit.gross_kg)} kg" if box.visit.gross_kg else "– kg"
    to_load = f" · {_('planned')}" if box.planned else ""
    return f"{box.place}: {box.visit.container.number} {box.visit.size_type} · {weight}{to_load}"


def _wagon_totals(wagons: list[Wagon], boxes: list[OnPaper]) -> list[tuple[str, str]]:
    tares = [wagon.tare_kg for wagon in wagons]
    return [
        (_("Wagons"), str(len(wagons))),
        (_("Length, m"), _total([wagon.length_m for wagon in wagons], 2)),
        (_("Tare, kg"), _total(tares)),
        (_("Gross, kg"), _total([*tares, *(box.visit.gross_kg for box in boxes)])),
        (_("Boxes"), str(len(boxes))),
        ("TEU", figure(_teu(boxes), 2)),
    ]


def _box_columns() -> list[Column]:
    return [
        Column(_("no."), 9, figures=True),
        Column(_("container"), 25),
        Column(_("size-type"), 15),
        Column(_("gross, kg"), 22, figures=True),
        Column(_("seals"), 27),
        Column(_("destination"), 20),
        Column(_("dangerous goods"), 25),
        Column(_("wagon / place"), 26),
        Column(_("state"), 21),
    ]


def _box(turn: int, box: OnPaper, told: Told) -> list[str]:
    visit = box.visit
    return [
        str(turn),
        visit.container.number,
        visit.size_type,
        _figure(visit.gross_kg) + (" VGM" if told.verified else ""),
        ", ".join(seal.number for seal in told.seals) or "–",
        visit.destination or "–",
        ", ".join(str(each) for each in told.hazards) or "–",
        f"{box.wagon.number} / {box.place}",
        _("planned") if box.planned else _("loaded"),
    ]


def _destination_columns() -> list[Column]:
    return [
        Column(_("destination"), 40),
        Column(_("boxes"), 28, figures=True),
        Column("TEU", 20, figures=True),
        Column(_("gross, kg"), 60, figures=True),
    ]


def _by_destination(boxes: list[OnPaper]) -> list[list[str]]:
    going: dict[str, list[OnPaper]] = defaultdict(list)
    for box in boxes:
        going[box.visit.destination].append(box)
    rows = [_group(where or "–", going[where]) for where in sorted(going)]
    return [*rows, _group(pgettext("of all boxes", "total"), boxes)]


def _group(name: str, boxes: list[OnPaper]) -> list[str]:
    return [name, str(len(boxes)), figure(_teu(boxes), 2), _total([box.visit.gross_kg for box in boxes])]


def _teu(boxes: Iterable[OnPaper]) -> Decimal:
    return sum((box.visit.container.teu for box in boxes), Decimal(0))


Number = Decimal | int | None


def _sum(values: Iterable[Number]) -> Decimal | None:
    """None where one of them is not known."""
    known = list(values)
    return None if None in known else sum((Decimal(each) for each in known if each is not None), Decimal(0))


def _figure(value: Number, places: int = 0) -> str:
    return "–" if value is None else figure(value, places)


def _total(values: Iterable[Number], places: int = 0) -> str:
    """The sum; where some are not known, the sum of the others and how many those are."""
    every = list(values)
    unknown = every.count(None)
    known = figure(sum((Decimal(each) for each in every if each is not None), Decimal(0)), places)
    if not unknown:
        return known
    return _("at least %(known)s; not known of %(unknown)s") % {"known": known, "unknown": unknown}
