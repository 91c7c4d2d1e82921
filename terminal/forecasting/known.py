"""What a forecast may know: records with the moment each became known, from which any past state can be looked up.

Moments are whole seconds since 1970 (UTC) in arrays; ``NEVER`` stands for what has not happened, or is not known.
"""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.int64]
Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEVER: Final = np.int64(2**62)
HOUR: Final = 3600
DAY: Final = 86_400
RAIL, SEA, BARGE, ROAD = range(4)
"""Ways a box comes or goes."""
WEEK_HOURS: Final = 168


@dataclass(frozen=True)
class Boxes:
    """One element a stay. ``advised``, ``came`` and ``went``: when it was told that it will come, came, and left.

    ``by`` and ``on`` are calls (-1: none, or a truck), ``comes`` and ``goes`` the ways (-1: not gone), ``bound`` a
    number for where it goes on to (0: nowhere further than the gate), as long as nobody said more.
    """

    teu: Floats
    advised: Moments
    came: Moments
    in_at: Moments
    went: Moments
    out_at: Moments
    comes: Numbers
    goes: Numbers
    by: Numbers
    on: Numbers
    bound: Numbers


@dataclass(frozen=True)
class Calls:
    """One element a train, ship or barge; ``line`` its service, a place among ``Known.lines``. ``name``: as read."""

    way: Numbers
    line: Numbers
    announced: Moments
    planned: Moments
    arrived: Moments
    departed: Moments
    cancelled: Moments
    names: list[str]

    def __len__(self) -> int:
        return len(self.way)


@dataclass(frozen=True)
class Estimates:
    """Estimates of arrival, sorted by call and moment."""

    call: Numbers
    told: Moments
    says: Moments


@dataclass(frozen=True)
class Trucks:
    """Appointments: known since, for the hour from ``slot`` on, to fetch (else to bring), given up at ``missed``."""

    announced: Moments
    slot: Moments
    fetches: Flags
    missed: Moments


@dataclass(frozen=True)
class Spells:
    """Something that is counted from ``since`` until ``until``: known since ``told``, its end known since it came.

    Bookings: m² from their start to their end as booked (``planned_until``) or to when they gave it back, which may be
    before they began. Declarations: one each, from submission to the end. ``part``: the zone or office.
    """

    size: Floats
    told: Moments
    since: Moments
    until: Moments
    planned_until: Moments
    part: Numbers

    @property
    def ends(self) -> Moments:
        """When each really ended, or is to end; not before it began."""
        return np.maximum(np.minimum(self.until, self.planned_until), self.since)

    def of(self, part: int) -> "Spells":
        """Those of one zone or office."""
        mine = self.part == part
        return Spells(*(getattr(self, each.name)[mine] for each in fields(self)))


@dataclass(frozen=True)
class Known:
    """Everything that is known at ``now``, and since when; complete from ``start`` on. Absent things are empty arrays.

    ``lines``: names of services. ``places``: how many trains the tracks take. ``zones_m2``: of the warehouse.
    """

    start: int
    now: int
    zone: ZoneInfo
    lines: list[str]
    boxes: Boxes
    calls: Calls
    estimates: Estimates
    trucks: Trucks
    bookings: Spells
    declarations: Spells
    zones: list[str]
    zones_m2: list[float]
    offices: list[str]
    places: int

    @property
    def area_m2(self) -> float:
        """Of the whole warehouse."""
        return sum(self.zones_m2)

    def clock(self, at: Moments) -> Numbers:
        """The hour of the site's week (0 is Monday, midnight) that each moment falls in."""
        moments, place = np.unique(at, return_inverse=True)
        offsets = np.array([_offset(int(each), self.zone) for each in moments], dtype=np.int64)[place].reshape(at.shape)
        monday = at + offsets - 4 * DAY  # 1 January 1970 was a Thursday: the first Monday is four days on
        hours: Numbers = monday // HOUR % WEEK_HOURS
        return hours


def _offset(at: int, zone: ZoneInfo) -> int:
    moment = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
    return int(moment.total_seconds()) if moment else 0


def level(since: Moments, until: Moments, size: Floats, at: Moments) -> Floats:
    """The sum of sizes that have come and not gone at each moment."""
    first, last = np.argsort(since, kind="stable"), np.argsort(until, kind="stable")
    came = np.concatenate(([0.0], np.cumsum(size[first])))
    gone = np.concatenate(([0.0], np.cumsum(size[last])))
    found: Floats = (
        came[np.searchsorted(since[first], at, side="right")] - gone[np.searchsorted(until[last], at, side="right")]
    )
    return found
