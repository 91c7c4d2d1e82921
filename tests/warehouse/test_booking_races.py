"""Two at one box and one half-day at the same moment: each waits for the other in one order, and neither fails."""

import threading
import time

import pytest
from django.db import connection, transaction

from apps.parties.actors import Actor
from apps.warehouse import services
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import APRIL_1, ZoneFactory, book

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def somebody_waits():
    with connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return True
            time.sleep(0.02)
    return False


@pytest.mark.parametrize("named", ["visit", "boxes"])
def test_booking_for_a_box_and_giving_another_booking_of_it_up_do_not_wait_in_a_circle(named):
    cotton, zone = PartyFactory(code="almaty-cotton", name="Almaty Cotton"), ZoneFactory(terminal=TerminalFactory())
    visit = VisitFactory(terminal=zone.terminal, active=True)
    VisitRoleFactory(visit=visit, party=cotton, role="consignee", since=APRIL_1)
    other, failed = book(zone, 10, work="strip", visit=visit, party=cotton), []
    box = services.NewBox(number=visit.container.number, size_type=visit.container.size_type)

    def give_up():
        try:
            services.cancel_booking(other, by=Actor.itself("clerk"), at=APRIL_1)
        except Exception as fault:
            failed.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=give_up)
    with transaction.atomic():
        book(zone, 10, work="strip", party=cotton, **{named: visit if named == "visit" else [box]})
        thread.start()
        assert somebody_waits()
    thread.join(timeout=20)
    assert failed == []
