"""Charge lines: what was charged, of what it came, and how much it is to the minor unit."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from terminal.capacity.half_days import half_days
from terminal.charges.money import half_up, times, total
from terminal.charges.rules import Unit
from terminal.charges.tariffs import TariffVersion
from terminal.errors import Malformed, gettext_noop
from terminal.moments import require_zone
from terminal.throughput import site_day

HALF: Final = Decimal("0.5")
BY_THE_PIECE: Final = frozenset({Unit.PACKAGE, Unit.LIFT})


class NothingToCharge(Malformed):
    """An amount of nothing, or less."""

    message = gettext_noop("%(amount)s of %(what)s is nothing to charge: an amount is above 0.")


class ChargeWithoutEvent(Malformed):
    """A charge that came of nothing."""

    message = gettext_noop("The charge for %(what)s names no event it came from; it names at least one.")


class NotByThePiece(Malformed):
    """Something counted that is measured."""

    message = gettext_noop("%(unit)s is not charged by the piece: packages and lifts are.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """What a charge came from: its id (that of the journal's row), its kind and when it happened."""

    id: str
    kind: str
    at: datetime

    def __post_init__(self) -> None:
        require_zone(self.at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """So much at one rate."""

    quantity: Decimal
    rate: Decimal

    @property
    def exact(self) -> Decimal:
        """Quantity × rate, not rounded."""
        return times(self.quantity, self.rate)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a statement.

    ``what``: the container, booking or lot it is for; ``zone``: whose days count; ``events``: what it came from.
    """

    what: str
    unit: Unit
    version: TariffVersion
    zone: ZoneInfo
    events: tuple[Event, ...]
    parts: tuple[Part, ...]

    @property
    def quantity(self) -> Decimal:
        """Units of all parts."""
        return total(part.quantity for part in self.parts)

    @cached_property
    def amount(self) -> Decimal:
        """All parts together, rounded half-up to the minor unit, once."""
        return half_up(total(part.exact for part in self.parts), self.version.minor_digits)


@dataclass(frozen=True, kw_only=True)
class AreaLine(Line):
    """Area held in a kind of zone (``service``): m² × days, in half-days of the site, each of which counts whole."""

    service: str
    area_m2: Decimal
    starts_at: datetime
    ends_at: datetime
    half_days: int


@dataclass(frozen=True, kw_only=True)
class PieceLine(Line):
    """Packages or lifts by the piece; ``service``: what was done."""

    service: str
    count: int


def charge_area(
    *,
    what: str,
    service: str,
    area_m2: Decimal,
    starts_at: datetime,
    ends_at: datetime,
    events: tuple[Event, ...],
    version: TariffVersion,
    zone: ZoneInfo,
) -> AreaLine:
    """Charge area by the tariff of the day on which it was first held.

    Refuses ``NothingToCharge``, ``EmptyStay``, ``NaiveTime``, ``ChargeWithoutEvent``, ``NotInForce``, ``NoSuchRate``.
    """
    _require_some(area_m2, what)
    _require_events(events, what)
    touched = len(half_days(starts_at, ends_at, zone))
    version.require_in_force(site_day(starts_at, zone))
    part = Part(quantity=times(area_m2, touched * HALF), rate=version.rate_for(Unit.M2_DAY, service))
    return AreaLine(
        what=what,
        unit=Unit.M2_DAY,
        version=version,
        zone=zone,
        events=events,
        parts=(part,),
        service=service,
        area_m2=area_m2,
        starts_at=starts_at,
        ends_at=ends_at,
        half_days=touched,
    )


def charge_pieces(
    *,
    what: str,
    unit: Unit,
    service: str,
    count: int,
    events: tuple[Event, ...],
    version: TariffVersion,
    zone: ZoneInfo,
) -> PieceLine:
    """Charge packages or lifts by the tariff of the day of the first event.

    Refuses ``NothingToCharge``, ``ChargeWithoutEvent``, ``NotByThePiece``, ``NotInForce`` and ``NoSuchRate``.
    """
    if unit not in BY_THE_PIECE:
        raise NotByThePiece(unit=str(unit))
    _require_some(Decimal(count), what)
    _require_events(events, what)
    version.require_in_force(site_day(min(each.at for each in events), zone))
    part = Part(quantity=Decimal(count), rate=version.rate_for(unit, service))
    return PieceLine(
        what=what,
        unit=unit,
        version=version,
        zone=zone,
        events=events,
        parts=(part,),
        service=service,
        count=count,
    )


def _require_some(amount: Decimal, what: str) -> None:
    if not (amount.is_finite() and amount > 0):
        raise NothingToCharge(amount=str(amount), what=what)


def _require_events(events: tuple[Event, ...], what: str) -> None:
    if not events:
        raise ChargeWithoutEvent(what=what)
