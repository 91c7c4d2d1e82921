"""The front page: each terminal as its reader may see it, in the site's time, with lists behind every number."""

from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.alerts.dashboard.chart import chart
from apps.alerts.dashboard.site import Gauge, Train
from apps.alerts.models import Alert, Rule
from apps.customs.models import Declaration, Office, Officer
from apps.notices.models import Notice
from apps.reports.models import DailyThroughput
from apps.trains.models import Track
from terminal.throughput import site_day
from tests.factories.alerts import AlertFactory, RuleFactory
from tests.factories.calls import CallFactory
from tests.factories.containers import HoldFactory, VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import MembershipFactory, PartyFactory, UserFactory, staff
from tests.factories.trains import TrainVisitFactory
from tests.factories.warehouse import ZoneFactory, book

pytestmark = pytest.mark.django_db

FRONT = "admin:index"
SECTIONS = {
    "trains-today": "reports.view_dailythroughput",
    "teu-today": "reports.view_dailythroughput",
    "throughput": "reports.view_dailythroughput",
    "yard": "yard.view_standing",
    "tracks": "trains.view_track",
    "trains": "trains.view_trainvisit",
    "warehouse": "warehouse.view_zone",
    "customs": "customs.view_declaration",
}
ALL = sorted(
    {
        *SECTIONS.values(),
        "alerts.view_alert",
        "notices.view_notice",
        "warehouse.change_booking",
        "containers.override_hold",
        "customs.change_declaration",
        "calls.change_call",
        "containers.change_visit",
    }
)


def front(client):
    page = client.get(reverse(FRONT))
    assert page.status_code == 200
    return page


def rows_of(client, link):
    """How many rows the list behind an errand shows."""
    page = client.get(link)
    assert page.status_code == 200, link
    return page.context["cl"].result_count


def throughput_of(terminal, *, days_ago, trains=9, teu=1000):
    on = site_day(timezone.now(), terminal.zone) - timedelta(days=days_ago)
    return DailyThroughput.objects.create(
        terminal=terminal, on=on, trains_departed=trains, in_teu=teu, out_teu=teu, counted_at=timezone.now()
    )


def declaration(terminal, office, n):
    at, cotton = timezone.now() - timedelta(hours=3), PartyFactory(code="almaty-cotton")
    return Declaration.objects.create(
        terminal=terminal, number=f"CD-2026-{n:06d}", office=office, regime="transit", direction="through",
        declarant=cotton, status="submitted", drafted_at=at, submitted_at=at, status_since=at,
    )  # fmt: skip


@pytest.mark.parametrize(("section", "right"), SECTIONS.items())
def test_a_section_is_there_for_those_with_its_right_and_for_nobody_else(client, lyg, section, right):
    Track.objects.create(terminal=lyg, code="T1", usable_m=950)
    client.force_login(staff(right, username="having"))
    assert f'id="{section}"' in front(client).content.decode()
    client.force_login(staff("network.view_place", username="lacking"))
    assert f'id="{section}"' not in front(client).content.decode()


def test_only_the_readers_terminals_are_told(client, lyg):
    khorgos = TerminalFactory(khorgos=True)
    client.force_login(staff(*ALL, username="wang"))
    page = front(client).content.decode()
    assert f'id="site-{lyg.code}"' in page
    assert f'id="site-{khorgos.code}"' not in page


def test_someone_without_a_terminal_is_told_so(client, lyg):
    client.force_login(UserFactory(username="new"))
    assert "You serve no terminal yet" in front(client).content.decode()


def test_no_data_is_no_data_and_not_nought(client, lyg):
    client.force_login(staff(*ALL, username="wang"))
    (site,) = front(client).context["sites"]
    assert (site.trains_today.value, site.teu_today.value, site.yard.value, site.tracks.value) == (None,) * 4
    assert front(client).content.decode().count("no data yet") == 5


def test_a_day_on_which_no_train_left_is_nought(client, lyg):
    throughput_of(lyg, days_ago=0, trains=0, teu=0)
    client.force_login(staff(*ALL, username="wang"))
    (site,) = front(client).context["sites"]
    assert site.trains_today.value == 0


def test_today_stands_against_the_rated_figures(client, lyg):
    throughput_of(lyg, days_ago=0, trains=7, teu=800)
    client.force_login(staff(*ALL, username="wang"))
    (site,) = front(client).context["sites"]
    assert (site.trains_today.value, site.trains_today.capacity) == (7, Decimal("10.2"))
    assert (site.teu_today.value, site.teu_today.capacity) == (800, 1123)


