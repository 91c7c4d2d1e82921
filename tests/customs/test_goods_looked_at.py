"""Goods in the warehouse that customs looks at, or has seized, stay; an office's looks are its own."""

from datetime import timedelta

import pytest
from django.db.models import F

from apps.billing.selectors.pauses import pauses_of
from apps.containers import services as containers
from apps.containers.models import Hold, Permission
from apps.containers.selectors import what_stands_between
from apps.containers.services.following import TOLD
from apps.customs import services
from apps.customs.models import GoodsStop, Inspection
from apps.customs.services.inspecting.goods import GoodsAreInspected, GoodsAreSeized
from apps.customs.services.inspecting.ordering import BeingInspected
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.warehouse.services import bonded, stock
from terminal.customs.inspecting import InspectionKind, InspectionResult
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.readiness import Step
from terminal.regimes import Regime
from tests.factories.bonded import KEEPER, in_bond
from tests.factories.calls import MARCH_14
from tests.factories.cargo import stocked
from tests.factories.containers import VisitFactory
from tests.factories.customs import OfficeFactory, a_stop_of_goods, officer_of, submitted
from tests.factories.declaring import over_lots
from tests.factories.parties import UserFactory, staff
from tests.factories.warehouse import APRIL_1
from tests.locking import meanwhile

pytestmark = pytest.mark.django_db
PHYSICAL, SEIZED, AS_DECLARED = InspectionKind.PHYSICAL, InspectionResult.SEIZED, InspectionResult.AS_DECLARED


def hour(n, begin=APRIL_1):
    return begin + timedelta(hours=n)


def order(lot, n=1):
    office = OfficeFactory()
    return services.order_inspections(office, PHYSICAL, lots=[lot], by=officer_of(office), at=hour(n))[0]


def written_down(look, result, n=2):
    by = officer_of(look.office)
    services.present(look, by=by, at=hour(n))
    services.begin(look, by=by, at=hour(n))
    services.finish(look, result, by=by, at=hour(n), finding="undeclared alcohol")


def handed_out(lot, n):
    lot.refresh_from_db()
    return stock.withdraw(lot, 1, by=KEEPER, at=hour(n))


def let_go(lot, by, n):
    return services.lift_goods_stop(GoodsStop.objects.standing().get(lot=lot), by=by, at=hour(n))


def test_a_lot_under_inspection_or_seized_is_handed_out_to_nobody_until_its_office_lets_it_go():
    lot = stocked(100)
    look = order(lot)
    with pytest.raises(GoodsAreInspected, match=look.number):
        handed_out(lot, 1)
    written_down(look, SEIZED)
    with pytest.raises(GoodsAreSeized, match=look.number):
        handed_out(lot, 3)
    assert GoodsStop.objects.get().reason == "undeclared alcohol"
    let_go(lot, officer_of(look.office), 4)
    assert handed_out(lot, 5)
    assert [each.kind for each in Entry.objects.filter(lot_id=lot.pk, kind__startswith="goods-").order_by("pk")] == [
        "goods-stopped", "goods-let-go",
    ]  # fmt: skip


@pytest.mark.parametrize("result", [AS_DECLARED, InspectionResult.DISCREPANCY, None])
def test_goods_that_were_looked_at_and_not_seized_may_go(result):
    lot = stocked(100)
    look = order(lot)
    if result is None:
        services.call_off(look, by=officer_of(look.office), at=hour(2), reason="not today")
    else:
        written_down(look, result)
    assert handed_out(lot, 3)


def test_no_other_look_ends_a_seizure_neither_an_offices_nor_a_declarations():
    lot = in_bond(100)
    written_down(order(lot), SEIZED)
    rail = OfficeFactory(code="rail")
    theirs = officer_of(rail, "officer-wang")
    (again,) = services.order_inspections(rail, PHYSICAL, lots=[lot], by=theirs, at=hour(3))
    services.present(again, by=theirs, at=hour(3))
    services.begin(again, by=theirs, at=hour(3))
    services.finish(again, AS_DECLARED, by=theirs, at=hour(3))
    row = over_lots((lot, 40), regime=Regime.BONDED_REMOVAL, at=hour(4))
    by = officer_of(row.office)
    services.register(row, channel=Channel.RED, by=by, at=hour(4))
    services.move(row, DeclarationStatus.INSPECTED, by=by, at=hour(5))
    for wanted in (DeclarationStatus.ASSESSED, DeclarationStatus.PAID):
        services.move(row, wanted, by=by, at=hour(5))
    with pytest.raises(GoodsAreSeized):
        services.release(row, by=by, at=hour(6))


