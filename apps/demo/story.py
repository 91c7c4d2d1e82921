"""The demo week, read from a file of container flow and moved to now. No database here.

The week was recorded as moments: a vehicle's boxes all come and go when it does. Here a vehicle stays for a while, its
boxes come off during the first half of its stay and go on during the second, and the story is moved by whole weeks
so that now lies in its fullest days (30 April–6 May 2026).
"""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from terminal.regimes import Direction
from terminal.throughput import Mode

STAY = {
    Mode.RAIL: timedelta(hours=9),
    Mode.SEA: timedelta(hours=24),
    Mode.BARGE: timedelta(hours=12),
    Mode.ROAD: timedelta(minutes=40),
}
FULLEST_WEEK = datetime(2026, 4, 30)  # noqa: DTZ001 - a wall time of the site; its zone is given below
DIRECTIONS = {
    (Mode.ROAD, Mode.SEA): Direction.OUTBOUND,
    (Mode.ROAD, Mode.RAIL): Direction.OUTBOUND,
    (Mode.SEA, Mode.ROAD): Direction.INBOUND,
    (Mode.RAIL, Mode.ROAD): Direction.INBOUND,
    (Mode.BARGE, Mode.ROAD): Direction.INBOUND,
}


class When(StrEnum):
    """Where a vehicle stands in time."""

    GONE = "gone"
    HERE = "here"
    TO_COME = "to come"


@dataclass
class Vehicle:
    """A train, ship, barge or truck of the week, with the stays it brings and takes."""

    ref: str
    mode: Mode
    comes_at: datetime
    brings: list["BoxStay"] = field(default_factory=list)
    takes: list["BoxStay"] = field(default_factory=list)

    @property
    def leaves_at(self) -> datetime:
        """When it is off again."""
        return self.comes_at + STAY[self.mode]

    def when(self, now: datetime) -> When:
        """Gone, here, or still to come."""
        if self.leaves_at <= now:
            return When.GONE
        return When.HERE if self.comes_at <= now else When.TO_COME


@dataclass
class BoxStay:
    """One row of the file: a box that comes by one vehicle and leaves by another."""

    row: dict[str, str]
    by: Vehicle
    on: Vehicle
    in_at: datetime
    out_at: datetime

    @property
    def number(self) -> str:
        """The container's number."""
        return self.row["container_number"]

    @property
    def laden(self) -> bool:
        """Whether there is anything in it."""
        return self.row["laden"] == "yes"

    @property
    def direction(self) -> Direction:
        """Into the country, out of it, or through."""
        return DIRECTIONS.get((self.by.mode, self.on.mode), Direction.THROUGH)


@dataclass(frozen=True)
class Story:
    """All vehicles in the order they come, and all stays in the order of the file."""

    vehicles: list[Vehicle]
    stays: list[BoxStay]


def weeks_to(now: datetime, zone: ZoneInfo) -> timedelta:
    """By how many whole weeks the story must move, so that ``now`` lies in its fullest days."""
    return timedelta(weeks=(now - FULLEST_WEEK.replace(tzinfo=zone)) // timedelta(weeks=1))


def read(path: Path, *, now: datetime, zone: ZoneInfo) -> Story:
    """The story as it stands around ``now`` (aware)."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shift = weeks_to(now, zone)
    vehicles: dict[str, Vehicle] = {}
    stays = [_stay(row, vehicles, shift) for row in rows]
    for vehicle in vehicles.values():
        _spread(vehicle)
    for stay in stays:
        if stay.in_at >= stay.out_at:
            stay.in_at = stay.by.comes_at + (stay.out_at - stay.by.comes_at) / 2
    return Story(sorted(vehicles.values(), key=lambda each: (each.comes_at, each.ref)), stays)


def _stay(row: dict[str, str], vehicles: dict[str, Vehicle], shift: timedelta) -> BoxStay:
    came, goes = (datetime.fromisoformat(row[name]) + shift for name in ("in_at", "out_at"))
    by = vehicles.setdefault(row["in_vehicle"], Vehicle(row["in_vehicle"], Mode(row["in_mode"]), came))
    on = vehicles.setdefault(row["out_vehicle"], Vehicle(row["out_vehicle"], Mode(row["out_mode"]), goes))
    stay = BoxStay(row, by, on, came, goes)
    by.brings.append(stay)
    on.takes.append(stay)
    return stay


def _spread(vehicle: Vehicle) -> None:
    half = STAY[vehicle.mode] / 2
    for place, stay in enumerate(vehicle.brings, 1):
        stay.in_at = vehicle.comes_at + _whole(half * place / (len(vehicle.brings) + 1))
    for place, stay in enumerate(vehicle.takes, 1):
        stay.out_at = vehicle.comes_at + half + _whole(half * place / (len(vehicle.takes) + 1))


def _whole(duration: timedelta) -> timedelta:
    return timedelta(seconds=int(duration.total_seconds()))


def reuse(stays: list[BoxStay]) -> dict[str, list[BoxStay]]:
    """The stays of each box in order: some boxes come twice."""
    by_number: dict[str, list[BoxStay]] = defaultdict(list)
    for stay in sorted(stays, key=lambda each: each.in_at):
        by_number[stay.number].append(stay)
    return by_number
