"""What the records hold for a forecast, one statement each. Moments come as whole seconds since 1970; none: never."""

from typing import Final

from terminal.events import Classifier, EventKind
from terminal.forecasting.known import NEVER
from terminal.lifecycle import Phase, VisitState


def _seconds(moment: str) -> str:
    return f"coalesce(floor(extract(epoch FROM {moment}))::bigint, {NEVER})"


CARRIES: Final = "('rail', 'sea', 'barge')"

BOXES: Final = f"""
SELECT box.teu::float8, {_seconds("visit.advised_at")}, {_seconds("visit.arrived_at")},
       {_seconds("visit.departed_at")}, coalesce(came.mode, 'road'), coalesce(went.mode, 'road'),
       coalesce(came.id, 0), coalesce(went.id, 0), visit.destination
FROM containers_visit visit
JOIN containers_container box ON box.id = visit.container_id
LEFT JOIN calls_call came ON came.id = visit.arrival_call_id
LEFT JOIN calls_call went ON went.id = visit.departure_call_id
WHERE visit.terminal_id = %(terminal)s AND (
    visit.state IN ('{VisitState.ACTIVE}', '{VisitState.DEPARTED}')
        AND visit.arrived_at <= %(at)s AND (visit.departed_at IS NULL OR visit.departed_at >= %(start)s)
    OR visit.state IN ('{VisitState.ACTIVE}', '{VisitState.DEPARTED}')
        AND visit.arrived_at > %(at)s AND visit.advised_at <= %(at)s AND came.mode IN {CARRIES}
    OR visit.state = '{VisitState.ADVISED}' AND visit.advised_at <= %(at)s AND came.mode IN {CARRIES}
        AND came.phase NOT IN ('{Phase.CANCELLED}', '{Phase.DEPARTED}', '{Phase.CLOSED}'))
ORDER BY visit.id
"""
"""What stands or stood, and what is to come: as of an hour that has passed, also what has come since."""

CALLS: Final = f"""
SELECT call.id, call.mode, call.number, coalesce(service.code, ''), call.carrier,
       {_seconds("told.at")}, {_seconds("coalesce(call.scheduled_arrival_at, call.estimated_arrival_at)")},
       {_seconds("call.arrived_at")}, {_seconds("call.departed_at")}, {_seconds("call.cancelled_at")}
FROM calls_call call
LEFT JOIN trains_trainvisit train ON train.call_id = call.id
LEFT JOIN trains_trainservice service ON service.id = train.service_id
LEFT JOIN LATERAL (
    SELECT min(entry.happened_at) AS at FROM journal_entry entry
    WHERE entry.call_id = call.id AND entry.kind = '{EventKind.CALL_ANNOUNCED}') told ON true
WHERE call.terminal_id = %(terminal)s AND call.mode IN {CARRIES}
  AND coalesce(call.scheduled_arrival_at, call.estimated_arrival_at, call.arrived_at) >= %(start)s
ORDER BY call.id
"""

SAID: Final = "entry.payload #>> '{estimated_arrival_at,to}'"
ESTIMATES: Final = f"""
SELECT entry.call_id, {_seconds("entry.recorded_at")}, {_seconds(f"({SAID})::timestamptz")}
FROM journal_entry entry
WHERE entry.call_id = ANY(%(calls)s) AND entry.kind = '{EventKind.CALL_TIME_CHANGED}'
  AND entry.classifier = '{Classifier.ESTIMATED}' AND {SAID} IS NOT NULL AND entry.recorded_at <= %(at)s
ORDER BY entry.call_id, entry.recorded_at, entry.id
"""

TRUCKS: Final = f"""
SELECT {_seconds("turn.booked_at")}, {_seconds("turn.starts_at")},
       coalesce(bool_or(box.direction = 'out'), false),
       CASE WHEN turn.status IN ('cancelled', 'missed', 'closed') THEN {_seconds("turn.starts_at")} ELSE {NEVER} END
FROM gate_appointment turn LEFT JOIN gate_appointmentbox box ON box.appointment_id = turn.id
WHERE turn.terminal_id = %(terminal)s AND turn.starts_at >= %(start)s AND turn.booked_at <= %(at)s
GROUP BY turn.id ORDER BY turn.id
"""

HALF_DAY: Final = """(
    date_trunc('day', {moment} AT TIME ZONE %(zone)s)
    + CASE WHEN extract(hour FROM {moment} AT TIME ZONE %(zone)s) >= 12 THEN interval '12 hours' ELSE interval '0' END
)"""
BEGINS: Final = f"{HALF_DAY.format(moment='booking.start_at')} AT TIME ZONE %(zone)s"
LAST: Final = HALF_DAY.format(moment="(booking.end_at - interval '1 microsecond')")
ENDS: Final = f"({LAST} + interval '12 hours') AT TIME ZONE %(zone)s"

BOOKINGS: Final = f"""
SELECT booking.area_m2::float8, {_seconds("booking.requested_at")},
       {_seconds(f"greatest(booking.requested_at, {BEGINS})")},
       {_seconds("CASE WHEN booking.released_at <= %(at)s THEN booking.released_at END")},
       {_seconds(ENDS)}, booking.zone_id
FROM warehouse_booking booking
WHERE booking.terminal_id = %(terminal)s AND booking.zone_id = ANY(%(zones)s)
  AND booking.end_at >= %(start)s AND booking.requested_at <= %(at)s
  AND (booking.status = ANY(%(holding)s) OR booking.released_at IS NOT NULL)
ORDER BY booking.id
"""

DECLARATIONS: Final = f"""
SELECT 1.0::float8, {_seconds("submitted_at")}, {_seconds("submitted_at")},
       {_seconds("CASE WHEN status = ANY(%(over)s) THEN status_since ELSE released_at END")}, {NEVER}, office_id
FROM customs_declaration
WHERE terminal_id = %(terminal)s AND office_id = ANY(%(offices)s) AND submitted_at <= %(at)s
  AND (status = ANY(%(open)s) OR status = ANY(%(over)s) OR released_at IS NOT NULL)
  AND (released_at IS NULL OR released_at >= %(start)s)
ORDER BY id
"""
