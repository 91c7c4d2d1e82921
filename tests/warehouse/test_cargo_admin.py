"""The warehouse clerk's pages of cargo orders, stock and counts."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.common.models import Attachment
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.warehouse.models import CargoOrder, Lot, StockCount
from apps.warehouse.services import orders
from terminal.readiness import Step
from tests.factories.cargo import bales, stocked
from tests.factories.containers import ContainerFactory, PermissionRuleFactory, VisitFactory, VisitRoleFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.pictures import png
from tests.factories.warehouse import ZoneFactory

pytestmark = pytest.mark.django_db
BOX = "CSQU3054383"
SHEET = b"line,goods,packages,package_kind,gross_kg,hs_code,customs_status\n1,Cotton yarn,100,bale,1000,520512,free\n"


@pytest.fixture
def clerk(client, lyg):
    rights = [f"warehouse.{do}_{what}" for do in ("view", "change") for what in ("cargoorder", "lot")]
    rights += ["warehouse.view_stockcount", "warehouse.count_stock"]
    client.force_login(staff(*rights, username="clerk"))
    return client


@pytest.fixture
def shipper():
    return PartyFactory(code="almaty-cotton", name="Almaty Cotton")


@pytest.fixture
def box(lyg, shipper):
    PermissionRuleFactory(terminal=lyg, step=Step.STRIP.value, required=False)
    visit = VisitFactory(terminal=lyg, active=True, container=ContainerFactory(number=BOX, tare_kg=2_300))
    VisitRoleFactory(visit=visit, party=shipper, role="consignee")
    return visit


def page(client, row, name="change"):
    kind = f"{row._meta.app_label}_{row._meta.model_name}"
    return client.get(reverse(f"admin:{kind}_{name}", args=[row.pk])).content.decode()


def do(client, row, action, **answers):
    kind = f"{row._meta.app_label}_{row._meta.model_name}"
    address = reverse(f"admin:{kind}_do", args=[row.pk, action])
    return client.post(address, {"answered": "1", **answers}, follow=True).content.decode()


def entered(client, lyg, shipper, **more):
    wish = {"terminal": lyg.pk, "kind": "strip", "party": shipper.pk, "number": BOX, "zone": ZoneFactory().pk, **more}
    return client.post(reverse("admin:warehouse_cargoorder_add"), wish, follow=True).content.decode()


def sheet(content=SHEET, name="list.csv"):
    return SimpleUploadedFile(name, content)


def in_work(box, shipper):
    now = {"by": Actor.itself("test"), "at": timezone.now()}
    lines = [bales(100), bales(50, line=2, goods="Raisins", hs_code="080620")]
    order = orders.order_unpacking(visit=box, party=shipper, zone=ZoneFactory(), lines=lines, **now)
    orders.accept_order(order, **now)
    return orders.start_order(order, **now)


def test_an_order_on_paper_is_entered_by_its_packing_list_which_is_kept(clerk, lyg, box, shipper):
    assert "is entered" in entered(clerk, lyg, shipper, sheet=sheet())
    order = CargoOrder.objects.get()
    assert (order.visit, order.lines.get().packages) == (box, 100)
    assert Attachment.objects.get().subject_id == order.pk


def test_every_fault_of_a_list_stands_at_the_field(clerk, lyg, box, shipper):
    bad = sheet(SHEET.replace(b"100,bale,1000,520512", b"0,bale,0,770101"))
    told = entered(clerk, lyg, shipper, sheet=bad)
    assert told.count("Line 2, ") == 3
    assert "no chapter 77" in told
    assert not CargoOrder.objects.exists()


def test_an_order_is_answered_counted_and_finished_on_its_page(clerk, lyg, box, shipper):
    entered(clerk, lyg, shipper, sheet=sheet())
    order = CargoOrder.objects.get()
    do(clerk, order, "accept")
    do(clerk, order, "start", gang="gang 3", gang_size="4")
    assert (
        "Declared: 100 bale, 1,000 kg."
        in clerk.get(reverse("admin:warehouse_cargoorder_do", args=[order.pk, "count"])).content.decode()
    )
    photo = SimpleUploadedFile("door.png", png())
    do(clerk, order, "count", packages_1="97", seen_1="three wet", photo_1=photo)
    shown = page(clerk, order)
    assert "-3 · -30 kg" in shown
    assert "door.png" in shown
    assert "list.csv" in shown
    assert Attachment.objects.filter(subject_kind="warehouse.declaredlot").count() == 1
    do(clerk, order, "found", goods="Raisins", packages="5", package_kind="bag", gross_kg="50", hs_code="080620")
    told = do(clerk, order, "finish", **{f"{name}_{line}": value for line in (1, 2) for name, value in (
        ("zone", ZoneFactory().pk), ("position", "B-04"))})  # fmt: skip
    order.refresh_from_db()
    assert order.status == "done", told
    assert list(Lot.objects.order_by("pk").values_list("packages", "position")) == [(97, "B-04"), (5, "B-04")]


def test_lines_that_were_left_empty_are_not_counted_yet(clerk, box, shipper):
    order = in_work(box, shipper)
    do(clerk, order, "count", packages_1="100", packages_2="")
    assert [line.counted_packages for line in order.lines.all()] == [100, None]
    assert "lines 2" in do(clerk, order, "finish", zone_1=order.zone_id, zone_2=order.zone_id)


def test_a_line_left_as_it_was_is_not_counted_anew_and_keeps_what_the_scales_said(clerk, box, shipper):
    order = in_work(box, shipper)
    do(clerk, order, "count", packages_1="97", kg_1="940")
    do(clerk, order, "count", packages_1="97", kg_1="940.000", packages_2="50")
    assert [line.counted_kg for line in order.lines.all()] == [940, 500]
    assert Entry.objects.filter(kind="goods-counted").count() == 2
    do(clerk, order, "count", packages_1="98", kg_1="940.000")
    assert order.lines.first().counted_kg == 980


def test_work_that_is_stopped_says_why(clerk, box, shipper):
    order = in_work(box, shipper)
    do(clerk, order, "stop", reason="the forklift broke")
    order.refresh_from_db()
    assert (order.status, order.reason) == ("stopped", "the forklift broke")


def test_a_box_is_stuffed_and_sealed_on_the_page(clerk, lyg, shipper):
    lot = stocked(owner=shipper)
    visit = VisitFactory(
        terminal=lyg, active=True, laden=False, gross_kg=None, container=ContainerFactory(number=BOX, tare_kg=2_300)
    )
    VisitRoleFactory(visit=visit, party=shipper)
    entered(clerk, lyg, shipper, kind="stuff", stock=f"{lot.number} 60\n")
    order = CargoOrder.objects.get()
    do(clerk, order, "accept")
    do(clerk, order, "start")
    planned = order.planned.get().pk
    assert "required" in do(clerk, order, "finish", **{f"packages_{planned}": "60"})
    do(clerk, order, "finish", **{f"packages_{planned}": "60", "seal_1": "KZ0001", "owner_1": "shipper",
                                  "owner_2": "shipper", "owner_3": "shipper"})  # fmt: skip
    visit.refresh_from_db()
    assert (visit.laden, visit.gross_kg) == (True, 2_900)


def test_a_line_that_names_no_lot_is_told(clerk, lyg, shipper):
    assert "does not name a lot" in entered(clerk, lyg, shipper, kind="withdraw", stock="forty bales")
    assert "no lot LOT-9" in entered(clerk, lyg, shipper, kind="withdraw", stock="LOT-9 40")


@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF-"), ("csv", b"line,goods")])
def test_the_tally_is_printed(clerk, box, shipper, kind, begins):
    order = in_work(box, shipper)
    assert clerk.get(reverse(f"admin:cargo_tally_{kind}", args=[order.pk])).content.startswith(begins)


def test_who_may_not_see_orders_prints_no_tally(client, box, shipper):
    order = in_work(box, shipper)
    client.force_login(staff("warehouse.view_lot", username="other"))
    assert client.get(reverse("admin:cargo_tally_pdf", args=[order.pk])).status_code in (403, 404)


def test_goods_are_handed_out_split_moved_and_reserved_on_a_lots_page(clerk, lyg):
    lot = stocked()
    do(clerk, lot, "withdraw", packages="10")
    do(clerk, lot, "split", packages="20")
    do(clerk, lot, "reserve", packages="5", reference="PO-77")
    do(clerk, lot, "transfer", zone=lot.zone_id, owner=lot.owner_id, position="Z-1")
    lot.refresh_from_db()
    assert (lot.packages, lot.reserved_packages, lot.position) == (70, 5, "Z-1")
    do(clerk, lot, "end_reservations")
    lot.refresh_from_db()
    assert lot.reserved_packages == 0
    assert "of 70 packages are free, not 71" in do(clerk, lot, "withdraw", packages="71")


def test_what_is_gone_is_out_of_the_list_unless_it_is_asked_for(clerk, lyg):
    lot = stocked()
    do(clerk, lot, "withdraw", packages="100")
    address = reverse("admin:warehouse_lot_changelist")
    assert lot.number not in clerk.get(address).content.decode()
    assert lot.number in clerk.get(f"{address}?there=all").content.decode()


def test_the_stock_at_a_past_moment_is_shown(clerk, lyg):
    lot = stocked()
    do(clerk, lot, "withdraw", packages="100")
    address = reverse("admin:warehouse_stock_at")
    then = clerk.get(address, {"terminal": lyg.pk, "at": "2026-05-01T08:00"}).content.decode()
    before = clerk.get(address, {"terminal": lyg.pk, "at": "2026-03-01T08:00"}).content.decode()
    assert lot.number in then
    assert lot.number not in before


def test_a_count_shows_nothing_of_what_is_expected_and_books_the_difference(clerk, lyg):
    lot = stocked(packages=137, position="A-1")
    asked = clerk.get(reverse("admin:warehouse_stockcount_add"), {"zone": lot.zone_id, "position": ""})
    shown = asked.content.decode()
    assert lot.number in shown
    assert "137" not in shown[shown.index('id="count"') :].replace(f"_{lot.pk}", "")
    began = asked.context["form"]["began_at"].initial
    figures = {"zone": lot.zone_id, "position": "", "began_at": began, f"packages_{lot.pk}": "135"}
    address = reverse("admin:warehouse_count_figures")
    assert "say why" in clerk.post(address, figures, follow=True).content.decode()
    clerk.post(address, {**figures, f"reason_{lot.pk}": "two torn"}, follow=True)
    lot.refresh_from_db()
    assert (lot.packages, StockCount.objects.count()) == (135, 1)


@pytest.mark.parametrize(
    "slip", [{"began_at": "2026-13-45T08:00:00+00:00"}, {"began_at": "2126-01-01T08:00:00+00:00"}, {"zone": "A"}]
)
def test_a_count_with_a_page_that_was_tampered_with_is_not_entered(clerk, lyg, slip):
    lot = stocked()
    figures = {"zone": lot.zone_id, "position": "", "began_at": "2026-05-01T08:00:00+00:00"}
    answer = clerk.post(reverse("admin:warehouse_count_figures"), {**figures, f"packages_{lot.pk}": "100", **slip})
    assert answer.status_code in (200, 403)
    assert not StockCount.objects.exists()


@pytest.mark.parametrize("kilograms", ["NaN", "Infinity", "1e400"])
def test_a_line_of_lots_with_a_weight_that_is_none_is_refused(clerk, lyg, shipper, kilograms):
    lot = stocked()
    page = entered(clerk, lyg, shipper, kind="withdraw", stock=f"{lot.number} 10 {kilograms}")
    assert "errorlist" in page or "error" in page
    assert not CargoOrder.objects.exists()


def test_who_may_not_count_enters_none(client, lyg):
    lot = stocked()
    client.force_login(staff("warehouse.view_stockcount", "warehouse.change_lot", username="other"))
    assert client.get(reverse("admin:warehouse_stockcount_add")).status_code == 403
    assert client.post(reverse("admin:warehouse_count_figures"), {"zone": lot.zone_id}).status_code == 403
