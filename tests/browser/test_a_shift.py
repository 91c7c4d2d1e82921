"""A working day in a real browser: the pages people use, with the clicks they use them by."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.calls.models import Call
from apps.containers.models import Hold, Visit
from apps.trains.models import TrainVisit, Wagon
from apps.warehouse.models import Booking
from tests.factories.calls import CallFactory
from tests.factories.containers import VisitFactory, container_number
from tests.factories.customs import OfficeFactory, officer_of, submitted
from tests.factories.network import TerminalFactory
from tests.factories.parties import UserFactory, staff
from tests.factories.trains import TrackFactory, TrainVisitFactory
from tests.factories.warehouse import ZoneFactory, book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 820, "height": 1180}


def button(page, name):
    """The button on a row's own page."""
    return page.locator("#acts").get_by_text(name, exact=True)


def send(page, **answers):
    """Fill in what an action asks, and submit."""
    for name, answer in answers.items():
        page.fill(f"[name={name}]", answer)
    page.locator("form button[type=submit].bg-primary-600").click()


def overflow(page):
    """Pixels by which the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_a_manager_signs_in_and_reads_the_front_page_on_a_tablet_in_every_language(page, sign_in):
    TrackFactory()
    zone, at = ZoneFactory(), timezone.now()
    for n in range(6):
        CallFactory(scheduled_arrival_at=at + timedelta(hours=n), estimated_arrival_at=at + timedelta(hours=n + 1))
    book(zone, 300, at + timedelta(days=1), at + timedelta(days=2), at=at)
    manager = UserFactory(username="manager", is_superuser=True)
    sign_in(manager)
    page.set_viewport_size(TABLET)
    assert page.locator("#errands").get_by_text("Bookings to confirm").is_visible()
    for language in ("en", "zh-hans", "ru", "kk"):
        manager.language = language
        manager.save()
        for path in ("/admin/", "/admin/calls/call/", "/admin/warehouse/booking/"):
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == language
            assert overflow(page) <= 0, (language, path)
    page.emulate_media(color_scheme="dark")
    page.goto("/admin/")
    assert page.evaluate("getComputedStyle(document.querySelector('.lb-card')).backgroundColor") == "rgb(22, 29, 39)"


def test_a_train_arrives_and_departs_by_the_buttons_on_its_call(page, sign_in):
    at = timezone.now()
    train = CallFactory(scheduled_arrival_at=at - timedelta(hours=1), scheduled_departure_at=at + timedelta(hours=8))
    sign_in(staff("calls.view_call", "calls.change_call", username="gate"))
    page.goto(f"/admin/calls/call/{train.pk}/change/")
    button(page, "Has arrived …").click()
    send(page)
    page.get_by_text(f"Has arrived – 1 done: {train}").wait_for()
    button(page, "Start work").click()
    button(page, "Ready to depart").click()
    button(page, "Has departed …").click()
    send(page)
    page.get_by_text(f"Has departed – 1 done: {train}").wait_for()
    assert page.locator("#timeline tr").count() >= 2
    assert Call.objects.get().phase == "departed"


def test_a_hold_is_placed_on_a_box_and_lifted_again(page, sign_in):
    visit = VisitFactory(in_yard=True)
    rights = ["containers.view_visit", "containers.change_visit", "containers.view_hold", "containers.change_hold"]
    sign_in(staff(*rights, "containers.lift_terminal_hold", username="yard"))
    page.goto(f"/admin/containers/visit/{visit.pk}/change/")
    button(page, "Place hold …").click()
    send(page, reason="damaged corner post")
    page.get_by_text(f"Place hold – 1 done: {visit}").wait_for()
    hold = Hold.objects.get()
    assert page.get_by_text("damaged corner post").first.is_visible()
    page.goto(f"/admin/containers/hold/{hold.pk}/change/")
    button(page, "Lift …").click()
    send(page, reason="post straightened")
    page.get_by_text("Lift – 1 done").wait_for()
    hold.refresh_from_db()
    assert hold.lifted_at is not None


def test_a_clerk_confirms_a_booking_from_the_errand_on_the_front_page(page, sign_in):
    at = timezone.now()
    booking = book(ZoneFactory(), 300, at + timedelta(days=1), at + timedelta(days=2), at=at)
    sign_in(staff("warehouse.view_booking", "warehouse.change_booking", "warehouse.view_zone", username="clerk"))
    page.get_by_text("Bookings to confirm").click()
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option("confirm")
    page.get_by_role("button", name="Run").click()
    page.get_by_text(f"Confirm – 1 done: {booking}").wait_for()
    assert Booking.objects.get().status == "confirmed"
    assert "status__exact=requested" in page.url


def test_an_officer_clears_a_declaration_of_their_office(page, sign_in):
    office = OfficeFactory()
    declaration = submitted()
    sign_in(officer_of(office).user)
    page.get_by_text(f"Declarations waiting: {office}").click()
    page.get_by_role("link", name=declaration.number).click()
    button(page, "Register").click()
    button(page, "Assign channel …").click()
    page.select_option("[name=channel]", "green")
    send(page)
    page.get_by_text("Assign channel – 1 done").wait_for()
    declaration.refresh_from_db()
    assert declaration.status == "released", page.inner_text("#content")


HEAD = (
    "wagon_sequence,wagon_scheme,wagon_number,wagon_type,tare_kg,length_m,position,"
    "container_number,size_type,laden,gross_kg,destination"
)


def test_a_wrong_consist_is_told_by_line_and_the_right_one_taken_in(page, sign_in):
    train = TrainVisitFactory(call__scheduled_arrival_at=timezone.now())
    good = f"1,CN7,5270001,X70,22000,13.4,1,{container_number(7)},22G1,yes,21000,KZALA"
    rights = ["trains.view_trainvisit", "trains.change_trainvisit", "trains.view_wagon", "calls.change_call"]
    sign_in(staff(*rights, "containers.view_visit", "containers.change_visit", username="planner"))
    page.goto(f"/admin/trains/trainvisit/{train.pk}/change/")
    page.locator("#acts").get_by_text("onsist").first.click()
    page.set_input_files("[name=sheet]", {"name": "c.csv", "mimeType": "text/csv", "buffer": _csv(good, "MSKU1234567")})
    send(page)
    page.get_by_text("MSKU1234567", exact=True).wait_for()
    assert not Wagon.objects.exists()
    page.set_input_files("[name=sheet]", {"name": "c.csv", "mimeType": "text/csv", "buffer": _csv(good)})
    send(page)
    page.locator("#wagons").get_by_text(container_number(7)).wait_for()
    assert not Wagon.objects.exists()
    send(page)
    page.get_by_text("1 done").wait_for()
    assert TrainVisit.objects.get().consist_received_at
    assert Visit.objects.get().unannounced


def _csv(good, wrong=""):
    lines = [HEAD, good]
    if wrong:
        lines.append(f"2,CN7,5270002,X70,22000,13.4,1,{wrong},22G1,yes,21000,KZALA")
    return "\n".join(lines).encode()


def test_the_mailbox_opens(page, sign_in, settings, tmp_path):
    settings.MAILBOX_DIR = str(tmp_path)
    TerminalFactory()
    sign_in(UserFactory(username="root", is_superuser=True))
    page.goto("/mailbox/")
    assert page.locator("h1, #content").first.is_visible()
