"""What somebody wants to know the effect of. Each change is made by the services the terminal works with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from apps.calls.models import Call
from apps.calls.services import change_times
from apps.containers.models import Container
from apps.containers.services import Advice, Arrived, advise, arrive_visits
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.models import Track
from apps.trains.selectors.occupation import COMING
from apps.yard.models import Block, BlockClosure
from apps.yard.services import ground
from terminal.errors import Malformed, gettext_noop
from terminal.identifiers.containers import check_digit
from terminal.throughput import Mode

MOST_BOXES: Final = 2_000
MOST_HOURS: Final = Decimal(24 * 14)
OWNER: Final = "LBWU"
"""The owner code of boxes that never were."""

WHY: Final = "what if"

PLANNED: Final = "@"
DAY, MINUTE = len("2026-11-28"), len("2026-11-28T11:40")
MOST_KNOWN: Final = 50


class NoSuchTarget(Malformed):
    """The train, block or track of a change is not there, or not in a state in which that could happen to it."""

    message = gettext_noop("There is no %(what)s “%(name)s” here to which that could happen. There are: %(known)s.")


class SeveralTrains(Malformed):
    """Numbers of trains repeat daily: more than one of that number is to come."""

    message = gettext_noop("%(count)s trains “%(name)s” are to come. Say which: %(known)s.")


class Change(Protocol):
    """One thing that may come otherwise."""

    def make(self, terminal: Terminal, *, by: Actor, at: datetime) -> None:
        """Let it happen, by the terminal's own rules. Raises ``NoSuchTarget``, and what those rules refuse."""


@dataclass(frozen=True, kw_only=True)
class TrainLate:
    """A train that is to come comes so many hours after what is expected now.

    ``train``: the public id of its call; or its number, where only one of that number is to come; or number and planned
    arrival in the site's time, to the day or the minute: X9014@2026-11-28, X9014@2026-11-28T11:40.
    """

    train: str
    hours: Decimal

    def make(self, terminal: Terminal, *, by: Actor, at: datetime) -> None:
        """Its estimate is moved; its departure too, where it would otherwise leave before it could be worked."""
        call = train_called(terminal, self.train)
        arrives = _expected_arrival(call) + timedelta(hours=float(self.hours))
        leaves = call.estimated_departure_at or call.scheduled_departure_at
        stay = timedelta(hours=float(terminal.train_stay_hours))
        change_times(
            call,
            by=by,
            at=at,
            estimated_arrival_at=arrives,
            estimated_departure_at=max(leaves, arrives + stay) if leaves else arrives + stay,
        )


def train_called(terminal: Terminal, name: str) -> Call:
    """The one train to come that is meant. Raises ``NoSuchTarget``, ``SeveralTrains``."""
    coming = Call.objects.filter(terminal=terminal, mode=Mode.RAIL, phase__in=COMING)
    coming = coming.exclude(scheduled_arrival_at=None, estimated_arrival_at=None)
    ordered = coming.order_by("scheduled_arrival_at", "pk")
    number, at, planned = name.partition(PLANNED)
    found = list(ordered.filter(_is_called(name, number)))
    if at:
        found = [each for each in found if _is_planned(each, planned, terminal.zone)]
    if not found:
        known = _listed(_name(each, terminal.zone, DAY) for each in ordered[:MOST_KNOWN])
        raise NoSuchTarget(what="train", name=name, known=known)
    if len(found) > 1:
        raise SeveralTrains(count=len(found), name=name, known=_told_apart(found, terminal.zone))
    return found[0]


def _is_called(name: str, number: str) -> Q:
    try:
        return Q(public_id=UUID(name))
    except ValueError:
        return Q(number=number)


def _is_planned(call: Call, said: str, zone: ZoneInfo) -> bool:
    """Whether its planned arrival is what was said of it, to the day or the minute."""
    return len(said) in (DAY, MINUTE) and _planned(call, zone).startswith(said)


def _told_apart(calls: list[Call], zone: ZoneInfo) -> str:
    """By the day they are planned for; where that is the same, by the minute; where that is too, by their id."""
    for precise in (DAY, MINUTE):
        names = [_name(each, zone, precise) for each in calls]
        if len(set(names)) == len(names):
            return _listed(names)
    return _listed(str(each.public_id) for each in calls)


def _name(call: Call, zone: ZoneInfo, precise: int) -> str:
    planned = _planned(call, zone)[:precise]
    return f"{call.number}{PLANNED}{planned}" if planned else call.number


def _planned(call: Call, zone: ZoneInfo) -> str:
    planned = call.scheduled_arrival_at or call.estimated_arrival_at
    return planned.astimezone(zone).isoformat()[:MINUTE] if planned else ""


def _expected_arrival(call: Call) -> datetime:
    expected = call.estimated_arrival_at or call.scheduled_arrival_at
    assert expected is not None, "asked for"
    return expected


@dataclass(frozen=True, kw_only=True)
class BlockClosed:
    """A block takes nothing in from now on; what stands there may leave."""

    block: str

    def make(self, terminal: Terminal, *, by: Actor, at: datetime) -> None:
        """As staff close it."""
        blocks = Block.objects.filter(terminal=terminal)
        block = blocks.filter(code=self.block).first()
        if block is None:
            raise NoSuchTarget(what="block", name=self.block, known=_listed(blocks.values_list("code", flat=True)))
        BlockClosure.objects.create(block=block, since=at, reason=WHY)


@dataclass(frozen=True, kw_only=True)
class TrackClosed:
    """A track takes no more trains; those that stand there may leave."""

    track: str

    def make(self, terminal: Terminal, *, by: Actor, at: datetime) -> None:
        """As staff close it."""
        tracks = Track.objects.filter(terminal=terminal, closed=False)
        if not tracks.filter(code=self.track).update(closed=True):
            raise NoSuchTarget(what="track", name=self.track, known=_listed(tracks.values_list("code", flat=True)))


@dataclass(frozen=True, kw_only=True)
class MoreBoxes:
    """So many boxes more come by road now, and stay: of forty or twenty foot, laden or empty."""

    count: int
    size_type: str = "42G1"
    laden: bool = True

    def make(self, terminal: Terminal, *, by: Actor, at: datetime) -> None:
        """They are advised, arrive, and are given the cells the placement finds; the others stand with none."""
        named = [
            Advice(terminal=terminal, number=number, size_type=self.size_type, laden=self.laden)
            for number in _free_numbers(self.count)
        ]
        visits = advise(named, by=by, at=at)
        arrive_visits([Arrived(visit) for visit in visits], by=by, at=at)
        ground(visits, by=by, at=at)


def _free_numbers(count: int) -> list[str]:
    taken = set(Container.objects.filter(number__startswith=OWNER).values_list("number", flat=True))
    bodies = (f"{OWNER}{serial:06d}" for serial in range(1_000_000))
    numbers = (body + check_digit(body) for body in bodies)
    free = (number for number in numbers if number not in taken)
    return [next(free) for _ in range(count)]


def _listed(names: Iterable[str], most: int = 12) -> str:
    every = list(dict.fromkeys(names))
    return ", ".join(every[:most]) + (" …" if len(every) > most else "") or "—"
