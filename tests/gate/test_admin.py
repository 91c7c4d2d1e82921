"""The gate on the screen: the clerk's day from a truck's arrival to the gate out, and the printed receipt."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from apps.common.models import Attachment
from apps.gate.models import Appointment, DeliveryOrder, GateClosure, GateHour, Inspection
from apps.gate.receipts import printed, receipt_of
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from tests.factories.gate import (
    CLERK,
    a_truck_with_everything,
    book_truck,
    brings,
    collects,
    forwarder,
    haulier,
    open_day_and_night,
    order_for,
    released_box,
)
from tests.factories.network import TerminalFactory
from tests.factories.parties import MembershipFactory, staff
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db
RIGHTS = [
    "gate.change_appointment", "gate.view_appointment", "gate.view_appointmentbox", "gate.view_inspection",
    "gate.view_troublecase", "gate.change_deliveryorder", "gate.view_deliveryorder", "gate.change_gateclosure",
    "gate.view_gateclosure",
]  # fmt: skip


@pytest.fixture
def clerk(client, lyg):
    open_day_and_night(lyg)
    BlockFactory(terminal=lyg)
    BlockFactory(terminal=lyg, code="M", kind="empties")
    client.force_login(staff(*RIGHTS, username="wang", terminal=lyg))
    return client


def act(client, row, action, **answers):
    model = row._meta.model_name
    address = reverse(f"admin:gate_{model}_do", args=[row.pk, action])
    answer = client.post(address, {"answered": "1", **answers}, follow=True)
    assert answer.status_code == 200, answer
    row.refresh_from_db()
    return answer.content.decode()


def now():
    return {"by": CLERK, "at": timezone.now()}


def jpeg():
    file = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(file, "JPEG")
    file.seek(0)
    file.name = "left.jpg"
    return file


def test_a_clerk_takes_a_truck_through_the_gate(clerk):
    visit = released_box()
    yard.ground([visit], **now())
    order_for(visit, at=timezone.now())
    truck = book_truck(collects(), starts_at=timezone.now(), at=timezone.now())
    act(clerk, truck, "arrive", plate="苏G 12345")
    box = truck.boxes.get()
    act(clerk, box, "inspect", condition="sound", sealed="", owner="carrier", photo_1=jpeg())
    assert Attachment.objects.get().subject_kind == "gate.inspection"
    act(clerk, truck, "admit")
    given = yard.hand_out(WorkOrder.objects.get(), equipment=None, **now())
    yard.confirm(given, **now())
    assert "Gate out" in clerk.get(reverse("admin:gate_appointment_change", args=[truck.pk])).content.decode()
    act(clerk, truck, "gate_out")
    visit.refresh_from_db()
    assert (truck.status, visit.state) == ("completed", "departed")


def test_what_is_wrong_is_told_on_the_page_and_resolved_at_the_desk(clerk):
    truck = book_truck(starts_at=timezone.now(), at=timezone.now())
    act(clerk, truck, "arrive", plate="X 1")
    assert "trouble desk" in act(clerk, truck, "admit")
    act(clerk, truck.troubles.get(), "resolve", resolution="the other one broke down")
    assert truck.status == "in_trouble"
    truck.refresh_from_db()
    assert truck.status == "arrived"
    act(clerk, truck, "trouble", kind="papers", note="no waybill", box="")
    act(clerk, truck, "turn_away", reason="come back with papers")
    assert (truck.status, truck.reason) == ("turned_away", "come back with papers")


def entered(client, **more):
    blank = dict.fromkeys(f"{name}_{n}" for n in (1, 2) for name in ("brings", "size", "reference", "collects", "pin"))
    said = {"terminal": TerminalFactory().pk, "plate": "苏G 1", "driver_name": "", "driver_phone": "", **blank, **more}
    answer = client.post(reverse("admin:gate_appointment_add"), {name: value or "" for name, value in said.items()})
    return answer, Appointment.objects.order_by("-pk").first()


def test_a_truck_that_booked_nothing_is_entered_at_the_gate_and_held(clerk):
    answer, truck = entered(clerk, brings_1="TCLU5088040", size_1="22G1")
    assert (answer.status_code, truck.status, truck.starts_at) == (302, "in_trouble", None)


def test_an_hour_is_booked_for_a_haulier_on_the_telephone(clerk):
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer, truck = entered(clerk, starts_at=tomorrow, brings_1="TCLU5088040", size_1="22G1")
    assert (answer.status_code, truck) == (200, None)
    assert "Whose truck it is" in answer.content.decode()
    answer, truck = entered(clerk, starts_at=tomorrow, haulier=haulier().pk, brings_1="TCLU5088040", size_1="22G1")
    assert (truck.status, GateHour.objects.get().booked) == ("booked", 1)


def test_a_wrong_number_is_told_in_the_form(clerk):
    answer, truck = entered(clerk, brings_1="TCLU5088041", size_1="22G1")
    assert truck is None
    assert "check digit" in answer.content.decode()


def test_an_order_on_paper_is_entered_for_a_party_that_has_the_say(clerk):
    released_box()
    said = {
        "terminal": TerminalFactory().pk, "number": "CSQU3054383", "issued_by": forwarder().pk,
        "haulier": haulier().pk, "valid_until": "2099-01-01T12:00", "reference": "",
    }  # fmt: skip
    assert clerk.post(reverse("admin:gate_deliveryorder_add"), said).status_code == 302
    refused = clerk.post(reverse("admin:gate_deliveryorder_add"), said | {"issued_by": haulier().pk})
    assert "given by the line or forwarder" in refused.content.decode()
    assert DeliveryOrder.objects.count() == 1


def test_closing_the_gate_closes_the_trucks_of_that_time(clerk):
    truck = book_truck(starts_at=timezone.now() + timedelta(days=1), at=timezone.now())
    start = timezone.localtime(truck.starts_at)
    said = {
        "terminal": truck.terminal_id, "reason": "storm", "start_at": start.strftime("%Y-%m-%dT%H:%M"),
        "end_at": (start + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    assert clerk.post(reverse("admin:gate_gateclosure_add"), said).status_code == 302
    truck.refresh_from_db()
    assert (truck.status, GateClosure.objects.get().reason) == ("closed", "storm")


def test_of_two_terminals_the_sites_first_is_offered_first_and_times_are_those_of_the_chosen(clerk, lyg):
    khorgos = TerminalFactory(khorgos=True)
    MembershipFactory(user__username="wang", role__code="role-of-wang", terminal=khorgos)
    add = reverse("admin:gate_gateclosure_add")
    assert list(clerk.get(add).context["form"].fields["terminal"].queryset) == [lyg, khorgos]
    said = {"reason": "storm", "start_at": "2026-05-04T08:00", "end_at": "2026-05-04T20:00"}
    for terminal, start_at in ((lyg, datetime(2026, 5, 4, tzinfo=UTC)), (khorgos, datetime(2026, 5, 4, 3, tzinfo=UTC))):
        assert clerk.post(add, {**said, "terminal": terminal.pk}).status_code == 302
        assert GateClosure.objects.get(terminal=terminal).start_at == start_at


def test_a_reader_of_another_terminal_sees_no_truck_and_no_receipt(client, lyg):
    truck = a_truck_with_everything()
    receipt = Inspection.objects.get()
    client.force_login(staff(*RIGHTS, username="aigerim", terminal=TerminalFactory(khorgos=True)))
    assert truck.plate not in client.get(reverse("admin:gate_appointment_changelist")).content.decode()
    for name in ("gate_receipt", "gate_receipt_pdf"):
        assert client.get(reverse(f"admin:{name}", args=[receipt.pk])).status_code == 404


def test_a_receipt_is_printed_as_a_page_and_as_a_pdf(clerk):
    a_truck_with_everything()
    receipt = Inspection.objects.get()
    page = clerk.get(reverse("admin:gate_receipt", args=[receipt.pk])).content.decode()
    for said in (receipt.number, "TCLU5088040 · 22G1", "S4711", "苏G12345", "into the terminal", "unsafe"):
        assert said in page
    assert not re.findall(r"""(?:src|href)=["']?https?:""", page)
    pdf = clerk.get(reverse("admin:gate_receipt_pdf", args=[receipt.pk]))
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize("language", ["zh-hans", "kk"])
def test_a_receipt_is_printed_in_the_readers_language_with_photos_and_without_broken_ones(lyg, language, caplog):
    from apps.common.attachments import keep

    a_truck_with_everything()
    receipt = Inspection.objects.get()
    broken = BytesIO(jpeg().getvalue()[:80] + b"\xff\xd9")
    for file in (jpeg(), broken):
        keep(file, name="photo.jpg", by=CLERK, terminal=lyg, subject=receipt)
    with translation.override(language):
        paper = printed(receipt_of(receipt))
    assert paper.count(b"/Subtype /Image") == 1
    assert "missing" not in caplog.text


def test_the_board_costs_the_same_for_one_truck_and_for_many(clerk, django_assert_max_num_queries):
    for n in range(4):
        book_truck(brings(), plate=f"A{n}", starts_at=timezone.now() + timedelta(days=1), at=timezone.now())
    address = reverse("admin:gate_appointment_changelist")
    clerk.get(address)
    with django_assert_max_num_queries(12):
        assert clerk.get(address).content.decode().count("TCLU5088040") >= 4
