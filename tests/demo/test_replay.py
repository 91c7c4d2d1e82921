"""A generated day is worked through the commands: every move an order that was confirmed, and books that are right."""

import io
import re
from datetime import date

import numpy as np
import pytest
from django.core.management import call_command
from django.db.models import Q
from django.test import override_settings

from apps.containers.models import Visit
from apps.demo.management.commands import replay as command
from apps.demo.services.replay import audit
from apps.demo.services.replay.happenings import worked
from apps.gate.models import Appointment, DeliveryOrder, ReleasePin
from apps.journal.models import Entry
from apps.network.models import Terminal
from apps.ships.models import StowageLine
from apps.trains.models import WagonLoad
from apps.yard.models import Cell, Standing, WorkOrder
from terminal.events import ARRIVALS, DEPARTURES
from terminal.traffic import generate
from terminal.traffic.flows import SHIP, TRAIN

DAY = date(2026, 3, 10)
SEED = 11
"""Of the smallest terminal's days one on which ships, trains and trucks are worked, each in and out but trains in."""


@pytest.fixture
def said(db, monkeypatch):
    """What the command said of that day."""
    monkeypatch.setattr(command, "generate", lambda order: _with_a_crossing(generate(order)))
    out = io.StringIO()
    call_command("setup_site", stdout=out)
    words = ("--day", DAY.isoformat(), "--days-before", "1", "--teu-per-year", "10000", "--seed", str(SEED))
    with override_settings(DEMO=True):
        call_command("replay", *words, stdout=out)
    return out.getvalue()


def _with_a_crossing(world):
    """The world with a box that leaves its ship for a train that stands there while the ship is worked."""
    boxes, start, end = world.boxes, world.end - 86_400, world.end - 1
    for stay in np.flatnonzero((boxes.by_kind == SHIP) & (boxes.in_at >= start) & (boxes.in_at < end)).tolist():
        for train in np.flatnonzero((world.stood.arrived < end) & (world.stood.departed > start)).tolist():
            times = worked(world, SHIP, int(boxes.by[stay])), worked(world, TRAIN, train), (start, end)
            first, last = max(each[0] for each in times), min(each[1] for each in times)
            if first < last:
                boxes.in_at[stay], boxes.out_at[stay] = first, last
                boxes.on_kind[stay], boxes.on[stay] = TRAIN, train
                return world
    raise AssertionError("no ship is worked while a train stands here: take another seed")


def test_every_movement_of_the_day_is_an_order_that_was_done_and_the_books_are_right(said):
    assert "The yard's books are right" in said
    assert "Refused: nothing" in said, said
    came, went, across = (_counted(said, what) for what in ("box_comes", "box_goes", "box_crosses"))
    waiting = WorkOrder.objects.exclude(state="done").exclude(call__phase__in=["arrived", "in_processing"])
    assert not list(waiting.values_list("kind", "state", "reason", "visit__container__number"))
    orders = WorkOrder.objects.filter(state="done")
    own = Entry.objects.filter(actor="terminal:replay")
    into = orders.filter(kind__in=["discharge", "receive", "transfer"])
    assert into.count() == came + across == own.filter(kind__in=ARRIVALS).count()
    left = own.filter(kind__in=DEPARTURES).count()
    assert orders.filter(kind__in=["load", "deliver", "transfer"]).count() == left >= went + across - 5
    _every_carrier_keeps_its_own_books(orders)
    terminal = Terminal.objects.get(code="cnlyg")
    told = _audited_with_a_box_in_the_air(terminal)
    assert "air below" in told
    assert "covers other cells" in told
    assert "tallied" in _audited_with_a_line_undone(terminal)


def _counted(said: str, what: str) -> int:
    return int(re.search(rf"(\d+) {what}", said).group(1))


def _every_carrier_keeps_its_own_books(orders):
    """Ships tally, trains have wagons, trucks have come by appointment with a right to collect."""
    [across] = orders.filter(kind="transfer")
    assert not Standing.objects.filter(visit=across.visit).exists()
    assert StowageLine.objects.filter(visit=across.visit, listed_in="discharge", state="done").exists()
    assert WagonLoad.objects.filter(visit=across.visit, leg="departing", wagon__train__call=across.onward_call).exists()
    assert {each.kind for each in orders} >= {"discharge", "load", "receive", "deliver", "transfer"}
    of_ships = orders.filter(call__ship__isnull=False)
    assert StowageLine.objects.filter(state="done").count() == of_ships.count() > 0
    came = Appointment.objects.exclude(status="booked")
    assert set(came.values_list("status", flat=True)) == {"completed"}
    used = [right.objects.exclude(used_at=None).count() for right in (DeliveryOrder, ReleasePin)]
    assert sum(used) == orders.filter(kind="deliver", call__appointment__isnull=False).count() > 0
    _dangerous_goods_have_classes_and_reefers_set_points()


def _dangerous_goods_have_classes_and_reefers_set_points():
    open_visits = Visit.objects.filter(state__in=["advised", "active"]).exclude(laden=False)
    untold = Q(goods="dangerous_goods", hazards=None) | Q(goods="reefer", temperatures=None)
    assert not open_visits.filter(untold).exists()
    assert open_visits.filter(Q(goods="dangerous_goods") | Q(goods="reefer")).exists()


def _audited_with_a_box_in_the_air(terminal: Terminal) -> str:
    """What the auditor says while a box hangs in the air, which the database itself asks at the end only."""
    cells = Cell.objects.filter(standing=Standing.objects.filter(tier=1).order_by("-block__code", "-bay").first())
    cells.update(tier=3)
    told = " ".join(audit(terminal))
    cells.update(tier=1)
    return told


def _audited_with_a_line_undone(terminal: Terminal) -> str:
    """What the auditor says of a box that came off a ship whose tally has forgotten it."""
    line = StowageLine.objects.filter(state="done").order_by("pk").first()
    done = line.done_at
    StowageLine.objects.filter(pk=line.pk).update(state="listed", done_at=None)
    told = " ".join(audit(terminal))
    StowageLine.objects.filter(pk=line.pk).update(state="done", done_at=done)
    return told
