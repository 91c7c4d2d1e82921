"""The warehouse clerk's pages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.parties.actors import Actor
from apps.warehouse import services
from apps.warehouse.models import Booking
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.warehouse import ClosureFactory, DockDoorFactory, DockDurationFactory, ZoneFactory, book, book_door

pytestmark = pytest.mark.django_db
BOOKINGS = "admin:warehouse_booking_changelist"


@pytest.fixture
def clerk(client):
    rights = [f"warehouse.{do}_{what}" for do in ("view", "change") for what in ("booking", "zone", "closure")]
    rights += [f"warehouse.{do}_dockappointment" for do in ("view", "change")]
    client.force_login(staff(*rights, "warehouse.view_dockdoor", username="clerk"))
    return client


def tomorrow():
    return timezone.now() + timedelta(days=1)


def coming(zone, area=300):
    nine = tomorrow().astimezone(zone.terminal.zone).replace(hour=9)
    return book(zone, area, nine, nine + timedelta(hours=1), at=timezone.now())


def act(client, action, *rows, **answers):
    body = {"action": action, "_selected_action": [row.pk for row in rows], **answers}
    return client.post(reverse(BOOKINGS), body, follow=True).content.decode()


def test_a_clerk_confirms_from_the_list(clerk):
    booking = coming(ZoneFactory())
    assert "1 done" in act(clerk, "confirm", booking)
    booking.refresh_from_db()
    assert booking.status == "confirmed"


def test_a_rejection_asks_why_first(clerk):
    booking = coming(ZoneFactory())
    assert 'name="reason"' in act(clerk, "reject", booking)
    act(clerk, "reject", booking, answered="1", reason="floor load")
    booking.refresh_from_db()
    assert (booking.status, booking.reason) == ("rejected", "floor load")


def test_a_clerk_changes_the_area_and_it_stays_confirmed(clerk):
    booking = coming(ZoneFactory())
    act(clerk, "confirm", booking)
    assert 'name="area_m2"' in act(clerk, "change", booking)
    act(clerk, "change", booking, answered="1", area_m2="400")
    booking.refresh_from_db()
    assert (booking.status, booking.area_m2) == ("confirmed", 400)
    assert "has no 1001.00 m² free" in act(clerk, "change", booking, answered="1", area_m2="1001")


def test_what_is_refused_is_told_and_the_other_rows_go_through(clerk):
    zone = ZoneFactory()
    gone, stands = coming(zone), coming(zone)
    act(clerk, "cancel", gone, answered="1", reason="train late")
    page = act(clerk, "confirm", gone, stands)
    assert "A booking that is cancelled cannot become confirmed" in page
    assert "1 done" in page


def test_another_terminals_bookings_are_not_shown(clerk):
    booking = coming(ZoneFactory(terminal=TerminalFactory(khorgos=True)))
    assert booking.number not in clerk.get(reverse(BOOKINGS)).content.decode()
    act(clerk, "confirm", booking)
    assert Booking.objects.get().status == "requested"


def test_the_zones_page_shows_how_full_the_next_days_are(clerk):
    zone = ZoneFactory()
    coming(zone, 900)
    page = clerk.get(reverse("admin:warehouse_zone_change", args=[zone.pk])).content.decode()
    assert page.count("/ 1,000 m²") == 28
    assert "900 / 1,000 m²" in page


def save(client, zone, **changes):
    values = {"terminal": zone.terminal_id, "code": zone.code, "name": zone.name, "kind": zone.kind}
    numbers = {"usable_m2": "1000", "overbooking_percent": "0", "active": "on"}
    hours = {"request_holds_hours": "48", "no_show_after_hours": "24", "horizon_days": "400"}
    forms = {
        f"{name}-{what}": "0"
        for name in ("closures", "doors", "equipment", "parties")
        for what in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    body = {**values, **numbers, **hours, **forms, **changes}
    page = client.post(reverse("admin:warehouse_zone_change", args=[zone.pk]), body, follow=True).content.decode()
    zone.refresh_from_db()
    return page


def test_an_area_under_what_is_booked_is_refused_in_words(clerk):
    zone = ZoneFactory()
    coming(zone, 900)
    page = save(clerk, zone, usable_m2="899")
    assert "900.00 m² of A are booked for" in page
    assert zone.usable_m2 == 1000


def test_a_new_area_counts_for_what_is_booked_already(clerk):
    zone = ZoneFactory()
    coming(zone, 900)
    save(clerk, zone, usable_m2="950", name="General goods, smaller")
    assert (zone.usable_m2, zone.name) == (950, "General goods, smaller")
    assert {row.capacity_m2 for row in zone.half_days.all()} == {950}


def test_a_closure_names_the_bookings_that_lie_in_it(clerk):
    zone = ZoneFactory()
    inside = coming(zone)
    begun = inside.start_at
    closure = ClosureFactory(zone=zone, start_at=begun, end_at=begun + timedelta(days=1))
    before = book(zone, 5, begun - timedelta(hours=8), begun - timedelta(hours=6), at=timezone.now())
    page = clerk.get(reverse("admin:warehouse_closure_change", args=[closure.pk])).content.decode()
    assert (inside.number in page, before.number in page) == (True, False)


def a_door(**more):
    zone = ZoneFactory(**more)
    DockDoorFactory(zone=zone, code="D01")
    DockDurationFactory(terminal=zone.terminal)
    return zone


def test_an_area_that_no_zone_has_is_refused_on_the_page(clerk):
    booking = coming(ZoneFactory())
    address = reverse("admin:warehouse_booking_do", args=[booking.pk, "change"])
    answer = clerk.post(address, {"answered": "1", "area_m2": "1e30"}, follow=True)
    assert answer.status_code == 200
    booking.refresh_from_db()
    assert booking.area_m2 == 300


def test_the_dock_plan_draws_the_day_and_leaves_out_what_was_given_up(clerk):
    zone = a_door(daytime=True)
    noon = (
        (tomorrow() + timedelta(days=1))
        .astimezone(zone.terminal.zone)
        .replace(hour=12, minute=0, second=0, microsecond=0)
    )
    shown = book_door(zone.terminal, noon, at=timezone.now())
    given_up = book_door(zone.terminal, noon + timedelta(hours=3), at=timezone.now())
    services.cancel_dock(given_up, by=Actor.itself("test"), at=timezone.now())
    page = clerk.get(reverse("admin:dock_plan"), {"day": f"{noon:%Y-%m-%d}"}).content.decode()
    assert "left:50.000%;width:8.333%" in page
    assert (shown.number in page, given_up.number in page) == (True, False)
    assert 'class="closed" style="left:0.000%;width:33.333%"' in page
    assert "<em" not in page
    assert "<em" in clerk.get(reverse("admin:dock_plan")).content.decode()


def test_the_dock_plan_of_another_terminal_is_not_shown(clerk):
    far = TerminalFactory(khorgos=True)
    ZoneFactory()
    assert clerk.get(reverse("admin:dock_plan"), {"terminal": far.code}).status_code == 403


def test_a_clerk_gives_a_door_and_is_told_when_none_is_free(clerk):
    zone = a_door()
    noon = (tomorrow()).astimezone(zone.terminal.zone).replace(hour=12, minute=0, second=0, microsecond=0)
    form = {
        "terminal": zone.terminal_id, "party": PartyFactory(code="almaty-cotton").pk, "work": "strip",
        "handover": "live", "start_at": f"{noon:%Y-%m-%d} 12:00",
    }  # fmt: skip
    where = reverse("admin:warehouse_dockappointment_add")
    assert "door D01" in clerk.post(where, form, follow=True).content.decode()
    assert "D01 is not free" in clerk.post(where, form, follow=True).content.decode()


def test_occupancy_over_time_is_drawn_per_zone_and_told_in_a_table(clerk):
    zone, other = ZoneFactory(), ZoneFactory(code="B", name="Bonded B")
    coming(zone, 900)
    everything = clerk.get(reverse("admin:warehouse_occupancy")).content.decode()
    assert (everything.count('class="lb-oc"'), everything.count("<rect"), "<tbody>" in everything) == (2, 120, False)
    page = clerk.get(reverse("admin:warehouse_occupancy"), {"zone": "A", "days": "90"}).content.decode()
    assert (page.count("<rect"), page.count('class="raise"><title>'), str(other) in page) == (180, 1, True)
    assert "900 / 1,000 m²" in page
