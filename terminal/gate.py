"""The gate: hours of the site, what a truck can carry, what is looked at, and what can go wrong."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from terminal.equipment import SizeType
from terminal.errors import Malformed, gettext_noop
from terminal.moments import utc
from terminal.throughput import Direction

HOUR: Final = timedelta(hours=1)
SHORT_TEU: Final = Decimal(1)
"""Up to a 20′ box: two of these fit on one truck; anything longer fills it."""


class Trouble(StrEnum):
    """Why a truck is held at the desk."""

    NO_APPOINTMENT = "no_appointment"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    OTHER_TRUCK = "other_truck"
    NO_RIGHT = "no_right"
    WRONG_BOX = "wrong_box"
    NOT_READY = "not_ready"
    DAMAGE = "damage"
    SEAL = "seal"
    PAPERS = "papers"
    OTHER = "other"


class Condition(StrEnum):
    """How a box looks at the gate."""

    SOUND = "sound"
    WORN = "worn"
    DAMAGED = "damaged"


class TooMuchForATruck(Malformed):
    """More than one truck carries one way."""

    message = gettext_noop("A truck carries two 20′ boxes or one longer box each way, not: %(numbers)s.")


class TheSameBoxTwice(Malformed):
    """A box is named twice for one truck and way."""

    message = gettext_noop("%(number)s is named twice.")


class NothingToDo(Malformed):
    """A truck comes to bring or to collect something."""

    message = gettext_noop("A truck comes with at least one box to bring or to collect.")


def hour_at(moment: datetime, zone: ZoneInfo) -> datetime:
    """When the hour of the site's wall clock begins in which ``moment`` falls, in UTC. Raises ``NaiveTime``."""
    return utc(utc(moment).astimezone(zone).replace(minute=0, second=0, microsecond=0))


def require_truckload(boxes: Iterable[tuple[Direction, str, str]]) -> None:
    """Refuse what one truck cannot carry: boxes as (direction, number, size-type), each way for itself.

    Raises ``NothingToDo``, ``TheSameBoxTwice``, ``TooMuchForATruck``, and what a size-type refuses.
    """
    wanted = list(boxes)
    if not wanted:
        raise NothingToDo
    for direction in Direction:
        load = [(number, SizeType.parse(size_type)) for way, number, size_type in wanted if way is direction]
        _require_load(load)


def _require_load(load: list[tuple[str, SizeType]]) -> None:
    numbers = [number for number, _ in load]
    for number in numbers:
        if numbers.count(number) > 1:
            raise TheSameBoxTwice(number=number)
    most = 2 if all(size.teu <= SHORT_TEU for _, size in load) else 1
    if len(load) > most:
        raise TooMuchForATruck(numbers=", ".join(sorted(numbers)))
