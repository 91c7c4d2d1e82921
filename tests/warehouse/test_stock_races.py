"""Two at one lot at the same moment: it gives no more than it has, and no promise is made twice."""

import threading
from functools import partial

import pytest
from django.db import connection

from apps.parties.actors import Actor
from apps.warehouse.models import Lot
from apps.warehouse.services import stock
from terminal.stock import MoreThanIsThere
from tests.factories.cargo import stocked
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import APRIL_1
from tests.locking import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)
NOW = {"by": Actor.itself("test"), "at": APRIL_1}


def at_once(act, times=2):
    """Each thread does it as soon as all are there; what came of it."""
    gate, outcomes = threading.Barrier(times), []

    def one():
        try:
            gate.wait(timeout=20)
            act()
            outcomes.append("done")
        except MoreThanIsThere as refusal:
            outcomes.append(refusal.facts["free"])
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)
    return sorted(outcomes, key=str)


def test_of_two_who_take_or_promise_the_same_goods_one_is_refused_with_what_is_left():
    TerminalFactory()
    taken, promised = stocked(100), stocked(100)
    assert at_once(lambda: stock.withdraw(Lot.objects.get(pk=taken.pk), 60, **NOW)) == [40, "done"]
    assert at_once(lambda: stock.reserve(Lot.objects.get(pk=promised.pk), 60, **NOW)) == [40, "done"]
    assert list(Lot.objects.order_by("pk").values_list("packages", "reserved_packages")) == [(40, 0), (100, 60)]


def test_goods_that_change_hands_while_their_lock_is_waited_for_are_taken_from_their_new_owner():
    lot, buyer = stocked(100), PartyFactory(code="buyer")
    stale = Lot.objects.get(pk=lot.pk)
    sell = partial(stock.transfer, lot, owner=buyer, **NOW)
    assert not meanwhile(sell, lambda: stock.withdraw(stale, 60, **NOW))
    assert Lot.objects.values_list("owner", "packages").get() == (buyer.pk, 40)
