"""Reported bookings in temporary tables.

``booking_told`` holds what was told, ``booking_new`` what becomes bookings.
"""

from collections.abc import Iterable
from decimal import ROUND_UP
from typing import Any, Final

from apps.common.bulk import Keys, ask, endless_uuid7_texts, line, stage, stage_from
from apps.common.numbers import next_numbers
from apps.containers.selectors import join_reported_visits
from apps.network.models import Terminal
from apps.parties.selectors import party_keys
from apps.warehouse.models import Zone
from apps.warehouse.selectors import NoSuchZone
from apps.warehouse.services.booking import EXPIRES
from apps.warehouse.services.history.told import (
    WITH_REASON,
    ReportedBooking,
    ended_at,
    first_status,
    got_room,
    standing,
)
from apps.warehouse.services.wishes import SMALLEST_M2
from terminal.capacity import Stay

COLUMNS: Final = """
    uuid uuid, reference text, zone_id bigint, zone text, party_id bigint, area_m2 numeric(9, 2), start_at timestamptz,
    end_at timestamptz, work text, visit text, goods text, requested_at timestamptz, confirmed_at timestamptz,
    checked_in_at timestamptz, completed_at timestamptz, cancelled_at timestamptz, rejected_at timestamptz,
    expired_at timestamptz, no_show_at timestamptz, told_reason text, first_status text, status text, reason text,
    expires_at timestamptz, got_room boolean, ended_at timestamptz
"""

NEW: Final = f"""
SELECT nextval(pg_get_serial_sequence('warehouse_booking', 'id')) AS id,
       {next_numbers("WB", "requested_at")} AS number, told.*
FROM (SELECT told.*, visit.id AS visit_id, coalesce(box.number, '') AS container_number
      FROM booking_told told {join_reported_visits("nullif(told.visit, '')")}
      ORDER BY told.requested_at, told.reference) told
"""


def stage_told(told: Iterable[ReportedBooking], terminal: Terminal) -> None:
    """Write what is told into ``booking_told``. Raises ``NoSuchZone``, ``NoSuchParty``, ``EmptyStay``."""
    zones = {zone.code: zone for zone in Zone.objects.filter(terminal=terminal)}
    parties = party_keys()
    new = endless_uuid7_texts()
    stage("booking_told", COLUMNS, (_line(next(new), each, zones, parties) for each in told))


def number_new(facts: dict[str, Any]) -> tuple[int, int]:
    """Number what is left, in the order of asking; how many there are, and for how many the visit was not found."""
    stage_from("booking_new", NEW, facts)
    missing_one = "visit <> '' AND visit_id IS NULL"
    ((many, missing),) = ask(f"SELECT count(*), count(*) FILTER (WHERE {missing_one}) FROM booking_new")
    return int(many), int(missing)


def _line(uuid: str, told: ReportedBooking, zones: dict[str, Zone], parties: Keys) -> str:
    zone = zones.get(told.zone)
    if zone is None:
        raise NoSuchZone(zone=told.zone)
    first, status = first_status(told, zone), standing(told, zone)
    stay = Stay(told.start_at, told.end_at, told.area_m2.quantize(SMALLEST_M2, ROUND_UP))
    answered = told.confirmed_at or told.checked_in_at
    return line(
        uuid,
        told.reference,
        zone.pk,
        zone.code,
        parties[told.party],
        stay.amount,
        told.start_at,
        told.end_at,
        told.work,
        told.visit,
        told.goods,
        told.requested_at,
        told.confirmed_at,
        told.checked_in_at,
        told.completed_at,
        told.cancelled_at,
        told.rejected_at,
        told.expired_at,
        told.no_show_at,
        told.reason,
        first.value,
        status.value,
        told.reason if status in WITH_REASON else "",
        None if answered else EXPIRES[first](zone, stay, told.requested_at),
        got_room(told),
        ended_at(told),
    )
