"""Staged stays become containers, calls, visits and their journal entries, each in one statement."""

from typing import Any, Final

from apps.calls.models import Call
from apps.common.bulk import ask, insert_from, run
from apps.containers.models import Container, Visit
from apps.journal.models import Entry
from apps.journal.services import correct
from apps.tracking.services.flow.checks import CARRIED
from apps.tracking.services.flow.staging import stage_ids
from terminal.events import Authority, EventKind
from terminal.lifecycle import Phase, Position, VisitState
from terminal.throughput import Mode

CALLS: Final = f"""
CREATE TEMPORARY TABLE flow_call ON COMMIT DROP AS
SELECT told.*, call.id AS known_id, coalesce(call.id, nextval(pg_get_serial_sequence('calls_call', 'id'))) AS id,
       CASE WHEN call.id IS NULL THEN row_number() OVER (PARTITION BY call.id IS NULL ORDER BY told.arrived_at) END AS n
FROM (SELECT vehicle, min(mode) AS mode, min(at) AS arrived_at, max(at) AS departed_at
      FROM ({CARRIED}) carried GROUP BY vehicle) told
LEFT JOIN calls_call call
  ON call.terminal_id = %(terminal)s AND call.source = %(source)s AND call.source_ref = told.vehicle;
ANALYZE flow_call
"""

STRETCHED: Final = """
SELECT call.id, vehicle, least(call.arrived_at, told.arrived_at), greatest(call.departed_at, told.departed_at),
       told.arrived_at < call.arrived_at, told.departed_at > call.departed_at
FROM flow_call told JOIN calls_call call ON call.id = told.known_id
WHERE told.arrived_at < call.arrived_at OR told.departed_at > call.departed_at ORDER BY call.id
"""

VISITS: Final = """
CREATE TEMPORARY TABLE flow_visit ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('containers_visit', 'id')) AS id, stay.*, box.id AS container_id,
       arrival.id AS arrival_id, departure.id AS departure_id, stay.number || '/' || stay.in_vehicle AS reference
FROM flow_stay stay
JOIN containers_container box ON box.number = stay.number
JOIN flow_call arrival ON arrival.vehicle = stay.in_vehicle
LEFT JOIN flow_call departure ON departure.vehicle = stay.out_vehicle AND stay.out_at IS NOT NULL;
ANALYZE flow_visit
"""

PAYLOAD: Final = (
    "jsonb_build_object('mode', {0}_mode, 'size_type', size_type, 'teu', teu::text, "
    "'laden', laden, 'call', {0}_vehicle)"
)

HAPPENED: Final = f"""
FROM (
    SELECT arrived_uuid AS uuid, '{EventKind.CALL_ARRIVED}' AS kind, arrived_at AS at, NULL::bigint AS visit_id,
           '' AS number, id AS call_id, 'call:' || vehicle || ':arrived' AS reference,
           jsonb_build_object('mode', mode, 'number', vehicle) AS payload
    FROM flow_call JOIN flow_id USING (n)
    UNION ALL
    SELECT departed_uuid, '{EventKind.CALL_DEPARTED}', departed_at, NULL, '', id, 'call:' || vehicle || ':departed',
           jsonb_build_object('mode', mode, 'number', vehicle)
    FROM flow_call JOIN flow_id USING (n)
    UNION ALL
    SELECT in_uuid, CASE in_mode WHEN '{Mode.ROAD}' THEN '{EventKind.CONTAINER_GATED_IN}'
                                 ELSE '{EventKind.CONTAINER_DISCHARGED}' END,
           in_at, id, number, arrival_id, reference || ':in', {PAYLOAD.format("in")}
    FROM flow_visit
    UNION ALL
    SELECT out_uuid, CASE out_mode WHEN '{Mode.ROAD}' THEN '{EventKind.CONTAINER_GATED_OUT}'
                                   ELSE '{EventKind.CONTAINER_LOADED}' END,
           out_at, id, number, departure_id, reference || ':out', {PAYLOAD.format("out")}
    FROM flow_visit WHERE out_at IS NOT NULL
) told ORDER BY at, reference
"""


