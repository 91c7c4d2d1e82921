"""Bookings that others report by the thousand: what they held counts as if it had been booked here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from apps.common.bulk import across, insert_from
from apps.journal.services import forget_known, happening
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.history import begin_history, write_down
from apps.warehouse.models import Booking
from apps.warehouse.services.history.counting import ZoneWasOverbooked, counted
from apps.warehouse.services.history.staging import number_new, stage_told
from apps.warehouse.services.history.told import BACKWARDS, WITH_REASON, ReportedBooking
from apps.warehouse.services.wishes import RIGHT
from terminal.events import Audience
from terminal.lifecycle import BookingStatus

__all__ = ["ReportedBooking", "TakenBookings", "ZoneWasOverbooked", "take_in_bookings"]

NO_MORE: Final = "'{}'::jsonb"
WHY: Final = f"""CASE WHEN told.told_reason = '' THEN {NO_MORE}
    ELSE jsonb_build_object('reason', told.told_reason) END"""


@dataclass(frozen=True, slots=True)
class TakenBookings:
    """What came of it. ``known``: told before, or twice. ``missing_visits``: bookings whose visit is not there."""

    bookings: int
    known: int
    entries: int
    missing_visits: int


@transaction.atomic
def take_in_bookings(
    told: Iterable[ReportedBooking], *, terminal: Terminal, source: str, by: Actor, at: datetime
) -> TakenBookings:
    """Take in bookings as a source reports them, all or none: their steps, and the area they held.

    Each step is an entry ``reference:step``, known from the moment it was taken (no later than ``at``); the first is
    ``requested``, whatever the request made of it. What the source told before stays as it was told then. Raises
    ``NotYours``, ``NoSuchZone``, ``NoSuchParty``, ``EmptyStay``, ``ZoneWasOverbooked``.
    """
    facts = begin_history(RIGHT, terminal=terminal, source=source, by=by, at=at) | {"zone": terminal.zone_name}
    stage_told(told, terminal)
    known = forget_known("booking_told", step="requested", source=source)
    bookings, missing_visits = number_new(facts)
    with counted(facts):
        _write_bookings(facts)
    entries = write_down(_steps(), facts)
    return TakenBookings(bookings, known, entries, missing_visits)


def _write_bookings(facts: dict[str, Any]) -> None:
    names = (
        "id", "number", "zone_id", "party_id", "work", "visit_id", "area_m2", "start_at", "end_at", "status", "goods",
        "requested_at", "expires_at", "reason",
    )  # fmt: skip
    columns = {name: name for name in names}
    columns |= {"released_at": "CASE WHEN got_room THEN ended_at END"}
    columns |= {"public_id": "uuid", "terminal_id": "%(terminal)s", "requested_by": "%(actor)s"}
    insert_from(Booking, columns, "FROM booking_new ORDER BY id", facts)


def _steps() -> str:
    """The SELECT of every step. A booking confirmed by its request was not confirmed once more."""
    first = ("0", "'requested'", "told.first_status", "told.requested_at", NO_MORE)
    forward = [_step(turn, status) for turn, status in enumerate(reversed(BACKWARDS), 1)]
    told = happening(
        kind="'booking-' || replace(step.status, '_', '-')",
        happened_at="step.at",
        told_at="least(step.at, %(at)s)",
        visit_id="told.visit_id",
        container_number="told.container_number",
        booking_id="told.id",
        audience=f"'{Audience.OWNER}'",
        reference="told.reference || ':' || step.name",
        payload="jsonb_build_object('number', number, 'zone', zone, 'area_m2', area_m2::text) || step.more",
        turn="step.turn",
    )
    steps = across("turn, name, status, at, more", [first, *forward])
    taken = "step.at IS NOT NULL AND (step.name = 'requested' OR step.status <> told.first_status)"
    return f"SELECT {told} FROM booking_new told {steps} WHERE {taken}"


def _step(turn: int, status: BookingStatus) -> tuple[str, ...]:
    more = WHY if status in WITH_REASON else NO_MORE
    return str(turn), f"'{status}'", f"'{status}'", f"told.{status}_at", more
