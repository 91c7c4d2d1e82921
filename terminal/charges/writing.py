"""A statement as JSON that is complete in itself: whoever has the document can compute every figure of it.

# Note [What the document carries]
The versions of tariffs and the calendars, once each, by name; of every line under ``given`` what was known, and under
``found`` what follows from it. Numbers with decimals are strings, exact; times are the site's, with their offset, so
that a machine with other rules for the zone is found out. Conditions agreed with other customers are left out. The
checksum is over everything else in the document: it finds a change that changes no figure.
"""

import json
from collections.abc import Iterable, Mapping
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
from terminal.charges.statements import Statement, Totals, calendar_of
from terminal.charges.storage import Standing, Step, StorageLine
from terminal.charges.tariffs import TariffVersion

FORMAT: Final = "landbridge-statement-1"
Json = dict[str, Any]


def statement_as_json(statement: Statement) -> Json:
    """The document of a statement. See Note [What the document carries]."""
    customers = {line.standing.box.customer for line in statement.lines if isinstance(line, StorageLine)}
    head = head_as_json(
        number=statement.number,
        party=statement.party,
        issued_on=statement.issued_on,
        zone=statement.zone.key,
        currency=statement.currency,
        minor_digits=statement.minor_digits,
        totals=statement.totals,
    )
    document: Json = {
        **head,
        "tariffs": {name: version_as_json(each.as_seen_by(customers)) for name, each in statement.versions.items()},
        "calendars": {name: calendar_as_json(each) for name, each in statement.calendars.items()},
        "lines": [line_as_json(each) for each in statement.lines],
    }
    return {**document, "checksum": checksum(document)}


def head_as_json(
    *, number: str, party: str, issued_on: date, zone: str, currency: str, minor_digits: int, totals: Totals
) -> Json:
    """Everything in a document but its tariffs, calendars and lines."""
    return {
        "format": FORMAT,
        "number": number,
        "party": party,
        "issued_on": _day(issued_on),
        "zone": zone,
        "currency": currency,
        "minor_digits": minor_digits,
        "net": _number(totals.net),
        "vat": [
            {"rate": _number(each.rate), "net": _number(each.net), "vat": _number(each.vat)} for each in totals.vat
        ],
        "gross": _number(totals.gross),
    }


def canonical(part: Any) -> str:
    """JSON as the checksum reads it: keys sorted, no spaces, ASCII."""
    return json.dumps(part, sort_keys=True, separators=(",", ":"))


def checksum(document: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical text of the document without its checksum."""
    rest = {key: value for key, value in document.items() if key != "checksum"}
    return sha256(canonical(rest).encode()).hexdigest()


def document_text(rest: Mapping[str, Any], lines: Iterable[str]) -> str:
    """The whole document as canonical text, of ``rest`` and of lines that are canonical text already.

    So a statement of thousands of lines is written without a line of it being read or computed again.
    """
    parts = {key: canonical(value) for key, value in rest.items()}
    parts["lines"] = f"[{','.join(lines)}]"
    seal = sha256(_joined(parts).encode()).hexdigest()
    return _joined({**parts, "checksum": canonical(seal)})


def _joined(parts: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{canonical(key)}:{parts[key]}" for key in sorted(parts)) + "}"


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


def version_as_json(version: TariffVersion) -> Json:
    """A version as a document carries it; ``as_seen_by`` the customers of its lines."""
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


def calendar_as_json(calendar: WorkingCalendar) -> Json:
    """A calendar as a document carries it, under its name."""
    return {
        "first_on": _day(calendar.first_on),
        "last_on": _day(calendar.last_on),
        "weekend": sorted(calendar.weekend),
        "holidays": _days_of(tuple(sorted(calendar.holidays))),
        "swapped": _days_of(tuple(sorted(calendar.swapped))),
    }


def _event(event: Event, zone: ZoneInfo) -> Json:
    return {"id": event.id, "kind": event.kind, "at": _moment(event.at, zone)}


def line_as_json(line: Line) -> Json:
    """A line as a document carries it."""
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
        "charged_through": _day(standing.charged_through),
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
        "charged_before_on": _days_of(accounts.charged),
        "guaranteed_on": _days_of(accounts.guaranteed),
        "steps": [_step(each) for each in line.steps],
    }


def _step(step: Step) -> Json:
    return {"from_day": step.tier.from_day, "rate": _number(step.tier.rate), "days": _days_of(step.days)}
