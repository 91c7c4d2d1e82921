"""A statement read back from its document: only what was given is taken, every figure is computed anew."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from terminal.charges.boxes import Box, Conditions
from terminal.charges.calendars import WorkingCalendar
from terminal.charges.dates import Override
from terminal.charges.lines import Event, Line, charge_area, charge_pieces
from terminal.charges.rules import ClockStart, FreeDays, FreeTime, Rate, Tier, TierTable, Unit
from terminal.charges.statements import Statement
from terminal.charges.storage import Pause, Standing, charge_storage
from terminal.charges.tariffs import TariffVersion
from terminal.charges.writing import FORMAT
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.regimes import Direction

T = TypeVar("T")

UNREADABLE: Final = (Refused, LookupError, TypeError, ValueError, ArithmeticError, AttributeError, OSError)
"""Whatever a document that was changed can lead to while it is read."""


class NotAStatement(Malformed):
    """A document, or a place in one, of which no statement can be computed."""

    message = gettext_noop("At %(pointer)s the document is no statement that can be computed: %(fault)s")


class OtherFormat(Malformed):
    """A document of another kind, or of another time."""

    message = gettext_noop("The format of the document is %(found)s; this reads %(expected)s.")


def statement_from_json(document: Mapping[str, Any]) -> Statement:
    """The statement of a document, computed from what it gives. Refuses ``NotAStatement`` with the place."""
    found = _at("/format", lambda: document["format"])
    if found != FORMAT:
        raise OtherFormat(found=str(found), expected=FORMAT)
    zone = _at("/zone", lambda: ZoneInfo(_text(document["zone"])))
    tariffs = _each("tariffs", document, _version)
    calendars = _each("calendars", document, _calendar)
    lines = _at("/lines", lambda: list(document["lines"]))
    computed = [
        _at(f"/lines/{number}", partial(_line, line, zone, tariffs, calendars)) for number, line in enumerate(lines)
    ]
    return _at("", lambda: _statement(document, zone, computed))


def _at(pointer: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except UNREADABLE as fault:
        said = str(fault) if isinstance(fault, Refused) else f"{type(fault).__name__}: {fault}"
        raise NotAStatement(pointer=pointer or "/", fault=said) from fault


def _each(name: str, document: Mapping[str, Any], read: Callable[[str, Any], T]) -> dict[str, T]:
    there = _at(f"/{name}", lambda: dict(document[name]))
    return {key: _at(f"/{name}/{key}", partial(read, key, there[key])) for key in there}


def _statement(document: Mapping[str, Any], zone: ZoneInfo, lines: list[Line]) -> Statement:
    return Statement(
        number=_text(document["number"]),
        party=_text(document["party"]),
        issued_on=date.fromisoformat(document["issued_on"]),
        zone=zone,
        currency=_text(document["currency"]),
        minor_digits=_whole(document["minor_digits"]),
        lines=tuple(lines),
    )


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError(f"{said!r} is no text")
    return said


def _whole(said: Any) -> int:
    if isinstance(said, bool) or not isinstance(said, int):
        raise TypeError(f"{said!r} is no whole number")
    return said


def _truth(said: Any) -> bool:
    if not isinstance(said, bool):
        raise TypeError(f"{said!r} is neither true nor false")
    return said


def _number(said: Any) -> Decimal:
    return Decimal(_text(said))


def _maybe(read: Callable[[Any], T], said: Any) -> T | None:
    return None if said is None else read(said)


def _days(said: Any) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in said)


def _conditions(said: Any) -> Conditions:
    return Conditions(
        customer=_maybe(_text, said["customer"]),
        direction=_maybe(Direction, said["direction"]),
        length_ft=_maybe(_number, said["length_ft"]),
        laden=_maybe(_truth, said["laden"]),
    )


def _free_time(said: Any) -> FreeTime:
    return FreeTime(
        conditions=_conditions(said["for"]),
        days=_whole(said["days"]),
        counted=FreeDays(said["counted"]),
        clock_event=_text(said["clock_event"]),
        starts=ClockStart(said["starts"]),
    )


def _tier_table(said: Any) -> TierTable:
    tiers = tuple(Tier(_whole(tier["from_day"]), _number(tier["rate"])) for tier in said["tiers"])
    return TierTable(conditions=_conditions(said["for"]), tiers=tiers)


def _rate(said: Any) -> Rate:
    return Rate(unit=Unit(said["unit"]), service=_text(said["service"]), rate=_number(said["rate"]))


def _version(name: str, said: Any) -> TariffVersion:
    return TariffVersion(
        tariff=_text(said["tariff"]),
        version=_text(said["version"]),
        valid_from=date.fromisoformat(said["valid_from"]),
        valid_until=_maybe(date.fromisoformat, said["valid_until"]),
        currency=_text(said["currency"]),
        minor_digits=_whole(said["minor_digits"]),
        vat_rate=_number(said["vat_rate"]),
        free_times=tuple(_free_time(each) for each in said["free_times"]),
        tier_tables=tuple(_tier_table(each) for each in said["tier_tables"]),
        rates=tuple(_rate(each) for each in said["rates"]),
    )


def _calendar(name: str, said: Any) -> WorkingCalendar:
    return WorkingCalendar(
        name=name,
        first_on=date.fromisoformat(said["first_on"]),
        last_on=date.fromisoformat(said["last_on"]),
        weekend=frozenset(_whole(each) for each in said["weekend"]),
        holidays=_days(said["holidays"]),
        swapped=_days(said["swapped"]),
    )


def _event(said: Any) -> Event:
    return Event(id=_text(said["id"]), kind=_text(said["kind"]), at=datetime.fromisoformat(said["at"]))


def _line(
    said: Any, zone: ZoneInfo, tariffs: Mapping[str, TariffVersion], calendars: Mapping[str, WorkingCalendar]
) -> Line:
    version, unit, given = tariffs[said["tariff"]], Unit(said["unit"]), said["given"]
    if unit is Unit.TEU_DAY:
        calendar = _maybe(calendars.__getitem__, said["calendar"])
        return charge_storage(_standing(given), version=version, zone=zone, calendar=calendar)
    events = tuple(_event(each) for each in given["events"])
    what, service = _text(said["what"]), _text(given["service"])
    if unit is Unit.M2_DAY:
        return charge_area(
            what=what,
            service=service,
            area_m2=_number(given["area_m2"]),
            starts_at=datetime.fromisoformat(given["starts_at"]),
            ends_at=datetime.fromisoformat(given["ends_at"]),
            events=events,
            version=version,
            zone=zone,
        )
    count = _whole(given["count"])
    return charge_pieces(what=what, unit=unit, service=service, count=count, events=events, version=version, zone=zone)


def _standing(said: Any) -> Standing:
    return Standing(
        box=_box(said["box"]),
        started=_event(said["started"]),
        ended=_event(said["ended"]),
        pauses=tuple(_pause(each) for each in said["pauses"]),
        override=_maybe(_override, said["override"]),
        guaranteed_through=_maybe(date.fromisoformat, said["guaranteed_through"]),
        paid_through=_maybe(date.fromisoformat, said["paid_through"]),
        charged_through=_maybe(date.fromisoformat, said["charged_through"]),
    )


def _box(said: Any) -> Box:
    return Box(
        number=_text(said["number"]),
        length_ft=_number(said["length_ft"]),
        laden=_truth(said["laden"]),
        direction=Direction(said["direction"]),
        customer=_text(said["customer"]),
    )


def _pause(said: Any) -> Pause:
    return Pause(
        starts_at=datetime.fromisoformat(said["starts_at"]),
        ends_at=datetime.fromisoformat(said["ends_at"]),
        reason=_text(said["reason"]),
    )


def _override(said: Any) -> Override:
    return Override(last_free_on=date.fromisoformat(said["last_free_on"]), by=_text(said["by"]), why=_text(said["why"]))
