"""The demo week by the terminal's own services: what is over is imported, what is here arrives, the rest is planned."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from apps.calls import services as calls
from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.containers.services.describing import Papers, describe
from apps.demo.services.papers import note_papers
from apps.demo.services.train import bring_train
from apps.demo.story import BoxStay, Story, Vehicle, When, read
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.tracking.models import FlowImport
from apps.tracking.services import import_flow
from apps.trains import services as trains
from apps.trains.models import TrainService
from apps.yard import services as yard
from terminal.lifecycle import Position, VisitState
from terminal.regimes import Direction, Goods, Regime
from terminal.throughput import Mode

BY = Actor.itself("demo")
FLOW = Path(settings.ROOT) / "fixtures" / "demo" / "flow.csv"
SHIPPERS = ("tianshan-trading", "steppe-grain", "altyn-metals", "haizhou-home")
REGIMES = {Direction.INBOUND: Regime.IMPORT, Direction.OUTBOUND: Regime.EXPORT, Direction.THROUGH: Regime.TRANSIT}
NOTICE = timedelta(days=2)
FILE_NAME = "demo-week.csv"
Said = Callable[[str], None]


@transaction.atomic
def tell(terminal: Terminal, *, at: datetime, say: Said) -> Story:
    """Load the week around ``at``. Everything later than ``at`` is planned or estimated, never actual."""
    story = read(FLOW, now=at, zone=terminal.zone)
    say(f"  {len(story.stays)} stays of {len({stay.number for stay in story.stays})} boxes; what is over is imported")
    _import_past(terminal, story, at)
    say("  calls that are here or to come are announced, with what they bring")
    known = _announce(terminal, story, at)
    visits = _advise(terminal, story, known, at)
    visits |= _describe(terminal, story, known, at)
    say("  carriers arrive, boxes come off and find their cells")
    _arrive(story, known, visits, at)
    note_papers(terminal, by=BY, at=at)
    yard.ground(list(Visit.objects.filter(terminal=terminal).in_yard().filter(standing=None)), by=BY, at=at)
    return story


def _import_past(terminal: Terminal, story: Story, at: datetime) -> None:
    """Stays whose vehicle has come and gone, as another system would report them."""
    file = io.StringIO(newline="")
    over = [stay for stay in story.stays if stay.by.when(at) is When.GONE]
    writer = csv.DictWriter(file, fieldnames=list(over[0].row))
    writer.writeheader()
    writer.writerows(_reported(stay, at) for stay in over)
    sheet = io.BytesIO(file.getvalue().encode())
    sheet.name = FILE_NAME
    report = import_flow(file=sheet, terminal=terminal, by=BY, at=at)
    if not report.accepted:
        raise RuntimeError("\n".join(str(problem) for problem in report.problems[:10]))


def _reported(stay: BoxStay, at: datetime) -> dict[str, str]:
    row = {**stay.row, "in_at": stay.in_at.isoformat()}
    if stay.on.when(at) is When.GONE:
        return {**row, "out_at": stay.out_at.isoformat()}
    return {**row, "out_at": "", "out_mode": "", "out_vehicle": ""}


def _announce(terminal: Terminal, story: Story, at: datetime) -> dict[str, Call]:
    """The calls of every vehicle that is here or to come, by its reference in the story."""
    coming = [vehicle for vehicle in story.vehicles if vehicle.when(at) is not When.GONE]
    others = [vehicle for vehicle in coming if vehicle.mode is not Mode.RAIL]
    announced = calls.announce_calls(
        [
            calls.NewCall(
                terminal=terminal,
                mode=vehicle.mode,
                number=vehicle.ref,
                scheduled_arrival_at=vehicle.comes_at,
                scheduled_departure_at=vehicle.leaves_at,
            )
            for vehicle in others
        ],
        by=BY,
        at=at - NOTICE,
    )
    known = {vehicle.ref: call for vehicle, call in zip(others, announced, strict=True)}
    services = list(TrainService.objects.filter(terminal=terminal).order_by("code"))
    for place, vehicle in enumerate(each for each in coming if each.mode is Mode.RAIL):
        train = trains.announce_train(
            terminal=terminal,
            number=vehicle.ref,
            service=services[place % len(services)],
            scheduled_arrival_at=vehicle.comes_at,
            scheduled_departure_at=vehicle.leaves_at,
            by=BY,
            at=at - NOTICE,
        )
        known[vehicle.ref] = train.call
    return known


def shipper_of(number: str) -> str:
    """The demo's shipper of a box: the same for each of its visits."""
    return SHIPPERS[int(number[4:10]) % len(SHIPPERS)]


