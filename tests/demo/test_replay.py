"""A generated day is worked through the commands: every move an order that was confirmed, and books that are right."""

import io
import re
from datetime import date

import pytest
from django.core.management import call_command
from django.test import override_settings

from apps.demo.services.replay import audit
from apps.journal.models import Entry
from apps.network.models import Terminal
from apps.yard.models import Cell, Standing, WorkOrder
from terminal.events import ARRIVALS, DEPARTURES

DAY = date(2026, 3, 10)


@pytest.fixture
def said(db):
    """What the command said of the smallest terminal's day."""
    out = io.StringIO()
    call_command("setup_site", stdout=out)
    words = ("--day", DAY.isoformat(), "--days-before", "2", "--teu-per-year", "20000")
    with override_settings(DEMO=True):
        call_command("replay", *words, stdout=out)
    return out.getvalue()


def test_every_movement_of_the_day_is_an_order_that_was_done_and_the_books_are_right(said):
    assert "The yard's books are right" in said
    assert "Refused: nothing" in said
    came, went = (int(re.search(rf"(\d+) {what}", said).group(1)) for what in ("box_comes", "box_goes"))
    orders = WorkOrder.objects.all()
    assert set(orders.values_list("state", flat=True)) == {"done"}
    own = Entry.objects.filter(actor="terminal:replay")
    assert orders.filter(kind__in=["discharge", "receive"]).count() == came == own.filter(kind__in=ARRIVALS).count()
    left = own.filter(kind__in=DEPARTURES).count()
    assert orders.filter(kind__in=["load", "deliver"]).count() == left >= went - 5
    terminal = Terminal.objects.get(code="cnlyg")
    told = _audited_with_a_box_in_the_air(terminal)
    assert "air below" in told
    assert "covers other cells" in told


def _audited_with_a_box_in_the_air(terminal: Terminal) -> str:
    """What the auditor says while a box hangs in the air, which the database itself asks at the end only."""
    cells = Cell.objects.filter(standing=Standing.objects.filter(tier=1).order_by("-block__code", "-bay").first())
    cells.update(tier=3)
    told = " ".join(audit(terminal))
    cells.update(tier=1)
    return told