def test_only_an_officer_of_the_office_that_keeps_the_goods_lets_them_go_and_once():
    lot = stocked(100)
    look = order(lot)
    officer, stranger = officer_of(look.office), officer_of(OfficeFactory(code="rail"), "officer-wang")
    with pytest.raises(services.EndsWithTheLook):
        let_go(lot, officer, 2)
    written_down(look, SEIZED)
    with pytest.raises(services.AnotherOffice):
        let_go(lot, stranger, 3)
    stop = GoodsStop.objects.get()
    services.lift_goods_stop(stop, by=officer, at=hour(3))
    with pytest.raises(services.StopIsLifted):
        services.lift_goods_stop(stop, by=officer, at=hour(4))


def test_what_is_split_off_during_a_look_stays_with_it_and_what_was_split_off_before_does_not():
    lot = stocked(100)
    before = stock.split_lot(lot, 10, by=KEEPER, at=hour(0))
    look = order(lot, 1)
    during = stock.split_lot(lot, 10, by=KEEPER, at=hour(0))  # whose split was asked for before the look, and waited
    of_it = stock.split_lot(during, 5, by=KEEPER, at=hour(1))
    assert handed_out(before, 2)
    with pytest.raises(GoodsAreInspected):
        handed_out(of_it, 2)
    written_down(look, SEIZED)
    with pytest.raises(GoodsAreSeized):
        handed_out(of_it, 3)


def test_parts_go_with_the_look_that_kept_them():
    lot = stocked(100)
    look = order(lot)
    part = stock.split_lot(lot, 10, by=KEEPER, at=hour(1))
    written_down(look, AS_DECLARED)
    assert handed_out(part, 3)


def test_a_split_that_waits_for_the_order_of_a_look_is_kept_with_it():
    """The part is made after the look was ordered, whatever moment its maker names."""
    lot = stocked(100)
    order(lot, 5)
    part = stock.split_lot(lot, 10, by=KEEPER, at=hour(1))
    assert GoodsStop.objects.standing().filter(lot=part).exists()


def test_a_declaration_handed_over_takes_the_stops_of_its_looks_along_and_no_seizure():
    lot, other = (stocked(packages, customs_status="unknown") for packages in (100, 50))
    written_down(order(other), SEIZED)
    row = over_lots((lot, 100), (other, 50), regime=Regime.TRANSIT, lines=[], at=hour(3))
    officer = officer_of(row.office)
    services.register(row, channel=Channel.RED, by=officer, at=hour(3))
    was, rail = row.office.code, OfficeFactory(terminal=row.terminal, code="rail")
    services.hand_over(row, rail, by=officer, at=hour(4), reason="its train is here")
    kept = GoodsStop.objects.standing().values_list("lot", "kind", "office__code")
    assert set(kept) == {
        (lot.pk, "inspection", "rail"), (other.pk, "inspection", "rail"), (other.pk, "seizure", was),
    }  # fmt: skip


def test_goods_are_let_go_on_the_page(client):
    stop = a_stop_of_goods()
    client.force_login(officer_of(stop.office).user)
    staff("customs.view_goodsstop", username="reader")
    client.post("/admin/customs/goodsstop/", {"action": "lift", "_selected_action": [stop.pk], "answered": "1"})
    stop.refresh_from_db()
    assert stop.lifted_at is not None


def test_the_page_of_a_lot_says_why_it_is_kept_here(client):
    lot = stocked(100)
    look = order(lot)
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    page = client.get(f"/admin/warehouse/lot/{lot.pk}/change/").content.decode()
    assert f"Customs inspects {lot.number} ({look.number}, {look.office.name})" in page


def test_a_lot_that_is_looked_at_is_not_destroyed_either():
    lot = in_bond(100)
    order(lot)
    with pytest.raises(GoodsAreInspected):
        bonded.destroy(lot, 1, document="5230-D-1", by=KEEPER, at=hour(2))