def regime_of(stay: BoxStay) -> Regime:
    """Empties come and go as means of transport (temporary admission); the rest by their direction."""
    return REGIMES[stay.direction] if stay.laden else Regime.TEMPORARY


def _advise(terminal: Terminal, story: Story, known: dict[str, Call], at: datetime) -> dict[int, Visit]:
    parties = {party.code: party for party in Party.objects.filter(code__in=SHIPPERS)}
    coming = [stay for stay in story.stays if stay.by.when(at) is not When.GONE]
    rows = containers.advise(
        [
            containers.Advice(
                terminal=terminal,
                number=stay.number,
                size_type=stay.row["size_type"],
                laden=stay.laden,
                goods=Goods(stay.row["goods"]),
                gross_kg=int(stay.row["gross_kg"]),
                destination=stay.row["destination"],
                regime=regime_of(stay),
                direction=stay.direction,
                arrival_call=known[stay.by.ref],
                departure_call=known.get(stay.on.ref),  # a truck may be gone while the ship it came for is here
                roles=[(parties[shipper_of(stay.number)], "shipper")],
                references=[("own", f"PO-{stay.number[4:10]}")],
            )
            for stay in coming
        ],
        by=BY,
        at=at - NOTICE,
    )
    return {id(stay): visit for stay, visit in zip(coming, rows, strict=True)}


def _describe(terminal: Terminal, story: Story, known: dict[str, Call], at: datetime) -> dict[int, Visit]:
    """What papers add to the imported boxes that still stand here: regime, way, whose they are, what they leave by."""
    stays = {stay.number: stay for stay in story.stays if stay.by.when(at) is When.GONE and stay.on.ref in known}
    standing = Visit.objects.filter(terminal=terminal, state=VisitState.ACTIVE.value).select_related("container")
    pairs = [(stays[visit.container.number], visit) for visit in standing]
    describe([_papers(stay, visit, known) for stay, visit in pairs], by=BY, at=at)
    parties = {party.code: party for party in Party.objects.filter(code__in=SHIPPERS)}
    for stay, visit in pairs:
        containers.give_role(visit, parties[shipper_of(stay.number)], "shipper", by=BY, at=stay.in_at)
    return {id(stay): visit for stay, visit in pairs}


def _papers(stay: BoxStay, visit: Visit, known: dict[str, Call]) -> Papers:
    return Papers(visit=visit, regime=regime_of(stay), direction=stay.direction, departure_call=known[stay.on.ref])


def _arrive(story: Story, known: dict[str, Call], visits: dict[int, Visit], at: datetime) -> None:
    for vehicle in story.vehicles:
        if vehicle.when(at) is not When.HERE:
            continue
        if vehicle.mode is Mode.RAIL:
            bring_train(vehicle, known[vehicle.ref].train, visits, by=BY, at=at)
        else:
            _come(vehicle, known[vehicle.ref], visits, at)


def _come(vehicle: Vehicle, call: Call, visits: dict[int, Visit], at: datetime) -> None:
    calls.arrive(call, by=BY, at=vehicle.comes_at)
    calls.start_work(call, by=BY, at=vehicle.comes_at)
    for stay in _in_order(vehicle.brings, at):
        arrived = containers.Arrived(visits[id(stay)], Position.IN_YARD, call)
        containers.arrive_visits([arrived], by=BY, at=stay.in_at)


def _in_order(stays: Iterable[BoxStay], at: datetime) -> list[BoxStay]:
    return sorted((stay for stay in stays if stay.in_at <= at), key=lambda stay: stay.in_at)


def is_told(terminal: Terminal) -> bool:
    """Whether the week was loaded before."""
    return FlowImport.objects.filter(terminal=terminal, file__name=FILE_NAME).exists()
