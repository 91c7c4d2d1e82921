"""What frees a guarantee, and takes it again: never anything but what brings the goods to their end."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from apps.containers.models import Visit
from apps.customs import services
from apps.customs.models import Declaration, Guarantee
from apps.journal.models import Entry
from apps.warehouse.services import stock
from terminal.lifecycle import Channel
from terminal.regimes import Direction, Regime
from terminal.stock import Amount, LotMove
from tests.factories.bonded import KEEPER, bonded_zone
from tests.factories.cargo import stocked
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.customs import declarant_of, officer_of
from tests.factories.declaring import YARN, cotton, guarantee, let_go, over_lots
from tests.factories.warehouse import APRIL_1, ZoneFactory
from tests.locking import locked_tables, meanwhile

pytestmark = pytest.mark.django_db
NEEDED = 300_000  # of 1,000,000 in value
LATER = APRIL_1 + timedelta(hours=1)


def taken():
    return Guarantee.objects.get().taken_minor


def a_stay():
    """100 packages that are here for a time, and take of a guarantee."""
    guarantee()
    lot = stocked(100, customs_status="unknown")
    return let_go(over_lots((lot, 100), regime=Regime.TEMPORARY))


def back(stay, packages, regime=Regime.RETURN):
    """So many of them are declared to leave the country again."""
    lines = [replace(YARN, packages=packages)]
    return over_lots((stocked(customs_status="unknown"), 1), regime=regime, earlier=stay, lines=lines)


def test_only_a_return_or_an_export_ends_a_temporary_stay():
    stay = a_stay()
    with pytest.raises(services.EndsNoStay):
        back(stay, 100, Regime.IMPORT)
    for regime in (Regime.RETURN, Regime.EXPORT):
        assert back(stay, 1, regime).earlier == stay
    draft = services.draft(
        terminal=stay.terminal, declarant=stay.declarant, regime=Regime.RETURN, direction=Direction.OUTBOUND,
        parts=[services.Part(lot=stocked(), packages=1)], earlier=stay, by=declarant_of(stay), at=LATER,
    )  # fmt: skip
    change = services.DeclarationChange(regime=Regime.IMPORT)
    with pytest.raises(services.EndsNoStay):
        services.update_draft(draft, change, by=declarant_of(stay), at=LATER)


def test_what_was_declared_otherwise_frees_no_stays_guarantee_and_does_not_count_as_come_back():
    stay = a_stay()
    row = back(stay, 60)
    Declaration.objects.filter(pk=row.pk).update(regime=Regime.IMPORT.value)
    row.refresh_from_db()
    let_go(row)
    let_go(back(stay, 40))
    assert taken() == NEEDED
    services.discharge(stay, reference="T-1", by=officer_of(stay.office), at=LATER)
    services.revoke_release(row, by=officer_of(row.office), at=LATER, reason="wrong regime")
    assert taken() == 0


def test_of_a_return_that_is_revoked_the_stay_takes_its_guarantee_again():
    stay = a_stay()
    first, rest = back(stay, 60), back(stay, 40)
    let_go(first), let_go(rest)
    assert taken() == 0
    services.revoke_release(first, by=officer_of(first.office), at=LATER, reason="never left")
    assert taken() == NEEDED
    services.revoke_release(rest, by=officer_of(rest.office), at=LATER, reason="never left")
    assert taken() == NEEDED


def test_a_return_is_revoked_though_nobody_stands_for_the_goods_any_more_and_that_is_written_down():
    row = back(a_stay(), 100)
    let_go(row)
    Guarantee.objects.update(amount_minor=1)
    services.revoke_release(row, by=officer_of(row.office), at=LATER, reason="never left")
    row.refresh_from_db()
    assert (row.release_revoked_at, taken()) == (LATER, 0)
    told = Entry.objects.filter(declaration_id=row.earlier_id).latest("pk").payload
    assert (told["needed_minor"], told["free_minor"]) == (NEEDED, 1)


def unpacked(row, visit, zone, over=True):
    """Ten bales of the box come into the zone, and its stay is over, or more is in it still."""
    goods = {"goods": "yarn", "package_kind": "bale", "hs_code": "520512", "customs_status": "free"}
    lot = stock.receive_lot(
        owner=row.declarant, zone=zone, amount=Amount(10, Decimal(100)), by=KEEPER, visit_id=visit.pk,
        goods={**goods, "customs_reference": row.number}, at=LATER, move=LotMove.RECEIVED,
    )  # fmt: skip
    if over:
        Visit.objects.filter(pk=visit.pk).update(state="departed", position="gone", departed_at=LATER)
    lot.refresh_from_db()
    return lot


def gone(lot):
    """Removed from bond, and handed out."""
    let_go(over_lots((lot, lot.packages), regime=Regime.BONDED_REMOVAL, at=LATER), at=LATER)
    stock.withdraw(lot, lot.packages, by=KEEPER, at=LATER)


@pytest.fixture
def entered():
    """An entry into bond over two boxes, released."""
    guarantee()
    boxes = [VisitFactory(active=True) for _ in range(2)]
    for box in boxes:
        VisitRoleFactory(visit=box, party=cotton())
    return let_go(over_lots(regime=Regime.BONDED_ENTRY, visits=boxes))


def test_an_entry_is_not_free_while_another_of_its_boxes_is_packed(entered):
    first, second = entered.visits.order_by("pk")
    gone(unpacked(entered, first, bonded_zone()))
    assert taken() == NEEDED
    gone(unpacked(entered, second, bonded_zone(), over=False))
    assert taken() == NEEDED
    gone(unpacked(entered, second, bonded_zone()))
    assert taken() == 0


def test_nor_while_goods_of_a_box_lie_beside_the_entry_nor_when_a_box_left_as_it_was(entered):
    first, second = entered.visits.order_by("pk")
    beside = unpacked(entered, second, ZoneFactory())
    gone(unpacked(entered, first, bonded_zone()))
    assert taken() == NEEDED
    assert beside.entry is None
    services.discharge(entered, reference="T-1", by=officer_of(entered.office), at=LATER)
    assert taken() == 0


def test_a_box_that_left_packed_keeps_the_guarantee_until_the_office_notes_its_end(entered):
    first, second = entered.visits.order_by("pk")
    Visit.objects.filter(pk=second.pk).update(state="departed", position="gone", departed_at=LATER)
    gone(unpacked(entered, first, bonded_zone()))
    assert taken() == NEEDED


def test_guarantees_are_locked_before_anything_is_taken_or_freed_of_them():
    tables = ("customs_guarantee", "customs_guaranteecharge")
    with locked_tables(*tables) as taking:
        stay = a_stay()
    with locked_tables(*tables) as freeing:
        services.discharge(stay, reference="T-1", by=officer_of(stay.office), at=LATER)
    assert (taking[0], freeing[0]) == ("customs_guarantee", "customs_guarantee")


@pytest.mark.django_db(transaction=True)
def test_two_returns_at_one_moment_that_bring_all_of_it_back_free_the_guarantee():
    stay = a_stay()
    parts = [back(stay, 60), back(stay, 40)]
    for row in parts:
        services.register(row, by=officer_of(row.office), at=LATER)
    by = officer_of(stay.office)
    release = [partial(services.assign_channel, row, Channel.GREEN, by=by, at=LATER) for row in parts]
    assert not meanwhile(*release)
    assert taken() == 0
