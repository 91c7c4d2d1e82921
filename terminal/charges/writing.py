"""A statement as JSON that is complete in itself: whoever has the document can compute every figure of it.

# Note [What the document carries]
The versions of tariffs and the calendars, once each, by name; of every line under ``given`` what was known, and under
``found`` what follows from it. Numbers with decimals are strings, exact; times are the site's, with their offset, so
that a machine with other rules for the zone is found out. Conditions agreed with other customers are left out. The
checksum is over everything else in the document: it finds a change that changes no figure.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from terminal.charges.boxes import Conditions
from terminal.charges.calendars import WorkingCalendar
from terminal.charges.dates import Override
from terminal.charges.lines import AreaLine, Event, Line, PieceLine
from terminal.charges.rules import FreeTime, TierTable
from terminal.charges.statements import Statement, calendar_of
from terminal.charges.storage import Standing, Step, StorageLine
from terminal.charges.tariffs import TariffVersion

FORMAT: Final = "landbridge-statement-1"
Json = dict[str, Any]


def statement_as_json(statement: Statement) -> Json:
    """The document of a statement. See Note [What the document carries]."""
    customers = {line.standing.box.customer for line in statement.lines if isinstance(line, StorageLine)}
    document: Json = {
        "format": FORMAT,
        "number": statement.number,
        "party": statement.party,
        "issued_on": _day(statement.issued_on),
        "zone": statement.zone.key,
        "currency": statement.currency,
        "minor_digits": statement.minor_digits,
        "tariffs": {name: _version(each.as_seen_by(customers)) for name, each in statement.versions.items()},
        "calendars": {name: _calendar(each) for name, each in statement.calendars.items()},
        "lines": [_line(each) for each in statement.lines],
        "net": _number(statement.net),
        "vat": [
            {"rate": _number(each.rate), "net": _number(each.net), "vat": _number(each.vat)} for each in statement.vat
        ],
        "gross": _number(statement.gross),
    }
    return {**document, "checksum": checksum(document)}


def checksum(document: Mapping[str, Any]) -> str:
    """SHA-256 over the document without its checksum: keys sorted, no spaces, ASCII."""
    rest = {key: value for key, value in document.items() if key != "checksum"}
    return sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _number(number: Decimal) -> str:
    return f"{number:f}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _days_of(days: tuple[date, ...]) -> list[str]:
    return [day.isoformat() for day in days]


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat()


def _conditions(conditions: Conditions) -> Json:
    length = conditions.length_ft
    return {
        "customer": conditions.customer,
        "direction": None if conditions.direction is None else conditions.direction.value,
        "length_ft": None if length is None else _number(length),
        "laden": conditions.laden,
    }


def _free_time(rule: FreeTime) -> Json:
    return {
        "for": _conditions(rule.conditions),
        "days": rule.days,
        "counted": rule.counted.value,
        "clock_event": rule.clock_event,
        "starts": rule.starts.value,
    }


def _tier_table(table: TierTable) -> Json:
    tiers = [{"from_day": tier.from_day, "rate": _number(tier.rate)} for tier in table.tiers]
    return {"for": _conditions(table.conditions), "tiers": tiers}


def _version(version: TariffVersion) -> Json:
    return {
        "tariff": version.tariff,
        "version": version.version,
        "valid_from": _day(version.valid_from),
        "valid_until": _day(version.valid_until),
        "currency": version.currency,
        "minor_digits": version.minor_digits,
        "vat_rate": _number(version.vat_rate),
        "free_times": [_free_time(each) for each in version.free_times],
        "tier_tables": [_tier_table(each) for each in version.tier_tables],
        "rates": [
            {"unit": each.unit.value, "service": each.service, "rate": _number(each.rate)} for each in version.rates
        ],
    }


def _calendar(calendar: WorkingCalendar) -> Json:
    return {
        "first_on": _day(calendar.first_on),
        "last_on": _day(calendar.last_on),
        "weekend": sorted(calendar.weekend),
        "holidays": _days_of(tuple(sorted(calendar.holidays))),
        "swapped": _days_of(tuple(sorted(calendar.swapped))),
    }


def _event(event: Event, zone: ZoneInfo) -> Json:
    return {"id": event.id, "kind": event.kind, "at": _moment(event.at, zone)}


def _line(line: Line) -> Json:
    calendar = calendar_of(line)
    return {
        "what": line.what,
        "unit": line.unit.value,
        "tariff": line.version.name,
        "calendar": None if calendar is None else calendar.name,
        "events": [each.id for each in line.events],
        "given": _given(line),
        "found": _found(line),
        "parts": [
            {"quantity": _number(part.quantity), "rate": _number(part.rate), "exact": _number(part.exact)}
            for part in line.parts
        ],
        "quantity": _number(line.quantity),
        "amount": _number(line.amount),
    }


def _given(line: Line) -> Json:
    if isinstance(line, StorageLine):
        return _standing(line.standing, line.zone)
    events = [_event(each, line.zone) for each in line.events]
    if isinstance(line, AreaLine):
        return {
            "service": line.service,
            "area_m2": _number(line.area_m2),
            "starts_at": _moment(line.starts_at, line.zone),
            "ends_at": _moment(line.ends_at, line.zone),
            "events": events,
        }
    assert isinstance(line, PieceLine)
    return {"service": line.service, "count": line.count, "events": events}


def _standing(standing: Standing, zone: ZoneInfo) -> Json:
    box = standing.box
    return {
        "box": {
            "number": box.number,
            "length_ft": _number(box.length_ft),
            "laden": box.laden,
            "direction": box.direction.value,
            "customer": box.customer,
        },
        "started": _event(standing.started, zone),
        "ended": _event(standing.ended, zone),
        "pauses": [
            {
                "starts_at": _moment(each.starts_at, zone),
                "ends_at": _moment(each.ends_at, zone),
                "reason": each.reason,
            }
            for each in standing.pauses
        ],
        "override": _override(standing.override),
        "guaranteed_through": _day(standing.guaranteed_through),
        "paid_through": _day(standing.paid_through),
    }


def _override(override: Override | None) -> Json | None:
    if override is None:
        return None
    return {"last_free_on": _day(override.last_free_on), "by": override.by, "why": override.why}


def _found(line: Line) -> Json:
    if isinstance(line, StorageLine):
        return _fates(line)
    return {"half_days": line.half_days} if isinstance(line, AreaLine) else {}


def _fates(line: StorageLine) -> Json:
    accounts = line.dates.accounts(line.chargeable_on)
    return {
        "rule": _free_time(line.rule),
        "teu": _number(line.standing.box.teu),
        "first_on": _day(line.dates.first_on),
        "free_on": _days_of(line.free_on),
        "calculated_last_free_on": _day(line.dates.calculated_on),
        "last_free_on": _day(line.dates.last_free_on),
        "chargeable_from": _day(line.dates.chargeable_from),
        "paused_on": _days_of(line.paused_on),
        "paid_on": _days_of(accounts.paid),
        "guaranteed_on": _days_of(accounts.guaranteed),
        "steps": [_step(each) for each in line.steps],
    }


def _step(step: Step) -> Json:
    return {"from_day": step.tier.from_day, "rate": _number(step.tier.rate), "days": _days_of(step.days)}
