"""A shipper's program has a box unpacked and goods handed out, by the API alone; it sees its own and nobody else's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.parties.actors import Actor
from apps.warehouse.models import CargoOrder, Lot
from apps.warehouse.services import orders, stock
from apps.warehouse.services.orders import LineCount
from terminal.readiness import Step
from terminal.stock import CustomsStatus
from tests.factories.api import Program
from tests.factories.cargo import stocked
from tests.factories.containers import ContainerFactory, PermissionRuleFactory, VisitFactory, VisitRoleFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import APRIL_1, ZoneFactory

pytestmark = pytest.mark.django_db
PATH, STOCK = "/api/v1/warehouse/cargo-orders/", "/api/v1/warehouse/stock/"
BOX = "CSQU3054383"
YARN = {
    "goods": "Cotton yarn", "packages": 100, "package_kind": "bale", "gross_kg": "1000", "volume_m3": "2.5",
    "hs_code": "5205 12", "origin": "UZ", "customs_status": "free",
}  # fmt: skip
FRUIT = {"goods": "Dried apricots", "packages": 40, "package_kind": "carton", "gross_kg": "402.5", "hs_code": "081310"}
UNPACK = {"kind": "strip", "container": BOX, "zone": "A", "lots": [YARN, FRUIT], "reference": "ALM-4711"}


@pytest.fixture
def shipper(lyg):
    return Program(PartyFactory(code="almaty-cotton", name="Almaty Cotton"))


@pytest.fixture
def box(lyg, shipper):
    PermissionRuleFactory(terminal=lyg, step=Step.STRIP.value, required=False)
    ZoneFactory()
    visit = VisitFactory(terminal=lyg, active=True, container=ContainerFactory(number=BOX, tare_kg=2_300))
    VisitRoleFactory(visit=visit, party=shipper.party, role="consignee")
    return visit


def worked(number):
    """The terminal unpacks it, one carton short."""
    order, gang = CargoOrder.objects.get(number=number), {"by": Actor.itself("gang"), "at": timezone.now()}
    orders.accept_order(order, **gang)
    orders.start_order(order, gang="gang 3", gang_size=4, **gang)
    yarn, fruit = order.lines.all()
    orders.count_lines(order, [LineCount(line=yarn, packages=100), LineCount(line=fruit, packages=39)], **gang)
    return orders.finish_unpacking(order, **gang)


def test_a_box_is_unpacked_its_goods_are_stock_and_handed_out_by_an_order(box, shipper):
    placed = shipper.post(PATH, {**UNPACK, "totals": {"packages": 140, "gross_kg": "1402.5"}})
    assert placed.status_code == 201
    order = placed.json()
    assert (order["status"], order["container"], order["lots"][0]["hs_code"]) == ("requested", BOX, "520512")
    assert order["lots"][1]["declared"] == {"packages": 40, "gross_kg": "402.500", "volume_m3": "0.000"}
    worked(order["number"])
    done = shipper.get(placed.headers["Location"])
    assert (done.json()["status"], done.headers["ETag"]) == ("done", f'"{done.json()["version"]}"')
    held = shipper.get(STOCK).json()
    assert (held["packages"], [each["packages"] for each in held["results"]]) == (139, [100, 39])
    lot = held["results"][0]["id"]
    asked = shipper.post(f"{STOCK}{lot}/withdraw/", {"packages": 60, "reference": "truck 7"})
    assert (asked.status_code, asked.json()["stock"][0]["reserved"]) == (201, 60)
    again = shipper.post(f"{STOCK}{lot}/withdraw/", {"packages": 60})
    assert (again.status_code, again.json()["code"], again.json()["free"]) == (409, "more-than-is-there", 40)


def test_the_tally_says_what_is_short_as_json_csv_and_paper(box, shipper):
    order = shipper.post(PATH, UNPACK).json()
    worked(order["number"])
    tally = shipper.get(f"{PATH}{order['id']}/tally/").json()
    assert [row["difference"]["packages"] for row in tally["rows"]] == [0, -1]
    assert (tally["declared"]["packages"], tally["counted"]["packages"], tally["gang_size"]) == (140, 139, 4)
    sheet = shipper.get(f"{PATH}{order['id']}/tally.csv", Accept="text/csv")
    assert sheet.headers["Content-Type"].startswith("text/csv")
    assert "2,Dried apricots,,carton,40,402.500,0.000,39" in sheet.content.decode()
    for language in ("zh-hans", "ru"):
        paper = shipper.get(
            f"{PATH}{order['id']}/tally.pdf", **{"Accept": "application/pdf", "Accept-Language": language}
        )
        assert paper.content.startswith(b"%PDF-")


def test_the_stock_at_a_past_moment_is_what_there_was(box, shipper):
    before = timezone.now()
    worked(shipper.post(PATH, UNPACK).json()["number"])
    after = timezone.now()
    assert shipper.get(f"{STOCK}?at={before.isoformat().replace('+', '%2B')}").json()["results"] == []
    assert shipper.get(f"{STOCK}?at={after.isoformat().replace('+', '%2B')}").json()["packages"] == 139
    assert shipper.get(f"{STOCK}?customs_status=bonded").json()["results"] == []
    assert shipper.get(f"{STOCK}?at=2026-04-01T08:00:00").status_code == 422


def test_wrong_totals_and_every_other_fault_of_a_list_are_told_by_their_place(box, shipper):
    told = shipper.post(PATH, {**UNPACK, "totals": {"packages": 141}})
    assert (told.status_code, told.json()["code"]) == (422, "packing-list-refused")
    assert [each["pointer"] for each in told.json()["faults"]] == ["/totals/packages"]
    bad = [{**YARN, "packages": 0, "gross_kg": "0"}, {**FRUIT, "hs_code": "770101"}]
    told = shipper.post(PATH, {**UNPACK, "lots": bad}).json()
    assert [each["pointer"] for each in told["faults"]] == ["/lots/0/packages", "/lots/0/gross_kg", "/lots/1/hs_code"]
    assert not CargoOrder.objects.exists()


def test_a_dry_run_answers_alike_refuses_alike_and_writes_nothing(box, shipper):
    answer = shipper.post(f"{PATH}?dry_run=true", UNPACK)
    assert (answer.status_code, len(answer.json()["lots"]), CargoOrder.objects.count()) == (200, 2, 0)
    heavy = {**UNPACK, "lots": [{**YARN, "gross_kg": "30000"}]}
    assert shipper.post(f"{PATH}?dry_run=true", heavy).json()["code"] == "more-than-the-box-holds"
    lot = stocked()
    wish = {"kind": "withdraw", "stock": [{"lot": str(lot.public_id), "packages": 1}]}
    assert shipper.post(f"{PATH}?dry_run=true", wish).status_code == 200
    assert Lot.objects.get().reserved_packages == 0


def test_what_an_order_of_its_kind_needs_is_said(box, shipper):
    assert "zone" in shipper.post(PATH, {**UNPACK, "zone": None} | {"zone": "X"}).json()["detail"]
    for wish in (
        {"kind": "strip", "lots": [YARN], "container": BOX},
        {"kind": "stuff", "container": BOX},
        {"kind": "withdraw"},
    ):
        assert shipper.post(PATH, wish).json()["code"] == "member-missing"


def test_a_box_that_is_not_here_or_another_partys_is_not_told_apart(box, shipper):
    stranger = Program(PartyFactory(code="stranger"))
    there = stranger.post(PATH, UNPACK)
    nowhere = shipper.post(PATH, {**UNPACK, "container": "TCLU5088040"})
    assert {there.json()["code"], nowhere.json()["code"]} == {"no-such-container"}


def test_a_party_sees_its_own_orders_lots_and_reservations_alone(box, shipper):
    order = shipper.post(PATH, UNPACK).json()
    lot = stocked()
    kept = shipper.post(f"{STOCK}{lot.public_id}/reserve/", {"packages": 10}).json()
    stranger = Program(PartyFactory(code="stranger"))
    for path in (f"{PATH}{order['id']}/", f"{PATH}{order['id']}/tally.csv", f"{STOCK}{lot.public_id}/"):
        assert (stranger.get(path).status_code, shipper.get(path).status_code) == (404, 200)
    for path in (f"{PATH}{order['id']}/cancel/", f"{STOCK}{lot.public_id}/split/",
                 f"/api/v1/warehouse/reservations/{kept['id']}/end/"):  # fmt: skip
        assert stranger.post(path, {"packages": 1} if "split" in path else {}).status_code == 404
    assert stranger.get(PATH).json()["results"] == stranger.get(STOCK).json()["results"] == []


def test_placing_twice_under_one_key_is_placing_once(box, shipper):
    first, second = (shipper.post(PATH, UNPACK, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.json()["id"], CargoOrder.objects.count()) == (second.json()["id"], 1)


def test_cancelling_reserving_and_ending_twice_is_once(box, shipper):
    order = shipper.post(PATH, UNPACK).json()
    for _ in range(2):
        assert shipper.post(f"{PATH}{order['id']}/cancel/", {}).json()["status"] == "cancelled"
    lot = stocked()
    kept = shipper.post(f"{STOCK}{lot.public_id}/reserve/", {"packages": 10, "reference": "PO-77"}).json()
    for _ in range(2):
        assert shipper.post(f"/api/v1/warehouse/reservations/{kept['id']}/end/").json()["packages"] == 0


def test_a_lot_is_split_and_tells_its_movements(box, shipper):
    lot = stocked()
    part = shipper.post(f"{STOCK}{lot.public_id}/split/", {"packages": 25}).json()
    assert (part["packages"], part["gross_kg"]) == (25, "250.000")
    told = shipper.get(f"{STOCK}{lot.public_id}/").json()
    assert [(each["kind"], each["packages"]) for each in told["movements"]] == [("received", 100), ("split_off", -25)]


def test_movements_under_another_owner_are_not_told(box, shipper):
    lot = stocked(owner=PartyFactory(code="seller"))
    stock.transfer(lot, owner=shipper.party, by=Actor.itself("test"), at=APRIL_1 + timedelta(hours=1))
    told = shipper.get(f"{STOCK}{lot.public_id}/").json()
    assert [each["kind"] for each in told["movements"]] == ["transferred_in"]


def test_what_customs_says_of_goods_after_they_were_sold_is_their_buyers_to_know(box, shipper):
    lot, own, gang = stocked(customs_status="unknown"), stocked(), Actor.itself("test")
    stock.transfer(lot, owner=PartyFactory(code="buyer"), by=gang, at=APRIL_1 + timedelta(hours=1))
    stock.release_lot(lot, CustomsStatus.FREE, reference="CD-7", by=gang, at=APRIL_1 + timedelta(hours=2))
    then = f"{STOCK}?at=2026-04-01T01:30:00Z"
    told = {each["id"]: each["customs_status"] for each in shipper.get(then).json()["results"]}
    assert told == {str(lot.public_id): "unknown", str(own.public_id): "free"}
    assert len(shipper.get(f"{then}&customs_status=free").json()["results"]) == 1


def test_reading_takes_read_and_placing_takes_book(box, shipper):
    reader = Program(shipper.party, scopes="read")
    assert reader.get(PATH).status_code == 200
    assert reader.post(PATH, UNPACK).status_code == 403


def test_a_page_of_orders_and_a_stock_cost_a_fixed_number_of_queries(box, shipper, django_assert_max_num_queries):
    shipper.post(PATH, UNPACK)
    for _ in range(5):
        lot = stocked()
        shipper.post(f"{STOCK}{lot.public_id}/withdraw/", {"packages": 1})
    with django_assert_max_num_queries(9):
        assert len(shipper.get(PATH).json()["results"]) == 6
    with django_assert_max_num_queries(9):
        assert len(shipper.get(STOCK).json()["results"]) == 5