def write_containers() -> int:
    """The boxes nobody had seen before."""
    columns = {"public_id": "box_uuid", "number": "number", "size_type": "size_type", "teu": "teu"}
    first = "FROM (SELECT DISTINCT ON (number) * FROM flow_stay ORDER BY number, in_at) box"
    return insert_from(Container, columns, f"{first} ON CONFLICT (number) DO NOTHING", {})


def write_calls(params: dict[str, Any]) -> int:
    """A call for each new vehicle, from its first movement to its last; a known call is stretched to hold its stays."""
    run(CALLS, params)
    _stretch_known(params)
    ((new,),) = ask("SELECT count(*) FROM flow_call WHERE known_id IS NULL")
    stage_ids(new)
    columns = {
        "id": "id",
        "public_id": "row_uuid",
        "terminal_id": "%(terminal)s",
        "mode": "mode",
        "number": "vehicle",
        "phase": f"'{Phase.DEPARTED}'",
        "arrived_at": "arrived_at",
        "departed_at": "departed_at",
        "source": "%(source)s",
        "source_ref": "vehicle",
    }
    return insert_from(Call, columns, "FROM flow_call JOIN flow_id USING (n) ORDER BY n", params)


def write_visits(params: dict[str, Any]) -> int:
    """A visit for each new stay: departed, or standing in the yard in a cell nobody named."""
    run(VISITS)
    standing = "CASE WHEN out_at IS NULL THEN '{}' ELSE '{}' END"
    columns = {
        "id": "id",
        "public_id": "visit_uuid",
        "terminal_id": "%(terminal)s",
        "container_id": "container_id",
        "state": standing.format(VisitState.ACTIVE, VisitState.DEPARTED),
        "position": standing.format(Position.IN_YARD, Position.GONE),
        "arrival_call_id": "arrival_id",
        "departure_call_id": "departure_id",
        "laden": "laden",
        "goods": "goods",
        "gross_kg": "gross_kg",
        "destination": "destination",
        "advised_at": "in_at",
        "arrived_at": "in_at",
        "departed_at": "out_at",
        "source": "%(source)s",
        "source_ref": "reference",
    }
    return insert_from(Visit, columns, "FROM flow_visit", params)


def write_journal(params: dict[str, Any]) -> int:
    """What happened, in the order it happened."""
    columns = {
        "public_id": "uuid",
        "lineage": "uuid",
        "terminal_id": "%(terminal)s",
        "kind": "kind",
        "happened_at": "at",
        "visit_id": "visit_id",
        "container_number": "number",
        "call_id": "call_id",
        "authority": f"'{Authority.REPORTED}'",
        "source": "%(source)s",
        "source_ref": "reference",
        "actor": "%(actor)s",
        "payload": "payload",
    }
    return insert_from(Entry, columns, HAPPENED, params)


def _stretch_known(params: dict[str, Any]) -> None:
    for call_id, vehicle, arrived_at, departed_at, earlier, later in ask(STRETCHED):
        call = Call.objects.select_for_update().get(pk=call_id)
        call.arrived_at, call.departed_at, call.version = arrived_at, departed_at, call.version + 1
        call.save(update_fields=["arrived_at", "departed_at", "version"])
        if earlier:
            _correct(f"call:{vehicle}:arrived", arrived_at, params)
        if later:
            _correct(f"call:{vehicle}:departed", departed_at, params)


def _correct(reference: str, at: Any, params: dict[str, Any]) -> None:
    told = Entry.objects.get(source=params["source"], source_ref=reference)
    standing = Entry.objects.filter(lineage=told.lineage).latest("revision")
    if standing.kind == told.kind:
        correct(standing, at=at, actor=params["actor"])
