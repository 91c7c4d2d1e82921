"""The rules of a tariff: free time, tiers, and prices of one m²·day, package or lift."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from terminal.charges.boxes import EVERY_BOX, Conditions
from terminal.errors import Malformed, gettext_noop


class Unit(StrEnum):
    """What a charge counts."""

    TEU_DAY = "teu_day"
    M2_DAY = "m2_day"
    PACKAGE = "package"
    LIFT = "lift"


class ClockStart(StrEnum):
    """Whether the day of the event is the first day already, or the day after it."""

    SAME_DAY = "same_day"
    NEXT_DAY = "next_day"


class FreeDays(StrEnum):
    """Which days free time counts. Chargeable days are calendar days always."""

    CALENDAR = "calendar_days"
    WORKING = "working_days"


class NotARate(Malformed):
    """A price or a share that cannot be."""

    message = gettext_noop("%(rate)s is not a rate: a number of 0 or more.")


class NotFreeDays(Malformed):
    """Less than no free time."""

    message = gettext_noop("%(days)s is not a number of free days: a whole number of 0 or more.")


class TiersNotFromDayOne(Malformed):
    """Chargeable days before the first tier would have no price."""

    message = gettext_noop("The first tier begins on day %(from_day)s; it begins on day 1, the first chargeable day.")


class TiersNotRising(Malformed):
    """Two tiers for one day, or out of order."""

    message = gettext_noop("A tier from day %(from_day)s follows one from day %(before)s: each begins on a later day.")


def require_rate(rate: Decimal) -> None:
    """Raise ``NotARate`` below 0 and for what is no number."""
    if not (rate.is_finite() and rate >= 0):
        raise NotARate(rate=str(rate))


@dataclass(frozen=True, kw_only=True)
class FreeTime:
    """``days`` are free; the clock starts by ``clock_event`` (a kind of ``terminal.events``, such as
    container-discharged), on its day or the next. Refuses ``NotFreeDays``.
    """

    days: int
    clock_event: str
    counted: FreeDays = FreeDays.CALENDAR
    starts: ClockStart = ClockStart.NEXT_DAY
    conditions: Conditions = EVERY_BOX

    def __post_init__(self) -> None:
        if isinstance(self.days, bool) or not isinstance(self.days, int) or self.days < 0:
            raise NotFreeDays(days=str(self.days))


@dataclass(frozen=True, slots=True)
class Tier:
    """From this chargeable day on (1 is the first), a TEU costs ``rate`` a day."""

    from_day: int
    rate: Decimal


@dataclass(frozen=True, kw_only=True)
class TierTable:
    """Tiers by rising days. Refuses ``TiersNotFromDayOne``, ``TiersNotRising`` and ``NotARate``."""

    tiers: tuple[Tier, ...]
    conditions: Conditions = EVERY_BOX

    def __post_init__(self) -> None:
        first = self.tiers[0].from_day if self.tiers else None
        if first != 1:
            raise TiersNotFromDayOne(from_day="—" if first is None else first)
        for one, other in pairwise(self.tiers):
            if other.from_day <= one.from_day:
                raise TiersNotRising(from_day=other.from_day, before=one.from_day)
        for tier in self.tiers:
            require_rate(tier.rate)

    def spans(self) -> list[tuple[Tier, int | None]]:
        """Each tier and the first day that is not its own any more; None: the tier has no end."""
        ends = [tier.from_day for tier in self.tiers[1:]]
        return list(zip(self.tiers, [*ends, None], strict=True))


@dataclass(frozen=True, kw_only=True)
class Rate:
    """The price of one m²·day, package or lift; ``service``: of which kind (of zone, of work), "" for any other."""

    unit: Unit
    rate: Decimal
    service: str = ""

    def __post_init__(self) -> None:
        require_rate(self.rate)


def twice(keys: Iterable[Hashable]) -> Hashable | None:
    """The first that comes a second time."""
    seen: set[Hashable] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return None
