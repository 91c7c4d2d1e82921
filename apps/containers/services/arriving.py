"""Boxes that come onto the terminal's ground."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.calls.models import Call
from apps.common.integrity import refusals
from apps.containers.models import Container, Visit
from apps.containers.services.following import customs_holds_follow
from apps.containers.services.rows import (
    bring_up_to_date,
    lock_calls,
    lock_visits,
    movement,
    refreshed,
    require_right,
)
from apps.journal.services import Happening, record_many
from apps.parties.actors import Actor
from terminal.equipment import SizeType
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import VISIT, WORKABLE, Phase, Position, VisitState
from terminal.moments import require_zone
from terminal.readiness.blockers import ON_THE_GROUND
from terminal.throughput import Mode


class AlreadyHere(Refused):
    """A box cannot arrive while another visit of it is active here."""

    message = gettext_noop("Already at the terminal, so that it cannot arrive once more: %(numbers)s.")


class StaysOverlap(Refused):
    """A box cannot have come before its last stay ended."""

    message = gettext_noop("The arrival at %(time)s lies within an earlier stay of one of these: %(numbers)s.")


class CallIsNotWorked(Refused):
    """Boxes come off a carrier only while it is worked."""

    message = gettext_noop("%(number)s is not being worked (%(phase)s): nothing can be discharged from it.")


class NotOnTheGround(Malformed):
    """An arrival brings a box to the yard or the warehouse, or through the gate on its truck."""

    message = gettext_noop("A box arrives in the yard, in the warehouse or on its truck, not: %(position)s.")


class NotOnATruck(Refused):
    """Only what came through the gate on a truck can be taken off it."""

    message = gettext_noop("Not on a truck at the terminal: %(numbers)s.")


@dataclass(frozen=True)
class Arrived:
    """A visit whose box has come: to what kind of place, by which call (None: by road, without one).

    ``Position.ON_CARRIER``: through the gate on the truck ``call``, from which ``ground_visits`` takes it.
    ``left_behind``: it stayed here when the call left (on a wagon that was set out), so that the call need not be
    worked any more.
    """

    visit: Visit
    position: Position = Position.IN_YARD
    call: Call | None = None
    left_behind: bool = False


@transaction.atomic
def arrive_visits(arrivals: list[Arrived], *, by: Actor, at: datetime) -> list[Visit]:
    """The boxes are at the terminal since ``at``: advised visits become active, all or none.

    Journalled as discharged, or as gated in for road. The visits in hand are brought up to date. The size the papers
    of this stay name is the box's from now on. Raises ``NotYours``, ``StepNotAllowed``, ``AlreadyHere``,
    ``StaysOverlap``, ``CallIsNotWorked``, ``NotOnTheGround``, ``NaiveTime``.
    """
    require_zone(at)
    if not arrivals:
        return []
    _require_ground(arrivals)
    calls = lock_calls(each.call.pk if each.call else None for each in arrivals)
    rows = {row.pk: row for row in lock_visits(each.visit for each in arrivals)}
    require_right(by, rows.values(), "containers.change_visit")
    worked = {each.call.pk for each in arrivals if each.call is not None and not each.left_behind}
    _require_may_arrive(rows.values(), [calls[pk] for pk in sorted(worked)])
    _settle_sizes(rows.values())
    _write(arrivals, rows, calls, at)
    record_many(_journalled(rows[each.visit.pk], calls, by=by, at=at) for each in arrivals)
    customs_holds_follow(rows.values(), by=by, at=at)
    in_hand = [each.visit for each in arrivals]
    changed = ("state", "position", "arrival_call", "carrier_call", "arrived_at", "container")
    bring_up_to_date(in_hand, rows.values(), *changed)
    return in_hand


@transaction.atomic
def ground_visits(visits: list[Visit], *, by: Actor, at: datetime) -> list[Visit]:
    """Boxes that came through the gate were lifted off their trucks into the yard, their cells unknown; all or none.

    Raises ``NotYours``, ``NotOnATruck``, ``NaiveTime``.
    """
    require_zone(at)
    rows = lock_visits(visits)
    require_right(by, rows, "containers.change_visit")
    elsewhere = [row.container.number for row in rows if not _is_on_a_truck(row)]
    if elsewhere:
        raise NotOnATruck(numbers=", ".join(sorted(elsewhere)))
    values = {"position": Position.IN_YARD.value, "carrier_call": None}
    Visit.objects.filter(pk__in=[row.pk for row in rows]).update(**values, version=F("version") + 1)
    bring_up_to_date(visits, [refreshed(row, **values) for row in rows], "position", "carrier_call")
    return visits


def _is_on_a_truck(visit: Visit) -> bool:
    truck = visit.carrier_call
    aboard = visit.state == VisitState.ACTIVE and visit.position == Position.ON_CARRIER
    return aboard and truck is not None and truck.mode == Mode.ROAD


def _require_ground(arrivals: list[Arrived]) -> None:
    for each in arrivals:
        on_truck = each.position == Position.ON_CARRIER and each.call is not None and each.call.mode == Mode.ROAD
        if each.position not in ON_THE_GROUND and not on_truck:
            raise NotOnTheGround(position=str(each.position))


def _require_may_arrive(visits: Iterable[Visit], calls: Iterable[Call]) -> None:
    for call in calls:
        if Phase(call.phase) not in WORKABLE:
            raise CallIsNotWorked(number=call.number, phase=call.phase)
    for visit in visits:
        VISIT.require_step(visit.state, VisitState.ACTIVE.value)


def _settle_sizes(visits: Iterable[Visit]) -> None:
    changed: dict[str, list[Container]] = defaultdict(list)
    for visit in visits:
        if visit.stated_size_type not in ("", visit.container.size_type):
            changed[visit.stated_size_type].append(visit.container)
    for code, boxes in sorted(changed.items()):
        teu = SizeType.parse(code).teu
        Container.objects.filter(pk__in=[box.pk for box in boxes]).update(
            size_type=code, teu=teu, version=F("version") + 1
        )
        for box in boxes:
            box.size_type, box.teu = code, teu


def _write(arrivals: list[Arrived], rows: dict[int, Visit], calls: dict[int, Call], at: datetime) -> None:
    """One UPDATE for all that came by one call to one kind of place."""
    groups: dict[tuple[Position, int | None], list[Visit]] = defaultdict(list)
    for each in arrivals:
        groups[each.position, each.call.pk if each.call else None].append(rows[each.visit.pk])
    with refusals(**_clashes([row.container for row in rows.values()], at)):
        for (position, call_id), group in groups.items():
            call = calls[call_id] if call_id else None
            _activate(group, position, call, at)


def _clashes(boxes: list[Container], at: datetime) -> dict[str, Refused | Callable[[], Refused]]:
    numbers = ", ".join(sorted({box.number for box in boxes}))

    def already() -> Refused:
        active = Visit.objects.filter(container__in=boxes, state=VisitState.ACTIVE.value)
        return AlreadyHere(
            numbers=", ".join(sorted({row.container.number for row in active.select_related("container")}))
        )

    return {
        "container_is_in_one_place": already,
        "stays_of_a_container_do_not_overlap": StaysOverlap(time=at.isoformat(), numbers=numbers),
    }


def _activate(visits: list[Visit], position: Position, call: Call | None, at: datetime) -> None:
    values: dict[str, object] = {"state": VisitState.ACTIVE.value, "position": position.value, "arrived_at": at}
    if call is not None:
        values["arrival_call"] = call
    if position is Position.ON_CARRIER:
        values["carrier_call"] = call
    advised = Visit.objects.filter(pk__in=[visit.pk for visit in visits], state=VisitState.ADVISED.value)
    advised.update(**values, version=F("version") + 1)
    for visit in visits:
        refreshed(visit, **values)


def _journalled(visit: Visit, calls: dict[int, Call], *, by: Actor, at: datetime) -> Happening:
    call = calls.get(visit.arrival_call_id) if visit.arrival_call_id else None
    by_road = call is None or call.mode == Mode.ROAD
    kind = EventKind.CONTAINER_GATED_IN if by_road else EventKind.CONTAINER_DISCHARGED
    return movement(visit, kind, call, by=by, at=at)