@pytest.mark.parametrize(("teu", "mood"), [(3701, "calm"), (3702, "warn"), (4195, "warn"), (4196, "over")])
def test_the_yards_colour_changes_at_75_and_85_percent(teu, mood):
    assert Gauge(Decimal(teu), Decimal(4936)).mood == mood


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(None, "–"), (0, "on time"), (-1058, "17 h 38 min early"), (-20, "20 min early"), (60, "1 h 0 min late")],
)
def test_a_delay_is_said_in_hours_and_minutes(minutes, said):
    delay = None if minutes is None else timedelta(minutes=minutes)
    assert Train(None, None, True, delay).delay_said == said


def test_a_train_shows_its_delay_against_plan_in_the_sites_time(client, lyg):
    at = timezone.now().replace(second=0, microsecond=0)
    CallFactory(scheduled_arrival_at=at, estimated_arrival_at=at + timedelta(minutes=95), number="X9014")
    CallFactory(scheduled_arrival_at=at + timedelta(hours=30), number="X9999")
    user = staff(*ALL, username="wang")
    user.zone_name = "Europe/London"
    user.save()
    client.force_login(user)
    page = front(client).content.decode()
    assert "1 h 35 min late" in page
    assert f"{at.astimezone(lyg.zone):%m-%d %H:%M}" in page
    assert "X9999" not in page


def test_of_two_terminals_each_speaks_its_own_time(client, lyg):
    khorgos, at = TerminalFactory(khorgos=True), timezone.now().replace(minute=7, second=0, microsecond=0)
    for terminal in (lyg, khorgos):
        CallFactory(terminal=terminal, scheduled_arrival_at=at)
    user = staff(*ALL, username="wang")
    MembershipFactory(user=user, role__code="role-of-wang", terminal=khorgos)
    user.zone_name = "Europe/London"
    user.save()
    client.force_login(user)
    parts = front(client).content.decode().split('<section class="lb-site" id="site-')[1:]
    for terminal, part in zip((lyg, khorgos), parts, strict=True):
        assert part.startswith(terminal.code)
        assert f">{at.astimezone(terminal.zone):%m-%d %H:%M}<" in part


def test_a_train_that_will_be_late_is_on_the_front_page_with_the_cause_in_the_sites_time(client, lyg):
    at = timezone.now()
    train = TrainVisitFactory(call__number="X9014", call__phase="ready", call__arrived_at=at, call__terminal=lyg)
    type(train.call).objects.update(scheduled_departure_at=at - timedelta(minutes=70))
    client.force_login(staff("trains.view_trainvisit", username="planner"))
    page = front(client).content.decode()
    assert 'id="late-trains"' in page
    assert "1 h 10 min late" in page
    assert "All is lifted, and its time was 70 min ago." in page
    assert reverse("admin:train_board") in page
    client.force_login(staff("yard.view_standing", username="li"))
    assert 'id="late-trains"' not in front(client).content.decode()


def test_every_errand_leads_to_a_list_of_exactly_the_rows_counted(client, lyg):
    at = timezone.now()
    user = staff(*ALL, "warehouse.view_booking", "calls.view_call", "containers.view_visit", "containers.view_hold",
        username="wang")  # fmt: skip
    zone, start = ZoneFactory(), at + timedelta(days=1)
    for _ in range(2):
        book(zone, 100, start, start + timedelta(hours=1), at=at)
    HoldFactory(override_proposed_by=UserFactory(username="li"), override_reason="urgent")
    HoldFactory()
    office = Office.objects.create(terminal=lyg, code="clearance", name="Clearance", kind="section", clears=True)
    Officer.objects.create(user=user, office=office)
    for n in range(3):
        declaration(lyg, office, n)
    CallFactory(scheduled_arrival_at=at - timedelta(hours=2), scheduled_departure_at=at + timedelta(hours=7))
    CallFactory(
        arrived=True, scheduled_arrival_at=at - timedelta(hours=12), scheduled_departure_at=at - timedelta(hours=3)
    )
    VisitFactory(unannounced=True)
    Notice.objects.create(
        terminal=lyg, recipient="wang@terminal.example", language="en", about="digest", subject="Yesterday", text="…",
        html="…", message_id="<1@landbridge>", state="parked", created_at=at, next_attempt_at=at,
    )  # fmt: skip
    client.force_login(user)
    (site,) = front(client).context["sites"]
    counted = {str(errand.what): errand for errand in site.errands}
    assert {what: errand.count for what, errand in counted.items()} == {
        "Bookings to confirm": 2,
        "Overrides to confirm or refuse": 1,
        "Declarations waiting: Clearance": 3,
        "Trains that should be here by now": 1,
        "Trains that should have left by now": 1,
        "Boxes nobody announced": 1,
        "Mails that could not be delivered": 1,
    }
    assert {what: rows_of(client, errand.link) for what, errand in counted.items()} == {
        what: errand.count for what, errand in counted.items()
    }


