"""Trucks and boxes at the demo's dock doors, around the present hour."""

from datetime import datetime, timedelta

from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse import services as warehouse
from apps.warehouse.models import DockAppointment
from terminal.lifecycle import DockStatus

BY = Actor.itself("demo")
AT_THE_DOORS = [
    # door, hours from now, work, truck waits or leaves, what became of it
    ("D01", -5, "receive", "live", "done"),
    ("D01", -3, "hand_out", "live", "done"),
    ("D01", 1, "receive", "live", "booked"),
    ("D02", -1, "receive", "drop", "in_work"),
    ("D02", 3, "hand_out", "live", "booked"),
    ("D05", -4, "hand_out", "live", "no_show"),
    ("D05", 2, "receive", "live", "booked"),
    ("D07", 0, "receive", "live", "booked"),
    ("D10", -6, "strip", "live", "done"),
    ("D10", -2, "strip", "live", "in_work"),
    ("D10", 2, "stuff", "live", "booked"),
    ("D11", -3, "strip", "drop", "in_work"),
    ("D12", 0, "strip", "live", "arrived"),
    ("D12", 4, "strip", "live", "booked"),
    ("D13", 1, "stuff", "drop", "booked"),
    ("D14", -1, "stuff", "live", "booked"),
]


def stand_at_the_doors(terminal: Terminal, at: datetime) -> None:
    """Appointments of the last and the next hours, and what became of them by now."""
    parties = list(Party.objects.filter(kind__in=["shipper", "forwarder"]).order_by("code"))
    hour = at.replace(minute=0, second=0, microsecond=0)
    for place, (door, hours, work, handover, fate) in enumerate(AT_THE_DOORS):
        start = hour + timedelta(hours=hours)
        row = warehouse.book_dock(
            terminal=terminal,
            party=parties[place % len(parties)],
            work=work,
            handover=handover,
            door=door,
            start_at=start,
            plate=f"苏G{30100 + 37 * place}",
            by=BY,
            at=start - timedelta(days=1),
        )
        _go_on(row, DockStatus(fate), start, at)


def _go_on(row: DockAppointment, fate: DockStatus, start: datetime, at: datetime) -> None:
    if fate in (DockStatus.ARRIVED, DockStatus.IN_WORK, DockStatus.DONE):
        warehouse.arrive_at_dock(row, by=BY, at=min(at, start))
    if fate in (DockStatus.IN_WORK, DockStatus.DONE):
        warehouse.start_at_dock(row, by=BY, at=min(at, start + timedelta(minutes=5)))
    if fate == DockStatus.DONE:
        warehouse.finish_at_dock(row, by=BY, at=min(at, row.end_at - timedelta(minutes=10)))
    if fate == DockStatus.NO_SHOW:
        warehouse.note_dock_no_show(row, by=BY, at=min(at, row.end_at))