def test_seized_goods_are_freed_by_no_release():
    lot = in_bond(100)
    written_down(order(lot), SEIZED)
    row = over_lots((lot, 40), regime=Regime.BONDED_REMOVAL, at=hour(3))
    by = officer_of(row.office)
    services.register(row, by=by, at=hour(3))
    services.assign_channel(row, Channel.YELLOW, by=by, at=hour(3))
    for wanted in (DeclarationStatus.ASSESSED, DeclarationStatus.PAID):
        services.move(row, wanted, by=by, at=hour(3))
    with pytest.raises(GoodsAreSeized):
        services.release(row, by=by, at=hour(4))
    row.refresh_from_db()
    lot.refresh_from_db()
    assert (row.status, lot.customs_status, lot.packages) == ("paid", "bonded", 100)


def test_a_release_is_revoked_although_its_box_was_stuffed_since():
    row = submitted()
    by = officer_of(row.office)
    services.register(row, channel=Channel.GREEN, by=by, at=hour(1, MARCH_14))
    assert row.released_at
    Permission.objects.update(revoked_at=hour(2, MARCH_14), version=F("version") + 1)
    services.revoke_release(row, by=by, at=hour(3, MARCH_14), reason="forged invoice")
    assert row.release_revoked_at == hour(3, MARCH_14)


def test_another_offices_look_is_neither_taken_over_nor_ended_by_a_declarations_officer():
    row = submitted()
    officer, visit = officer_of(row.office), row.visits.get()
    patrol = OfficeFactory(terminal=row.terminal, anti_smuggling=True)
    look = services.order_inspections(
        patrol, PHYSICAL, visits=[visit], by=officer_of(patrol, "officer-wang"), at=hour(0, MARCH_14)
    )[0]
    with pytest.raises(BeingInspected, match=look.number):
        services.register(row, channel=Channel.RED, by=officer, at=hour(1, MARCH_14))
    look.refresh_from_db()
    assert (look.declaration, look.status) == (None, "ordered")
    assert Hold.objects.get(visit=visit, lifted_at=None).kept_by == "port-patrol"


def test_a_look_lets_go_of_its_own_offices_hold_alone():
    row = submitted()
    officer, visit = officer_of(row.office), row.visits.get()
    services.register(row, channel=Channel.RED, by=officer, at=hour(1, MARCH_14))
    look = Inspection.objects.get()
    Hold.objects.create(
        terminal=row.terminal, visit=visit, owner="customs", kind="inspection", kept_by="port-patrol", reason="tip",
        reference=row.number, placed_at=hour(1, MARCH_14), placed_by="patrol",
    )  # fmt: skip
    services.present(look, by=officer, at=hour(2, MARCH_14))
    services.begin(look, by=officer, at=hour(2, MARCH_14))
    services.finish(look, AS_DECLARED, by=officer, at=hour(2, MARCH_14))
    assert [hold.kept_by for hold in Hold.objects.filter(lifted_at=None)] == ["port-patrol"]


def advised_and_here():
    """A box declared on its advice, with another advice of it that has arrived since."""
    row = submitted()
    advised = row.visits.get()
    type(advised).objects.filter(pk=advised.pk).update(state="advised", position="inbound", arrived_at=None)
    advised.refresh_from_db()
    return row, advised, VisitFactory(terminal=row.terminal, container=advised.container, active=True)


def test_what_followed_an_inspection_goes_with_it_to_the_other_office():
    row, advised, here = advised_and_here()
    officer = officer_of(row.office)
    services.register(row, channel=Channel.RED, by=officer, at=hour(1, MARCH_14))
    containers.customs_holds_follow([here], by=Actor.itself("test"), at=hour(1, MARCH_14))
    rail = OfficeFactory(terminal=row.terminal, code="rail")
    services.hand_over(row, rail, by=officer, at=hour(2, MARCH_14), reason="its train is here")
    assert set(Hold.objects.filter(lifted_at=None).values_list("visit", "kept_by")) == {
        (advised.pk, "rail"), (here.pk, "rail")
    }  # fmt: skip
    theirs, look = officer_of(rail, "officer-wang"), Inspection.objects.get()
    services.call_off(look, by=theirs, at=hour(3, MARCH_14), reason="not today")
    assert not Hold.objects.filter(lifted_at=None).exists()


