"""A sandbox counts in no figure, no round of the worker is about it, and its programs live by its clock."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.common import clock
from apps.common.numbers import next_number
from apps.journal.services import record_many
from apps.network.models import Terminal
from apps.network.selectors import WhichTerminal, the_terminal
from apps.parties.actors import Actor
from apps.reports.models import DailyThroughput
from apps.reports.services import fold_journal
from apps.warehouse.models import Booking
from apps.warehouse.services import book_space, expire_bookings
from terminal.sandbox import DAY, LOOP
from tests.factories.api import key_for
from tests.factories.journal import crossing, may
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import ZoneFactory

HALF_AN_HOUR = LOOP / 2
BEHIND = DAY / 2 - HALF_AN_HOUR
"""How far behind a sandbox's clock is when half of its loop is over."""


@pytest.fixture
def sandbox(lyg) -> Terminal:
    """Half of its day is over."""
    return TerminalFactory(code="sandbox", sandbox=True, day_began_at=timezone.now() - HALF_AN_HOUR)


def asked_at(terminal: Terminal):
    """A program of the terminal asks for its bookings."""
    key = key_for(PartyFactory(code=f"of-{terminal.code}"), terminal=terminal)
    return Client(headers={"Authorization": f"Api-Key {key}"}).get("/api/v1/warehouse/bookings/")


def test_an_answer_says_what_the_clock_of_the_sandbox_shows(sandbox):
    shown = datetime.fromisoformat(asked_at(sandbox).headers["Landbridge-Clock"])
    assert abs(timezone.now() - shown - BEHIND) < timedelta(minutes=2)


def test_elsewhere_no_answer_speaks_of_a_clock(sandbox, lyg):
    assert asked_at(lyg).status_code == 200
    assert "Landbridge-Clock" not in asked_at(lyg).headers


def test_a_request_to_the_sandbox_leaves_no_clock_behind(sandbox):
    asked_at(sandbox)
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)


def test_whoever_goes_by_a_clock_reads_it(sandbox):
    with clock.going_by(sandbox.time_at):
        assert abs(timezone.now() - clock.now() - BEHIND) < timedelta(minutes=1)


def test_the_day_of_a_sandbox_is_not_counted(sandbox, lyg):
    record_many([crossing(sandbox, may(4)), crossing(lyg, may(4))])
    fold_journal(at=may(5))
    assert set(DailyThroughput.objects.values_list("terminal__code", flat=True)) == {"cnlyg"}


def test_the_workers_round_leaves_the_sandbox_alone_and_its_player_makes_its_own(sandbox, lyg):
    now = timezone.now()
    theirs, ours = (ran_out(each, now) for each in (sandbox, lyg))
    assert expire_bookings(at=now) == [ours]
    assert expire_bookings(at=now, terminal=sandbox) == [theirs]


def ran_out(terminal: Terminal, now: datetime) -> Booking:
    """A request for area nobody answered."""
    wish = {"area_m2": Decimal(10), "start_at": now + timedelta(hours=1), "end_at": now + timedelta(days=1)}
    zone, by = ZoneFactory(terminal=terminal), Actor.itself("test")
    booking = book_space(zone=zone, party=PartyFactory(), goods="wheat", by=by, at=now - timedelta(hours=2), **wish)
    Booking.objects.filter(pk=booking.pk).update(expires_at=now - timedelta(minutes=1))
    return booking


def test_who_names_no_terminal_does_not_mean_the_sandbox(sandbox, lyg):
    Terminal.objects.filter(pk=lyg.pk).update(active=False)
    with pytest.raises(WhichTerminal):
        the_terminal()
    assert the_terminal("sandbox") == sandbox


def test_only_a_sandbox_can_have_a_clock_of_its_own(lyg):
    with pytest.raises(IntegrityError, match="only_a_sandbox_has_its_own_clock"), transaction.atomic():
        Terminal.objects.filter(pk=lyg.pk).update(day_began_at=timezone.now())


def test_a_document_of_the_sandbox_takes_no_number_of_those_that_count(sandbox):
    at, before = timezone.now(), int(next_number("WB", timezone.now()).rpartition("-")[2])
    with clock.going_by(sandbox.time_at):
        assert next_number("WB", at).startswith(f"WB-{at.year}-S")
    assert int(next_number("WB", at).rpartition("-")[2]) == before + 1
