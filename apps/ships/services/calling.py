"""A ship or barge is announced, and what is known of it."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from apps.calls import services as calls
from apps.calls.models import Call
from apps.journal.services import Happening
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.ships.models import ShipCall
from apps.ships.services.refusals import NotByWater, ShipWithoutImoNumber
from terminal.events import Audience, EventKind
from terminal.identifiers import require_imo_number
from terminal.lifecycle import Phase
from terminal.readiness.blockers import AFLOAT
from terminal.throughput import Mode

RIGHT: Final = "ships.change_shipcall"


@transaction.atomic
def announce_ship(
    *,
    terminal: Terminal,
    name: str,
    voyage_in: str,
    scheduled_arrival_at: datetime,
    scheduled_departure_at: datetime,
    by: Actor,
    at: datetime,
    mode: Mode = Mode.SEA,
    imo: str = "",
    voyage_out: str = "",
    line: Party | None = None,
    cut_off_at: datetime | None = None,
) -> ShipCall:
    """Enter a ship or barge that is to come; its call's number is the voyage in.

    Raises as ``calls.announce_calls`` (``calls.change_call`` is the right), ``NotByWater``, ``ShipWithoutImoNumber``,
    and the refusals of an IMO number.
    """
    new = calls.NewCall(
        terminal=terminal,
        mode=mode,
        number=voyage_in,
        carrier=line.name if line else "",
        scheduled_arrival_at=scheduled_arrival_at,
        scheduled_departure_at=scheduled_departure_at,
        cut_off_at=cut_off_at,
        operator=line,
        phase=Phase.ANNOUNCED,
    )
    call = calls.announce_calls([new], by=by, at=at)[0]
    return enter_ship(call, name=name, imo=imo, voyage_out=voyage_out, line=line, by=by.entrusted())


def enter_ship(
    call: Call, *, name: str, by: Actor, imo: str = "", voyage_out: str = "", line: Party | None = None
) -> ShipCall:
    """Say which ship or barge a call by water is.

    Raises ``NotYours``, ``NotByWater``, ``ShipWithoutImoNumber``, ``MalformedImoNumber``, ``WrongCheckDigit``.
    """
    by.require(RIGHT, call.terminal)
    if call.mode not in AFLOAT:
        raise NotByWater(number=call.number)
    if call.mode == Mode.SEA and not imo.strip():
        raise ShipWithoutImoNumber
    number = require_imo_number(imo) if imo.strip() else ""
    return ShipCall.objects.create(
        call=call,
        name=name.strip()[:80],
        imo=number,
        voyage_in=call.number[:20],
        voyage_out=voyage_out.strip()[:20],
        line=line,
    )


def of_ship(ship: ShipCall, kind: EventKind, *, by: Actor, at: datetime, **more: Any) -> Happening:
    """A journal row about a ship's call or a box of its lists, for staff."""
    return Happening(
        kind=kind,
        terminal_id=ship.call.terminal_id,
        at=at,
        actor=by.label,
        call_id=ship.call_id,
        audience=Audience.STAFF,
        **more,
    )
