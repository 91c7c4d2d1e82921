"""Staged stays become containers, calls, visits and their journal entries, each in one statement."""

from typing import Any, Final

from apps.calls.models import Call
from apps.common.bulk import ask, insert_from, known_as, stage_from
from apps.containers.models import Container, Visit, VisitRole
from apps.journal.models import Entry
from apps.journal.services import correct
from apps.tracking.services.flow.checks import CARRIED
from apps.tracking.services.flow.staging import stage_ids
from terminal.events import Authority, EventKind
from terminal.lifecycle import Phase, Position, VisitState
from terminal.regimes import Direction, Regime
from terminal.throughput import Mode

CALLS: Final = f"""
SELECT told.*, coalesce(call.number, told.vehicle) AS number, call.id AS known_id,
       coalesce(call.id, nextval(pg_get_serial_sequence('calls_call', 'id'))) AS id,
       CASE WHEN call.id IS NULL THEN row_number() OVER (PARTITION BY call.id IS NULL ORDER BY told.arrived_at) END AS n
FROM (SELECT vehicle, min(mode) AS mode, min(at) AS arrived_at, max(at) AS departed_at
      FROM ({CARRIED}) carried GROUP BY vehicle) told
LEFT JOIN calls_call call ON {known_as("call", "told.vehicle")}
"""

STRETCHED: Final = """
SELECT call.id, vehicle, CASE WHEN told.arrived_at < call.arrived_at THEN told.arrived_at ELSE call.arrived_at END,
       CASE WHEN told.departed_at > call.departed_at THEN told.departed_at ELSE call.departed_at END,
       told.arrived_at < call.arrived_at, told.departed_at > call.departed_at
FROM flow_call told JOIN calls_call call ON call.id = told.known_id
WHERE told.arrived_at < call.arrived_at OR told.departed_at > call.departed_at ORDER BY call.id
"""

VISITS: Final = """
SELECT nextval(pg_get_serial_sequence('containers_visit', 'id')) AS id, stay.*, box.id AS container_id,
       arrival.id AS arrival_id, arrival.number AS in_call, departure.id AS departure_id, departure.number AS out_call,
       stay.number || '/' || stay.in_vehicle AS reference
FROM flow_stay stay
JOIN containers_container box ON box.number = stay.number
JOIN flow_call arrival ON arrival.vehicle = stay.in_vehicle
LEFT JOIN flow_call departure ON departure.vehicle = stay.out_vehicle AND stay.out_at IS NOT NULL
"""

ADVICE: Final = f"""
jsonb_build_object(
    'laden', laden, 'regime', coalesce(regime, '{Regime.UNKNOWN}'), 'direction',
    coalesce(direction, '{Direction.UNKNOWN}'), 'destination', destination, 'unannounced', false,
    'size_type', size_type)
"""

PAYLOAD: Final = (
    "jsonb_build_object('mode', {0}_mode, 'size_type', size_type, 'teu', teu::text, 'laden', laden, 'call', {0}_call)"
)

HAPPENED: Final = f"""
FROM (
    SELECT arrived_uuid AS uuid, '{EventKind.CALL_ARRIVED}' AS kind, arrived_at AS at, NULL::timestamptz AS told_at,
           NULL::bigint AS visit_id, '' AS number, id AS call_id, 'call:' || vehicle || ':arrived' AS reference,
           jsonb_build_object('mode', mode, 'number', vehicle) AS payload
    FROM flow_call JOIN flow_id USING (n)
    UNION ALL
    SELECT departed_uuid, '{EventKind.CALL_DEPARTED}', departed_at, NULL, NULL, '', id,
           'call:' || vehicle || ':departed', jsonb_build_object('mode', mode, 'number', vehicle)
    FROM flow_call JOIN flow_id USING (n)
    UNION ALL
    SELECT advised_uuid, '{EventKind.VISIT_ADVISED}', advised_at, advised_at, id, number, arrival_id,
           reference || ':advised', {ADVICE}
    FROM flow_visit WHERE advised_at IS NOT NULL
    UNION ALL
    SELECT in_uuid, CASE in_mode WHEN '{Mode.ROAD}' THEN '{EventKind.CONTAINER_GATED_IN}'
                                 ELSE '{EventKind.CONTAINER_DISCHARGED}' END,
           in_at, in_told_at, id, number, arrival_id, reference || ':in', {PAYLOAD.format("in")}
    FROM flow_visit
    UNION ALL
    SELECT out_uuid, CASE out_mode WHEN '{Mode.ROAD}' THEN '{EventKind.CONTAINER_GATED_OUT}'
                                   ELSE '{EventKind.CONTAINER_LOADED}' END,
           out_at, out_told_at, id, number, departure_id, reference || ':out', {PAYLOAD.format("out")}
    FROM flow_visit WHERE out_at IS NOT NULL
) told ORDER BY coalesce(told_at, at), at, reference
"""


def write_containers() -> int:
    """The boxes nobody had seen before."""
    columns = {"public_id": "box_uuid", "number": "number", "size_type": "size_type", "teu": "teu"}
    first = "FROM (SELECT DISTINCT ON (number) * FROM flow_stay ORDER BY number, in_at) box"
    return insert_from(Container, columns, f"{first} ON CONFLICT (number) DO NOTHING", {})


def write_calls(params: dict[str, Any]) -> int:
    """A call for each new vehicle, from its first movement to its last; a known call is stretched to hold its stays."""
    stage_from("flow_call", CALLS, params)
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
    stage_from("flow_visit", VISITS)
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
        "regime": f"coalesce(regime, '{Regime.UNKNOWN}')",
        "direction": f"coalesce(direction, '{Direction.UNKNOWN}')",
        "advised_at": "coalesce(advised_at, in_at)",
        "arrived_at": "in_at",
        "departed_at": "out_at",
        "source": "%(source)s",
        "source_ref": "reference",
    }
    return insert_from(Visit, columns, "FROM flow_visit", params)


def write_roles(params: dict[str, Any]) -> int:
    """The part of each new stay's shipper, from the first word of the stay on."""
    columns = {
        "visit_id": "told.id",
        "party_id": "party.id",
        "role": f"'{VisitRole.Role.SHIPPER}'",
        "since": "coalesce(told.advised_at, told.in_at)",
        "given_by": "left(%(actor)s, 120)",
    }
    return insert_from(
        VisitRole, columns, "FROM flow_visit told JOIN parties_party party ON party.code = shipper", params
    )


def write_journal(params: dict[str, Any]) -> int:
    """What happened, in the order it became known: as it happened, where no other moment is given."""
    columns = {
        "public_id": "uuid",
        "lineage": "uuid",
        "terminal_id": "%(terminal)s",
        "kind": "kind",
        "happened_at": "at",
        "recorded_at": "coalesce(told_at, statement_timestamp())",
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
