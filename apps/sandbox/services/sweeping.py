"""The end of a sandbox's day: whatever is left goes, so that the next day begins with an empty terminal.

# Note [Swept, not worked]
What a program or the script left half done has no proper way out: a box that customs holds never leaves by the rules.
Here the day simply ends. Boxes are journalled as gone, so that whoever follows them is told; everything else is ended
in its rows. Only a sandbox can be swept.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.calls.models import Call
from apps.common.steps import ChangedMeanwhile
from apps.containers.models import Hold, Visit
from apps.containers.services.rows import of_visit
from apps.customs.models import Declaration, Inspection, Office
from apps.gate.models import Appointment, GateClosure, GateHour
from apps.journal.services import record_many
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.models import SlotBooking, TrackPlan, TrackStay
from apps.warehouse.models import Booking, CargoOrder, DockAppointment, Lot
from apps.warehouse.services import stock
from apps.yard.models import Cell, Standing, WorkOrder
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import (
    DECLARATION,
    HOLDING_DOOR,
    OPEN_CARGO_ORDER,
    OPEN_INSPECTION,
    OPEN_ORDER,
    TRUCK_IS_HERE,
    AppointmentStatus,
    BookingStatus,
    CargoOrderStatus,
    DeclarationStatus,
    DockStatus,
    InspectionStatus,
    OrderState,
    Phase,
    Position,
    SlotBookingState,
    VisitState,
)


class NoSandbox(Refused):
    """A terminal in earnest is not swept."""

    message = gettext_noop("%(terminal)s is no sandbox.")


@transaction.atomic
def sweep(terminal: Terminal, *, by: Actor, at: datetime) -> int:
    """Everything that is here goes, and what is to come does not; how many boxes went. Raises ``NoSandbox``.

    See Note [Swept, not worked].
    """
    if not terminal.sandbox:
        raise NoSandbox(terminal=terminal.name)
    _end_bookings(terminal, at)
    _end_orders(terminal, at)
    _end_customs(terminal, at)
    gone = _boxes_go(terminal, by, at)
    _carriers_go(terminal, at)
    _goods_go(terminal, by, at)
    return gone


def _end_bookings(terminal: Terminal, at: datetime) -> None:
    """The next day lies over this one: no half-day of the warehouse stays taken, no hour of the gate."""
    wanted = Booking.objects.filter(terminal=terminal)
    waiting = [BookingStatus.REQUESTED.value, BookingStatus.CONFIRMED.value, BookingStatus.WAITING.value]
    wanted.filter(status__in=waiting).update(status=BookingStatus.CANCELLED.value, version=F("version") + 1)
    here = wanted.filter(status=BookingStatus.CHECKED_IN.value)
    here.update(status=BookingStatus.COMPLETED.value, version=F("version") + 1)
    wanted.filter(released_at__gt=F("start_at")).update(released_at=F("start_at"))
    places = SlotBooking.objects.filter(train__call__terminal=terminal)
    open_places = [SlotBookingState.CONFIRMED.value, SlotBookingState.WAITING.value]
    places.filter(state__in=open_places).update(state=SlotBookingState.RELEASED.value, version=F("version") + 1)
    doors = DockAppointment.objects.filter(terminal=terminal, status__in=sorted(HOLDING_DOOR))
    doors.update(status=DockStatus.CANCELLED.value, version=F("version") + 1)
    trucks = Appointment.objects.filter(terminal=terminal)
    ended = {"status": AppointmentStatus.CANCELLED.value, "version": F("version") + 1}
    trucks.filter(status=AppointmentStatus.BOOKED.value).update(**ended)
    trucks.filter(status__in=sorted(TRUCK_IS_HERE)).update(
        status=AppointmentStatus.COMPLETED.value, left_at=at, version=F("version") + 1
    )
    GateClosure.objects.filter(terminal=terminal).delete()
    GateHour.objects.filter(terminal=terminal).delete()


def _end_orders(terminal: Terminal, at: datetime) -> None:
    WorkOrder.objects.filter(terminal=terminal, state__in=sorted(OPEN_ORDER)).update(
        state=OrderState.CANCELLED.value, version=F("version") + 1
    )
    cargo = CargoOrder.objects.filter(terminal=terminal, status__in=sorted(OPEN_CARGO_ORDER))
    cargo.update(status=CargoOrderStatus.CANCELLED.value, version=F("version") + 1)


def _end_customs(terminal: Terminal, at: datetime) -> None:
    Office.objects.filter(terminal=terminal).update(active=True)
    Inspection.objects.filter(office__terminal=terminal, status__in=sorted(OPEN_INSPECTION)).update(
        status=InspectionStatus.CALLED_OFF.value, done_at=at, version=F("version") + 1
    )
    still_open = [each.value for each in DeclarationStatus if not DECLARATION.is_final(each.value)]
    Declaration.objects.filter(terminal=terminal, status__in=still_open).update(
        status=DeclarationStatus.WITHDRAWN.value, version=F("version") + 1
    )
    Hold.objects.filter(terminal=terminal, lifted_at=None).update(
        lifted_at=at, lifted_by="terminal:sandbox", version=F("version") + 1
    )


def _boxes_go(terminal: Terminal, by: Actor, at: datetime) -> int:
    here = Visit.objects.filter(terminal=terminal, state=VisitState.ACTIVE.value).select_related("container")
    boxes = list(here.order_by("pk"))
    Cell.objects.filter(standing__visit__in=boxes).delete()
    Standing.objects.filter(visit__in=boxes).delete()
    gone = {"state": VisitState.DEPARTED.value, "position": Position.GONE.value, "carrier_call": None}
    here.filter(departed_at=None).update(departed_at=at)
    here.update(**gone, version=F("version") + 1)
    left = [box for box in boxes if box.departed_at is None]
    record_many(
        of_visit(box, EventKind.CONTAINER_GATED_OUT, by=by, at=at, payload={"why": "the sandbox's day is over"})
        for box in left
    )
    Visit.objects.filter(terminal=terminal, state=VisitState.ADVISED.value).update(
        state=VisitState.CANCELLED.value, version=F("version") + 1
    )
    return len(boxes)


def _carriers_go(terminal: Terminal, at: datetime) -> None:
    """The metres they stood on are free for another day, which lies over this one."""
    TrackStay.objects.filter(track__terminal=terminal).delete()
    TrackPlan.objects.filter(train__call__terminal=terminal).delete()
    here = [Phase.ARRIVED.value, Phase.IN_PROCESSING.value, Phase.READY.value]
    calls = Call.objects.filter(terminal=terminal)
    calls.filter(phase__in=here).update(phase=Phase.DEPARTED.value, departed_at=at, version=F("version") + 1)
    calls.filter(phase__in=[Phase.SCHEDULED.value, Phase.ANNOUNCED.value]).update(
        phase=Phase.CANCELLED.value, version=F("version") + 1
    )


def _goods_go(terminal: Terminal, by: Actor, at: datetime) -> None:
    for lot in Lot.objects.in_stock().filter(zone__terminal=terminal):
        try:
            stock.withdraw(lot, lot.packages, by=by, at=at)
        except (Refused, ChangedMeanwhile):
            continue  # in bond: it stays in the ledger
