"""Actions: offered in the list and on the row's page to whoever has the right, where they have it; to nobody else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.journal.models import Entry
from apps.warehouse.models import Booking
from tests.factories.calls import CallFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import MembershipFactory, RoleFactory, staff
from tests.factories.warehouse import ZoneFactory, book

pytestmark = pytest.mark.django_db

BOOKINGS, CALLS = "admin:warehouse_booking", "admin:calls_call"
CLERK = ["warehouse.view_booking", "warehouse.change_booking", "calls.view_call", "calls.change_call"]


@pytest.fixture
def clerk(client):
    client.force_login(staff(*CLERK, username="li"))
    return client


def asked_for(zone=None):
    start = timezone.now() + timedelta(days=1)
    return book(zone or ZoneFactory(), 300, start, start + timedelta(hours=1), at=timezone.now())


def in_list(client, action, *rows, query="", **answers):
    body = {"action": action, "_selected_action": [row.pk for row in rows], **answers}
    page = reverse(f"admin:{rows[0]._meta.app_label}_{rows[0]._meta.model_name}_changelist")
    return client.post(f"{page}{query}", body)


def page_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def button(row, action):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_do", args=[row.pk, action])


def told(client):
    return [str(message) for message in client.get(reverse("admin:index")).context["messages"]]


def test_acting_in_a_filtered_list_leads_back_to_that_list(clerk):
    answer = in_list(clerk, "confirm", asked_for(), query="?status__exact=requested")
    assert answer.status_code == 302
    assert answer.url.endswith("?status__exact=requested")


def test_success_and_refusal_name_the_row(clerk):
    zone = ZoneFactory()
    stands, gone = asked_for(zone), asked_for(zone)
    in_list(clerk, "cancel", gone, answered="1", reason="train late")
    in_list(clerk, "confirm", stands, gone)
    said = told(clerk)
    assert f"Confirm – 1 done: {stands}" in said
    assert any(line.startswith(f"{gone}: ") and "cancelled" in line for line in said)


def test_the_same_submission_twice_does_it_once_and_says_so(clerk):
    train = CallFactory(scheduled_arrival_at=timezone.now())
    for _ in range(2):
        in_list(clerk, "arrive", train, answered="1", happened_at="")
    assert Entry.objects.filter(call_id=train.pk, kind="call.arrived").count() <= 1
    train.refresh_from_db()
    assert train.phase == "arrived"
    assert any(line.startswith(f"{train}: ") for line in told(clerk))


def test_a_second_submission_from_a_list_the_row_has_left_does_nothing(clerk):
    booking = asked_for()
    for _ in range(2):
        in_list(clerk, "confirm", booking, query="?status__exact=requested")
    assert Booking.objects.get().status == "confirmed"


def test_the_rows_own_page_has_a_button_for_what_can_be_done_now(clerk):
    train = CallFactory(ready=True)
    page = clerk.get(page_of(train)).content.decode()
    assert button(train, "depart") in page
    assert button(train, "arrive") not in page


def test_a_button_that_asks_shows_its_form_and_does_nothing_yet(clerk):
    booking = asked_for()
    assert 'name="reason"' in clerk.get(button(booking, "reject")).content.decode()
    assert 'name="reason"' in clerk.post(button(booking, "reject")).content.decode()
    assert Booking.objects.get().status == "requested"


def test_a_button_acts_and_leads_back_to_the_rows_page_with_the_lists_filters(clerk):
    booking = asked_for()
    kept = "?_changelist_filters=status__exact%3Drequested"
    answer = clerk.post(button(booking, "reject") + kept, {"answered": "1", "reason": "floor load"})
    assert answer.url == page_of(booking) + kept
    assert Booking.objects.get().status == "rejected"


def test_opening_a_buttons_address_changes_nothing(clerk):
    booking = asked_for()
    assert clerk.get(button(booking, "confirm")).status_code == 200
    assert Booking.objects.get().status == "requested"


def test_what_cannot_be_undone_is_confirmed_first(clerk):
    at = timezone.now()
    train = CallFactory(phase="departed", arrived_at=at - timedelta(hours=9), departed_at=at)
    assert "No further message" in in_list(clerk, "close", train).content.decode()
    train.refresh_from_db()
    assert train.phase == "departed"
    in_list(clerk, "close", train, answered="1")
    train.refresh_from_db()
    assert train.phase == "closed"


def test_a_wrong_answer_is_asked_again(clerk):
    train = CallFactory()
    page = clerk.post(button(train, "arrive"), {"answered": "1", "happened_at": "yesterday"})
    assert page.status_code == 200
    assert "Enter a valid date/time" in page.content.decode()


def test_who_may_only_look_is_offered_nothing_and_can_post_nothing(client):
    client.force_login(staff("warehouse.view_booking", username="guest"))
    booking = asked_for()
    assert 'id="acts"' not in client.get(page_of(booking)).content.decode()
    assert client.post(button(booking, "confirm")).status_code == 403
    in_list(client, "confirm", booking)
    assert Booking.objects.get().status == "requested"


def test_a_method_that_is_no_action_cannot_be_posted(clerk):
    booking = asked_for()
    for name in ("delete_selected", "get_urls", "shown_status"):
        assert clerk.post(button(booking, name)).status_code == 403


def test_another_terminals_rows_are_neither_listed_nor_opened_nor_acted_on(clerk):
    booking = asked_for(ZoneFactory(terminal=TerminalFactory(khorgos=True)))
    found = clerk.get(reverse(f"{BOOKINGS}_changelist")).context["cl"]
    assert list(found.result_list) == []
    assert clerk.get(page_of(booking)).status_code == 302
    assert clerk.post(button(booking, "confirm")).status_code == 404
    in_list(clerk, "confirm", booking)
    assert Booking.objects.get().status == "requested"


def test_a_right_held_at_one_terminal_does_not_reach_another_that_one_may_only_look_at(client):
    user, khorgos = staff(*CLERK, username="aigul"), TerminalFactory(khorgos=True)
    guest = RoleFactory(code="guest", rights=["warehouse.view_booking"])
    MembershipFactory(user=user, role=guest, terminal=khorgos)
    client.force_login(user)
    booking = asked_for(ZoneFactory(terminal=khorgos))
    page = client.get(page_of(booking))
    assert page.status_code == 200
    assert 'id="acts"' not in page.content.decode()
    client.post(button(booking, "confirm"))
    assert Booking.objects.get().status == "requested"


def test_a_person_who_may_see_other_things_at_a_terminal_does_not_see_its_bookings(client):
    user, khorgos = staff(*CLERK, username="aigul"), TerminalFactory(khorgos=True)
    MembershipFactory(user=user, role=RoleFactory(code="gate", rights=["calls.view_call"]), terminal=khorgos)
    client.force_login(user)
    asked_for(ZoneFactory(terminal=khorgos))
    assert list(client.get(reverse(f"{BOOKINGS}_changelist")).context["cl"].result_list) == []


def test_a_party_users_membership_shows_no_staff_page(client):
    from tests.factories.parties import PartyFactory, UserFactory

    user = UserFactory(username="shipper")
    role = RoleFactory(code="party", rights=CLERK)
    MembershipFactory(user=user, role=role, party=PartyFactory(code="almaty-cotton"))
    client.force_login(user)
    assert client.get(reverse(f"{BOOKINGS}_changelist")).status_code == 403


def test_a_rows_page_speaks_the_sites_time_whatever_the_readers_own(client):
    user = staff(*CLERK, username="li")
    user.zone_name = "America/New_York"
    user.save()
    client.force_login(user)
    assert "10:15" in client.get(page_of(CallFactory())).content.decode()


def test_a_time_typed_into_a_form_is_the_sites(client):
    user = staff(*CLERK, username="li")
    user.zone_name = "Europe/London"
    user.save()
    client.force_login(user)
    train = CallFactory()
    client.post(button(train, "arrive"), {"answered": "1", "happened_at": "2023-03-14T10:05"})
    train.refresh_from_db()
    assert train.arrived_at.isoformat() == "2023-03-14T02:05:00+00:00"


ADMINISTERS = ["parties.view_user", "parties.change_user", "parties.view_membership", "parties.add_membership",
    "parties.change_membership", "parties.view_party", "parties.view_role"]  # fmt: skip


def test_an_administrator_gives_roles_at_their_own_terminals_only(client):
    khorgos, guest = TerminalFactory(khorgos=True), RoleFactory(code="guest")
    boss, other = staff(*ADMINISTERS, username="arman"), staff(username="dana")
    client.force_login(boss)
    page = reverse("admin:parties_user_change", args=[other.pk])
    body = {"username": "dana", "language": "en", "zone_name": "Asia/Shanghai", "is_active": "on", "is_staff": "on",
        "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0", "memberships-0-user": other.pk,
        "memberships-0-role": guest.pk, "memberships-0-party": ""}  # fmt: skip
    client.post(page, {**body, "memberships-0-terminal": khorgos.pk})
    assert not other.memberships.filter(terminal=khorgos).exists()
    client.post(page, {**body, "memberships-0-terminal": TerminalFactory().pk})
    assert other.memberships.filter(terminal=TerminalFactory(), role=guest).exists()
