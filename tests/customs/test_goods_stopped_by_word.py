"""What the authority stops before its turn, or against it, stops the goods in the warehouse as it does boxes."""

from datetime import timedelta

import pytest

from apps.customs import services
from apps.customs.models import GoodsStop
from apps.customs.services.inspecting import GoodsAreStopped
from apps.warehouse.services import stock
from terminal.regimes import Regime
from tests.factories.authority import say, word
from tests.factories.bonded import KEEPER, in_bond
from tests.factories.customs import officer_of
from tests.factories.declaring import over_lots
from tests.factories.warehouse import APRIL_1

pytestmark = pytest.mark.django_db
NOW, LATER = APRIL_1 + timedelta(hours=2), APRIL_1 + timedelta(hours=3)
WAY = [("registered", {}), ("channel", {"channel": "yellow"}), ("assessed", {}), ("paid", {}), ("released", {})]


def told(row, steps=WAY):
    return [word(row, kind, turn, NOW, **more) for turn, (kind, more) in enumerate(steps, 1)]


@pytest.fixture
def removal():
    return over_lots((in_bond(100), 100), regime=Regime.BONDED_REMOVAL)


def handed_out(row):
    lot = row.lots.get()
    return stock.withdraw(lot, 1, by=KEEPER, at=LATER)


def test_goods_go_once_the_whole_of_it_was_said(removal):
    for message in told(removal):
        say(message, NOW)
    assert handed_out(removal)


@pytest.mark.parametrize("first", [True, False])
def test_a_revocation_whose_turn_has_not_come_keeps_the_goods_whenever_it_is_heard(removal, first):
    late = word(removal, "release_revoked", 7, NOW)
    for message in [late, *told(removal)] if first else [*told(removal), late]:
        say(message, NOW)
    with pytest.raises(GoodsAreStopped if not first else (GoodsAreStopped, stock.CustomsHasNotReleased)):
        handed_out(removal)


def test_what_contradicts_a_turn_keeps_the_goods_until_an_officer_lets_them_go(removal):
    for message in told(removal):
        say(message, NOW)
    assert say(word(removal, "rejected", 5, NOW), NOW).fault == "doubled-turn"
    with pytest.raises(GoodsAreStopped):
        handed_out(removal)
    services.lift_goods_stop(GoodsStop.objects.standing().get(), by=officer_of(removal.office), at=NOW)
    assert handed_out(removal)


def test_what_an_officer_lifted_stays_lifted(removal):
    look = ("inspection_ordered", {})
    way = told(removal, [WAY[0], WAY[1], look, ("inspected", {}), *WAY[2:]])
    say(way[2], NOW)
    assert [each.kind for each in GoodsStop.objects.standing()] == ["hold"]
    services.lift_goods_stop(GoodsStop.objects.get(), by=officer_of(removal.office), at=NOW)
    say(way[0], NOW)
    assert not GoodsStop.objects.standing().exists()
    for message in way[1:2] + way[3:]:
        say(message, NOW)
    assert not GoodsStop.objects.standing().exists()
    assert handed_out(removal)


def test_the_stop_of_a_message_ends_with_its_own_turn(removal):
    look = ("inspection_ordered", {})
    way = told(removal, [WAY[0], WAY[1], look, ("inspected", {}), *WAY[2:]])
    for message in [way[2], *way[:2]]:
        say(message, NOW)
    assert [each.kind for each in GoodsStop.objects.standing()] == ["inspection"]
