"""What comes late, goes on too long or is asked beyond all reason: no day twice, none for nothing, nobody waits."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.sites import site
from django.test import RequestFactory
from django.urls import include, path

from apps.billing import selectors, services
from apps.billing.admin.charges import in_minor
from apps.billing.models import CalendarYear, Pause, StorageAccount
from apps.billing.services.accounts import YearsAway, join_visits
from apps.billing.services.withdrawing import LaterDaysAreCharged
from apps.containers.services.retracting import retract
from apps.customs.models import DeclaredContainer
from apps.journal.models import Entry
from apps.warehouse import services as warehouse
from tests.factories.api import Program
from tests.factories.billing import CLERK, DAY, GONE, GROUNDED, calendar_2025, grounded, lift, steppe_grain, version
from tests.factories.charges import SHANGHAI
from tests.factories.containers import VisitFactory
from tests.factories.customs import submitted
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, UserFactory
from tests.factories.warehouse import MAY_4, ZoneFactory, book

urlpatterns = [path("api/v1/", include("apps.billing.api.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
FAULT = {"kind": "fault", "reason": "crane out of order"}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def account():
    return StorageAccount.objects.get()


@pytest.fixture
def standing(db):
    """A box that stands since 3 March; its last free day is the 8th."""
    version(valid_until=None)
    visit = grounded(GROUNDED)
    services.open_accounts(visit.terminal, at=GROUNDED + DAY)
    return visit


def leave(visit, moment):
    visit.departed_at, visit.state, visit.position = moment, "departed", "gone"
    visit.save()


def test_days_before_others_that_are_charged_are_not_withdrawn_for_nobody_would_charge_them_again(standing):
    first = services.charge_visit(standing, until=date(2025, 3, 10), by=CLERK, at=at("2025-03-09T10:00"))
    second = services.charge_visit(standing, until=date(2025, 3, 12), by=CLERK, at=at("2025-03-11T10:00"))
    with pytest.raises(LaterDaysAreCharged):
        services.withdraw(first, why="wrong payer", by=CLERK, at=at("2025-03-11T11:00"))
    services.withdraw(second, why="wrong payer", by=CLERK, at=at("2025-03-11T11:00"))
    services.withdraw(first, why="wrong payer", by=CLERK, at=at("2025-03-11T11:00"))
    again = services.charge_visit(standing, until=date(2025, 3, 12), by=CLERK, at=at("2025-03-11T12:00"))
    assert (again.first_on, again.last_on, again.amount) == (date(2025, 3, 9), date(2025, 3, 12), Decimal("50.00"))


@pytest.mark.parametrize("day", [date.max, date.min, date(2028, 1, 1)])
def test_no_last_free_day_guarantee_or_charge_is_set_for_a_day_years_away(standing, day):
    said = {"by": CLERK, "at": GROUNDED + DAY}
    with pytest.raises(YearsAway):
        services.override_last_free_day(standing, last_free_on=day, why="for good", **said)
    with pytest.raises(YearsAway):
        services.guarantee_through(standing, day=day, guarantor=steppe_grain(), **said)
    with pytest.raises(YearsAway):
        services.charge_visit(standing, until=day, **said)
    assert services.refresh_accounts(standing.terminal, at=GROUNDED + 2 * DAY) == 1


@pytest.mark.parametrize(
    "stay",
    [
        {"start_at": "2025-03-03T08:00:00Z", "end_at": "2999-12-31T00:00:00Z"},
        {"start_at": "9999-12-31T22:30:00Z", "end_at": "9999-12-31T23:30:00Z"},
    ],
)
def test_a_stay_of_centuries_or_at_the_end_of_time_has_no_price(stay):
    version(valid_until=None)
    area = {"zone_kind": "bonded", "area_m2": "1.00"}
    for wish in ({"boxes": [{"size_type": "22G1", **stay}]}, {"area": [{**area, **stay}]}):
        answer = Program(steppe_grain(), "read").post("/api/v1/quotes/", wish)
        assert (answer.status_code, answer.json()["code"]) == (422, "stay-too-long")


@pytest.mark.parametrize("starts_at", [datetime(1, 1, 2, tzinfo=SHANGHAI), datetime(1025, 3, 5, tzinfo=SHANGHAI)])
def test_a_pause_since_years_ago_is_refused_for_each_of_its_days_would_be_looked_at_every_hour(standing, starts_at):
    with pytest.raises(YearsAway):
        services.start_pause(standing, starts_at=starts_at, by=CLERK, at=GROUNDED + DAY, **FAULT)
    assert services.refresh_accounts(standing.terminal, at=GROUNDED + 2 * DAY) == 1


def test_an_inspection_of_an_advice_that_was_the_same_box_pauses_its_storage(standing):
    declaration = submitted(boxes=1)
    DeclaredContainer.objects.update(visit=VisitFactory(state="joined", joined_into=standing, position="gone"))
    for moment, status in ((at("2025-03-05T00:00"), "inspection_ordered"), (at("2025-03-06T20:00"), "inspected")):
        Entry.objects.create(
            kind="declaration-moved", terminal_id=standing.terminal_id, happened_at=moment, recorded_at=moment,
            declaration_id=declaration.pk, actor="user:officer", payload={"status": status},
        )  # fmt: skip
    services.refresh_accounts(standing.terminal, at=at("2025-03-07T09:00"))
    assert account().calculated_last_free_on == date(2025, 3, 10)


def test_a_pause_that_goes_on_ends_when_the_box_leaves_so_that_a_late_charge_is_the_same(standing):
    Pause.objects.create(visit=standing, starts_at=at("2025-03-12T11:00"), entered_by="user:clerk", **FAULT)
    leave(standing, at("2025-03-12T20:00"))
    asked = [at("2025-03-12T20:01"), at("2025-03-13T10:00"), at("2025-03-30T10:00")]
    assert [selectors.accrued(standing, moment)[1].amount for moment in asked] == [Decimal(50)] * 3


def test_a_box_charged_ahead_for_days_that_a_pause_made_free_says_so_when_it_has_gone(standing):
    services.charge_visit(standing, until=date(2025, 3, 12), by=CLERK, at=at("2025-03-09T10:00"))
    said = {"starts_at": at("2025-03-05T00:00"), "ends_at": at("2025-03-07T00:00"), "by": CLERK}
    services.start_pause(standing, at=at("2025-03-09T11:00"), **FAULT, **said)
    leave(standing, at("2025-03-12T11:00"))
    assert services.charge_departed(standing.terminal, at=at("2025-03-12T12:00")) == []
    assert account().trouble == "4 TEU·days were charged and 2 are due: credit the rest."


def test_a_box_charged_for_what_is_due_has_nothing_to_credit(standing):
    services.charge_visit(standing, until=date(2025, 3, 10), by=CLERK, at=at("2025-03-09T10:00"))
    leave(standing, at("2025-03-12T11:00"))
    services.charge_departed(standing.terminal, at=at("2025-03-12T12:00"))
    assert (account().trouble, account().charged_through) == ("", date(2025, 3, 12))


def test_a_box_whose_departure_was_taken_back_meanwhile_is_not_charged_to_its_end(db):
    version()
    visit = grounded(GROUNDED, gone=GONE)
    services.open_accounts(visit.terminal, at=GONE)
    as_it_was_read = StorageAccount.objects.select_related("visit__container", "visit__terminal").get().visit
    left = Entry.objects.get(kind="container-gated-out")
    retract(left.public_id, reason="another box", by=CLERK, at=GONE + DAY)
    with pytest.raises(services.StandsStill):
        services.charge_visit(as_it_was_read, by=CLERK, at=GONE + DAY)
    assert account().closed_at is None


def test_goods_that_stayed_for_months_after_their_booking_are_charged_all_the_same(db):
    version(valid_from=date(2026, 1, 1), valid_until=None)
    zone = ZoneFactory(confirms_at_once=True)
    booking = book(zone, 10, MAY_4, MAY_4 + DAY)
    warehouse.check_in(booking, by=CLERK, at=MAY_4 + timedelta(hours=1))
    warehouse.complete(booking, by=CLERK, at=MAY_4 + 100 * DAY)
    (line,) = services.charge_bookings(zone.terminal, at=MAY_4 + 100 * DAY)
    assert (line.booking, line.quantity) == (booking, Decimal(1000))


def test_wishes_cancelled_in_time_are_not_looked_at_every_minute(db, django_assert_max_num_queries):
    version(valid_from=date(2026, 1, 1), valid_until=None)
    zone = ZoneFactory(confirms_at_once=True)
    for _each in range(5):
        warehouse.cancel_booking(book(zone, 10, MAY_4, MAY_4 + DAY), by=CLERK, at=MAY_4 - DAY)
    with django_assert_max_num_queries(8):
        assert services.charge_bookings(zone.terminal, at=MAY_4) == []


def test_packages_without_a_price_are_not_tried_every_hour(db, django_assert_max_num_queries):
    version(valid_from=date(2026, 1, 1), valid_until=None).rates.filter(unit="package").delete()
    said = {"lot": "LT-2026-000017", "owner": steppe_grain().code, "packages": 41}
    told = {"terminal_id": TerminalFactory().pk, "recorded_at": MAY_4, "actor": "user:clerk", "lot_id": 17}
    for _each in range(5):
        Entry.objects.create(kind="lot-received", happened_at=MAY_4, payload=said, **told)
    with django_assert_max_num_queries(9):
        assert services.charge_goods(TerminalFactory(), at=MAY_4 + DAY) == []


def test_a_part_of_a_cent_is_refused_and_not_rounded():
    assert in_minor(Decimal("10.50"), 2) == 1050
    with pytest.raises(services.FinerThanMoney):
        in_minor(Decimal("10.505"), 2)


def test_who_paid_a_lift_of_anothers_box_reads_nothing_of_that_ones_dates(standing):
    other = PartyFactory(code="silk-forwarding")
    services.name_payer(standing, payer=other, by=CLERK, at=GROUNDED + DAY)
    said = {"why": "our own agreement", "by": CLERK, "at": GROUNDED + DAY}
    services.override_last_free_day(standing, last_free_on=date(2025, 3, 20), **said)
    lift(standing, at=GROUNDED + DAY)
    told = Program(steppe_grain(), "read").get("/api/v1/containers/CSQU3054383/charges/").json()
    assert (len(told["lines"]), any(told["dates"].values())) == (1, False)
    its_own = Program(other, "read").get("/api/v1/containers/CSQU3054383/charges/").json()
    assert its_own["dates"]["overridden"]["why"] == "our own agreement"


def test_who_pays_and_what_was_promised_of_an_advice_go_on_with_the_box_it_was_of(standing):
    advice, payer = VisitFactory(container=standing.container), PartyFactory(code="caspian-freight")
    row = StorageAccount.objects.create(visit=advice, opened_at=GROUNDED, payer=payer)
    row.guaranteed_through, row.guarantor = date(2025, 3, 20), payer
    row.save()
    services.override_last_free_day(standing, last_free_on=date(2025, 3, 10), why="crane", by=CLERK, at=GROUNDED)
    join_visits(standing, advice)
    found = StorageAccount.objects.get(visit=standing)
    assert (found.payer, found.guarantor, found.guaranteed_through) == (payer, payer, date(2025, 3, 20))
    assert found.last_free_on == date(2025, 3, 10)


def test_a_calendar_that_counted_days_is_not_deleted_for_its_name_would_be_given_again(db):
    year = calendar_2025()
    page, request = site.get_model_admin(CalendarYear), RequestFactory().get("/")
    request.user = UserFactory(is_superuser=True, is_staff=True)
    assert page.has_delete_permission(request, year)
    version(counted="working_days")
    visit = grounded(GROUNDED)
    services.open_accounts(visit.terminal, at=GROUNDED + DAY)
    services.charge_visit(visit, until=date(2025, 3, 12), by=CLERK, at=at("2025-03-11T10:00"))
    assert not page.has_delete_permission(request, year)