def test_what_follows_another_hold_of_the_former_office_goes_on_following_that():
    row, advised, here = advised_and_here()
    officer = officer_of(row.office)
    services.register(row, channel=Channel.RED, by=officer, at=hour(1, MARCH_14))
    Hold.objects.create(
        terminal=row.terminal, visit=advised, owner="customs", kept_by=row.office.code, reason="seal",
        reference="S-1", placed_at=hour(1, MARCH_14), placed_by="officer",
    )  # fmt: skip
    containers.customs_holds_follow([here], by=Actor.itself("test"), at=hour(1, MARCH_14))
    rail = OfficeFactory(terminal=row.terminal, code="rail")
    was = row.office.code
    services.hand_over(row, rail, by=officer, at=hour(2, MARCH_14), reason="its train is here")
    following = Hold.objects.filter(visit=here, reason=TOLD, lifted_at=None)
    assert set(following.values_list("kept_by", flat=True)) == {was, "rail"}


def test_what_followed_a_hold_of_a_third_advice_follows_it_still():
    row, advised, here = advised_and_here()
    officer, was = officer_of(row.office), row.office.code
    third = VisitFactory(terminal=row.terminal, container=advised.container)
    services.register(row, channel=Channel.RED, by=officer, at=hour(1, MARCH_14))
    held = {"owner": "customs", "kept_by": was, "placed_at": hour(1, MARCH_14), "placed_by": "officer"}
    for reason in ("seal", TOLD):
        Hold.objects.create(terminal=row.terminal, visit=third, reason=reason, reference=reason[:4], **held)
    containers.customs_holds_follow([here], by=Actor.itself("test"), at=hour(1, MARCH_14))
    rail = OfficeFactory(terminal=row.terminal, code="rail")
    services.hand_over(row, rail, by=officer, at=hour(2, MARCH_14), reason="its train is here")
    following = Hold.objects.filter(visit=here, reason=TOLD, lifted_at=None)
    assert set(following.values_list("kept_by", flat=True)) == {was, "rail"}


def test_a_look_taken_for_a_declaration_pauses_from_its_own_order():
    row = submitted()
    officer, visit = officer_of(row.office), row.visits.get()
    services.order_inspections(row.office, PHYSICAL, visits=[visit], by=officer, at=hour(1, MARCH_14))
    services.register(row, channel=Channel.RED, by=officer, at=hour(5, MARCH_14))
    services.move(row, DeclarationStatus.INSPECTED, by=officer, at=hour(9, MARCH_14))
    pauses = pauses_of([visit], hour(20, MARCH_14))[visit.pk]
    assert (pauses[0].starts_at, max(each.ends_at for each in pauses)) == (hour(1, MARCH_14), hour(9, MARCH_14))


def test_a_look_of_a_declaration_that_says_no_more_than_the_declaration_is_told_once():
    row = submitted()
    officer, visit = officer_of(row.office), row.visits.get()
    services.register(row, channel=Channel.RED, by=officer, at=hour(5, MARCH_14))
    services.move(row, DeclarationStatus.INSPECTED, by=officer, at=hour(9, MARCH_14))
    assert len(pauses_of([visit], hour(20, MARCH_14))[visit.pk]) == 1
    assert not [each for each in what_stands_between(visit, Step.STRIP, hour(20, MARCH_14)) if each.code == "hold"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("result", "left"), [(AS_DECLARED, set()), (SEIZED, {"seizure"})])
def test_a_part_that_is_split_off_while_the_result_is_written_down_goes_with_it(result, left):
    lot = stocked(100)
    look = order(lot)
    by = officer_of(look.office)
    services.present(look, by=by, at=hour(2))
    services.begin(look, by=by, at=hour(2))
    refused = meanwhile(
        lambda: stock.split_lot(lot, 10, by=KEEPER, at=hour(2)),
        lambda: services.finish(look, result, by=by, at=hour(3), finding="undeclared alcohol"),
    )
    assert refused == []
    standing = GoodsStop.objects.standing()
    assert (set(standing.values_list("kind", flat=True)), standing.count()) == (left, 2 * len(left))