def test_declarations_wait_for_officers_of_their_office_only(client, lyg):
    office = Office.objects.create(terminal=lyg, code="clearance", name="Clearance", kind="section", clears=True)
    declaration(lyg, office, 1)
    client.force_login(staff(*ALL, username="zhao"))
    (site,) = front(client).context["sites"]
    assert [errand for errand in site.errands if "Declarations" in str(errand.what)] == []
    assert site.queue_length == 1


def test_an_open_alert_is_on_the_front_page_and_a_closed_one_is_not(client, lyg):
    rule = Rule.objects.create(terminal=lyg, metric=Rule.Metric.YARD_TEU)
    at = timezone.now()
    Alert.objects.create(rule=rule, opened_at=at, closed_at=at, reading=4200, capacity=4936, peak=4300)
    client.force_login(staff(*ALL, username="wang"))
    assert 'id="alerts"' not in front(client).content.decode()
    Alert.objects.create(rule=rule, opened_at=at, reading=4200, capacity=4936, peak=4300)
    assert "nobody has acknowledged it" in front(client).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(client, lyg, django_assert_max_num_queries):
    client.force_login(staff(*ALL, username="wang"))
    front(client)
    for n in range(4):
        throughput_of(lyg, days_ago=n)
        CallFactory(ready=True)
        CallFactory(scheduled_arrival_at=timezone.now() + timedelta(hours=n))
        VisitFactory(in_yard=True)
        ZoneFactory(code=f"Z{n}")
        Rule.objects.create(terminal=lyg, metric=Rule.Metric.values[n])
    with django_assert_max_num_queries(29):
        front(client)


def test_the_chart_leaves_a_hole_for_a_day_that_was_not_counted():
    days = {date(2026, 5, 1): None, date(2026, 5, 2): DailyThroughput(in_teu=Decimal(2000), out_teu=Decimal(3000))}
    hole, bar = chart(days, Decimal(1123)).bars
    assert (hole.value, hole.height) == (None, 0)
    assert (bar.value, bar.over) == (2500, True)
    assert bar.y >= 0


@pytest.mark.parametrize("language", ["zh-hans", "ru", "kk"])
def test_it_opens_in_every_language(client, lyg, language):
    throughput_of(lyg, days_ago=1)
    user = staff(*ALL, username="wang")
    user.language = language
    user.save()
    client.force_login(user)
    page = front(client).content.decode()
    assert f'<html lang="{language}"' in page


def test_no_link_leaves_the_machine(client, lyg):
    client.force_login(UserFactory(username="root", is_superuser=True))
    page = front(client).content.decode()
    links = [piece.split('"')[0] for mark in ('href="', 'src="') for piece in page.split(mark)[1:]]
    assert {urlsplit(link).netloc for link in links} == {""}


def test_an_alert_nobody_acknowledged_needs_a_person_whoever_may_see_it(client, lyg):
    client.force_login(staff("alerts.view_alert", username="reader", terminal=lyg))
    alert = AlertFactory(rule=RuleFactory(terminal=lyg))
    (errand,) = front(client).context["sites"][0].errands
    assert (errand.what, errand.count, rows_of(client, errand.link)) == ("Alerts nobody has acknowledged", 1, 1)
    Alert.objects.filter(pk=alert.pk).update(acknowledged_at=timezone.now(), acknowledged_by=UserFactory())
    assert not front(client).context["sites"][0].errands


def test_a_train_in_time_that_will_leave_late_says_both(client, lyg):
    client.force_login(staff("trains.view_trainvisit", username="reader", terminal=lyg))
    came = timezone.now() - timedelta(hours=10)
    call = CallFactory(
        terminal=lyg, mode="rail", phase="ready", scheduled_arrival_at=came, arrived_at=came,
        scheduled_departure_at=came + timedelta(hours=9),
    )  # fmt: skip
    TrainVisitFactory(call=call)
    page = front(client)
    (train,) = page.context["sites"][0].trains
    assert (train.is_late, bool(train.leaves_late)) == (False, True)
    assert f'<span class="lb-late">{train.leaves_late}</span>' in page.content.decode()
