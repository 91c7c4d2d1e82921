"""Trains that are to come."""

from datetime import datetime

from django.db import transaction

from apps.calls.services import NewCall, announce_calls
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.trains.models import TrainService, TrainVisit
from apps.trains.services.rows import RIGHT
from terminal.lifecycle import Phase
from terminal.throughput import Mode

USUAL_LENGTH_M: int = TrainVisit._meta.get_field("length_m").default


@transaction.atomic
def announce_train(
    *,
    terminal: Terminal,
    number: str,
    by: Actor,
    at: datetime,
    service: TrainService | None = None,
    length_m: int | None = None,
    carrier: str = "",
    operator: Party | None = None,
    scheduled_arrival_at: datetime | None = None,
    scheduled_departure_at: datetime | None = None,
    cut_off_at: datetime | None = None,
    phase: Phase = Phase.SCHEDULED,
) -> TrainVisit:
    """Enter a train that is to come: its call, its service and its length (the service's, unless given).

    Raises ``NotYours`` and as ``announce_calls``.
    """
    by.require(RIGHT, terminal)
    new = NewCall(
        terminal=terminal,
        mode=Mode.RAIL,
        number=number,
        carrier=carrier,
        operator=operator,
        scheduled_arrival_at=scheduled_arrival_at,
        scheduled_departure_at=scheduled_departure_at,
        cut_off_at=cut_off_at,
        phase=phase,
    )
    call = announce_calls([new], by=by, at=at)[0]
    length = length_m or (service.length_m if service else USUAL_LENGTH_M)
    return TrainVisit.objects.create(call=call, service=service, length_m=length)
