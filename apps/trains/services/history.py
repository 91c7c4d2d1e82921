"""Trains as another system kept them: their papers, and the metres of track they stood on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from apps.common.bulk import across, ask, insert_from, keep_new, known_as, stage_from, stage_rows
from apps.journal.services import happening
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.history import begin_history, write_down
from apps.trains.models import TrackStay, TrainVisit
from apps.trains.services.arriving import RIGHT
from terminal.events import Audience, EventKind


@dataclass(frozen=True, slots=True)
class ReportedTrain:
    """What a call the source told of has beyond a call. ``service`` and ``track`` are codes of the terminal, or empty.

    ``consist`` is what the papers came to, as counted (e.g. ``{"boxes": 60, "teu": "98.25"}``). Times are aware; one
    that has not come is None. Without ``track_since`` the train stood on no track.
    """

    call_reference: str
    service: str
    length_m: int
    consist_received_at: datetime | None = None
    consist: dict[str, Any] = field(default_factory=dict)
    track: str = ""
    from_m: int = 0
    track_since: datetime | None = None
    track_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TakenTrains:
    """How many trains and track stays are new; ``without_track`` counts those whose metres could not be theirs."""

    trains: int
    track_stays: int
    without_track: int


COLUMNS: Final = {
    "call_reference": "text",
    "service": "text",
    "length_m": "integer",
    "consist_received_at": "timestamptz",
    "consist": "jsonb",
    "track": "text",
    "from_m": "integer",
    "track_since": "timestamptz",
    "track_until": "timestamptz",
}

CALL: Final = f"calls_call call ON {known_as('call', 'told.call_reference')}"

KNOWN: Final = f"SELECT FROM trains_trainvisit train JOIN {CALL} WHERE train.call_id = call.id"

TRAINS: Final = f"""
FROM train_told told JOIN {CALL}
LEFT JOIN trains_trainservice service ON service.terminal_id = %(terminal)s AND service.code = told.service
ORDER BY told.n
"""

ON_TRACK: Final = f"""
SELECT told.*, train.id AS train_id, track.id AS track_id
FROM train_told told JOIN {CALL} JOIN trains_trainvisit train ON train.call_id = call.id
LEFT JOIN trains_track track ON track.terminal_id = %(terminal)s AND track.code = told.track
WHERE told.track <> '' AND told.track_since IS NOT NULL
"""

FREE: Final = """
FROM train_on_track told
WHERE told.track_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM trains_trackstay held
    JOIN trains_trainvisit theirs ON theirs.id = held.train_id JOIN calls_call call ON call.id = theirs.call_id
    WHERE call.source IS DISTINCT FROM %(source)s AND held.track_id = told.track_id
      AND int4range(held.from_m, held.to_m) && int4range(told.from_m, told.from_m + told.length_m)
      AND tstzrange(held.since, held.until) && tstzrange(told.track_since, told.track_until))
ORDER BY told.n
"""

TRACK: Final = "jsonb_build_object('track', told.track)"
METRES: Final = "jsonb_build_object('from_m', stay.from_m, 'to_m', stay.to_m)"

STEPS: Final = [
    (f"'{EventKind.CONSIST_RECEIVED}'", "told.consist_received_at", "told.consist"),
    (
        f"'{EventKind.TRACK_TAKEN}'",
        "stay.since",
        f"{TRACK} || jsonb_build_object('from_m', stay.from_m, 'to_m', stay.to_m)",
    ),
    (f"'{EventKind.TRACK_LEFT}'", "stay.until", TRACK),
]

STEPPED: Final = happening(
    kind="step.kind",
    happened_at="step.at",
    told_at="least(step.at, %(at)s)",
    call_id="call.id",
    audience=f"'{Audience.STAFF}'",
    reference="'call:' || told.call_reference || ':' || step.kind",
    payload="step.more || jsonb_build_object('number', call.number)",
)

HAPPENED: Final = f"""
SELECT {STEPPED} FROM train_told told JOIN {CALL} JOIN trains_trainvisit train ON train.call_id = call.id
LEFT JOIN trains_trackstay stay ON stay.train_id = train.id
{across("kind, at, more", STEPS)} WHERE step.at IS NOT NULL
"""


@transaction.atomic
def take_in_trains(
    trains: Iterable[ReportedTrain], *, terminal: Terminal, source: str, by: Actor, at: datetime
) -> TakenTrains:
    """Take in trains of calls that the source told of before (``calls.take_in_calls``); others are left out.

    A call that has its train already is left alone. A train whose metres another source's train held at the time, or
    whose track the terminal has not, is kept without a track. Trains of one source on the same metres violate
    ``track_metres_hold_one_train``. A service nobody knows is none. Nothing is recorded as known later than ``at``.
    Raises ``NotYours``.
    """
    facts = begin_history(RIGHT, terminal=terminal, source=source, by=by, at=at)
    stage_rows("train_told", COLUMNS, trains, uuids=("uuid", "stay_uuid"))
    keep_new("train_told", ("call_reference",), KNOWN, facts)
    written = _write_trains(facts)
    stage_from("train_on_track", ON_TRACK, facts)
    ((wanted,),) = ask("SELECT count(*) FROM train_on_track")
    stays = _write_stays(facts)
    write_down(HAPPENED, facts)
    return TakenTrains(written, stays, wanted - stays)


def _write_trains(facts: dict[str, Any]) -> int:
    columns = {
        "public_id": "told.uuid",
        "call_id": "call.id",
        "service_id": "service.id",
        "length_m": "told.length_m",
        "consist_received_at": "told.consist_received_at",
    }
    return insert_from(TrainVisit, columns, TRAINS, facts)


def _write_stays(facts: dict[str, Any]) -> int:
    columns = {
        "public_id": "told.stay_uuid",
        "track_id": "told.track_id",
        "train_id": "told.train_id",
        "from_m": "told.from_m",
        "to_m": "told.from_m + told.length_m",
        "since": "told.track_since",
        "until": "told.track_until",
    }
    return insert_from(TrackStay, columns, FREE, facts)
