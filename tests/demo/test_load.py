"""The demo as it is loaded: a terminal that could exist, through the terminal's own services."""

import io
import json
import re
from collections import Counter
from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.calls.models import Call
from apps.containers.models import Hold, Visit
from apps.customs.models import Declaration
from apps.demo.services import fullness, people, week
from apps.demo.services.cargo import FATES
from apps.journal.models import Entry
from apps.network.models import Terminal
from apps.notices.models import Notice
from apps.parties.actors import rights
from apps.parties.models import ApiClient, Party, PartyKey, User
from apps.reports.models import DailyThroughput
from apps.reports.services import report_to_owners
from apps.trains.models import TrackStay, TrainQuota, TrainVisit, WagonLoad
from apps.trains.selectors.delays import late_trains
from apps.warehouse.models import Booking, CargoOrder, Lot
from apps.yard.selectors import utilisation
from terminal.kpis import month_of
from terminal.throughput import site_day
from tests.dcsa import faults_2_2, faults_3_0, needs_schemas
from tests.factories.api import all_settled, key_for


def run(*words):
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The site with its demo, loaded once for this file and flushed afterwards.

    Committed, not held open: a transaction that lasts would keep every reader of the journal waiting.
    """
    var, media = settings.VAR, settings.MEDIA_ROOT
    settings.VAR = tmp_path_factory.mktemp("var")
    settings.MEDIA_ROOT = settings.VAR / "media"
    with django_db_blocker.unblock():
        try:
            run("setup_site")
            run("demo", "load")
            yield Terminal.objects.get(code="cnlyg")
        finally:
            call_command("flush", interactive=False, verbosity=0)
            settings.VAR, settings.MEDIA_ROOT = var, media


@pytest.fixture
def terminal(demo, django_db_blocker):
    """The loaded terminal; what a test does to it is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_demo_needs_a_site():
    with pytest.raises(CommandError, match="setup_site"):
        run("demo", "load")


def test_nothing_later_than_now_is_actual(terminal):
    now = timezone.now()
    assert not Entry.objects.filter(classifier="actual", happened_at__gt=now).exists()
    assert not Call.objects.filter(Q(arrived_at__gt=now) | Q(departed_at__gt=now)).exists()
    assert not Visit.objects.filter(Q(arrived_at__gt=now) | Q(departed_at__gt=now)).exists()


def test_the_timetable_begins_where_the_story_ends_and_its_trains_are_open_for_booking(terminal):
    told = TrainVisit.objects.filter(runs_on=None).latest("call__scheduled_arrival_at")
    timetabled = TrainVisit.objects.filter(runs_on__isnull=False)
    days = Counter(timetabled.values_list("runs_on", flat=True))
    assert min(days) == told.call.scheduled_departure_at.astimezone(terminal.zone).date() + timedelta(days=1)
    assert set(days.values()) - {9} == set() or sorted(days.values())[:-1] == [9] * (len(days) - 1)
    assert not timetabled.exclude(pk__in=TrainQuota.objects.filter(teu__gt=50).values("train")).exists()


def test_a_train_is_being_discharged_and_will_be_late_and_one_is_announced_whatever_the_hour(terminal):
    now = timezone.now()
    here = TrainVisit.objects.get(call__number="X8024", runs_on=None)
    assert here.call.phase == "in_processing"
    assert [each.train for each in late_trains(terminal, now)] == [here]
    off = WagonLoad.objects.filter(wagon__train=here, leg="arriving", done_at__isnull=False)
    assert 0 < off.count() < WagonLoad.objects.filter(wagon__train=here).count()
    to_come = TrainVisit.objects.get(call__number="X9044", runs_on=None)
    assert to_come.consist_received_at < now < to_come.call.estimated_arrival_at


def test_what_is_to_come_is_planned(terminal):
    coming = Call.objects.filter(phase__in=["scheduled", "announced"])
    assert coming.exists()
    assert not coming.filter(scheduled_arrival_at=None).exists()
    assert Visit.objects.filter(state="advised", arrival_call__in=coming).exists()


def test_every_box_in_the_yard_stands_in_a_cell(terminal):
    use = utilisation(terminal)
    assert use.boxes > 100
    assert use.cell_unknown == 0


def test_there_are_holds_declarations_and_bookings(terminal):
    assert Hold.objects.filter(lifted_at=None).count() >= 3
    assert {"submitted", "released"} <= set(Declaration.objects.values_list("status", flat=True))
    assert Booking.objects.holding_space().count() >= 5


def test_boxes_are_unpacked_into_stock_and_some_of_it_is_to_be_handed_out(terminal):
    made = CargoOrder.objects.filter(terminal=terminal).order_by("pk").values_list("kind", "status")
    assert list(made) == [("strip", fate) for fate in FATES] + [("withdraw", "requested")]
    assert Lot.objects.in_stock().filter(entry=None).exists()


def test_a_train_on_site_stands_on_a_track_with_its_consist(terminal):
    for call in Call.objects.on_site().filter(mode="rail"):
        assert call.train.consist_received_at
        assert TrackStay.objects.filter(train=call.train, until=None).exists()
        assert WagonLoad.objects.filter(wagon__train=call.train).exists()


def test_days_are_counted(terminal):
    assert DailyThroughput.objects.filter(terminal=terminal, in_teu__gt=0).count() > 5


def test_loading_it_again_changes_nothing(terminal):
    before = (Entry.objects.count(), Visit.objects.count(), people.known())
    assert "already" in run("demo", "load")
    assert (Entry.objects.count(), Visit.objects.count(), people.known()) == before


def test_the_password_is_made_for_this_demo_and_signs_everybody_in(terminal):
    credentials = people.known()
    assert credentials is not None
    assert people.kept_at().stat().st_mode & 0o077 == 0
    for name, *_ in people.PEOPLE:
        assert User.objects.get(username=name).check_password(credentials.password)
    assert not User.objects.filter(is_superuser=True).exists()


def test_both_owners_people_are_sent_the_report_of_the_month_in_their_languages_and_cannot_sign_in(terminal):
    month = month_of(site_day(timezone.now(), terminal.zone) - timedelta(days=1))
    over = datetime.combine(month.last + timedelta(days=1), time(6), terminal.zone)
    report_to_owners(terminal, over)
    sent = Notice.objects.filter(about=f"owners:cnlyg:{month.first:%Y-%m}").select_related("user")
    assert {(each.user.username, each.language, each.enclosures.count()) for each in sent} == {
        (name, language, 2) for name, _owner, language, *_ in people.OWNERS_PEOPLE
    }
    assert {each.language for each in sent} == {code for code, _name in settings.LANGUAGES}
    for each in sent:
        assert not each.user.has_usable_password()
        assert rights(each.user) == set()


def test_the_yard_fills_over_the_alert_and_comes_back_without_a_day_over_what_is_rated(terminal):
    before = fullness.standing_teu(terminal)
    run("demo", "fill")
    assert fullness.standing_teu(terminal) > Decimal("0.85") * terminal.operating_capacity_teu
    run("demo", "clear")
    assert fullness.standing_teu(terminal) == before
    call_command("throughput", "--from", "2020-01-01", "--to", "2020-01-02", stdout=io.StringIO())
    assert max(day.throughput_teu for day in DailyThroughput.objects.all()) < terminal.rated_teu_per_day


def test_the_welcome_names_a_box_that_cannot_move(terminal, client):
    told = run("welcome")
    key, path = re.search(r"Api-Key (\S+)'", told).group(1), re.search(r"(/api/v1/\S+readiness/\S+)'", told).group(1)
    answer = client.get(path, headers={"authorization": f"Api-Key {key}"})
    assert answer.status_code == 200
    assert json.loads(answer.content)["ready"] is False


def every_event(client, version: int, key: str) -> list[dict]:
    """All pages of what a party is told in one version of Track & Trace."""
    path, cursor, found = f"/dcsa/tnt/v{version}/events", "", []
    while True:
        asked = {"limit": 1000} | ({"cursor": cursor} if cursor else {})
        answer = client.get(path, asked, headers={"authorization": f"Api-Key {key}"})
        assert answer.status_code == 200, answer.content
        found += answer.json() if version == 2 else answer.json()["events"]
        if not (cursor := answer.headers.get("Next-Page-Cursor", "")):
            return found


@needs_schemas
@pytest.mark.parametrize(("version", "faults"), [(2, faults_2_2), (3, faults_3_0)])
def test_every_event_of_the_week_is_valid_track_and_trace(terminal, client, version, faults):
    all_settled()
    shippers = Party.objects.filter(code__in=week.SHIPPERS)
    told = [event for party in shippers for event in every_event(client, version, key_for(party, terminal=terminal))]
    assert {(event["eventID"], said) for event in told for said in faults(event)} == set()
    words = json.dumps(told)
    assert all(f'"{code}"' in words for code in ("GTIN", "DISC", "STRP", "ARRI", "RAIL"))


def test_production_has_no_demo(terminal, monkeypatch):
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(CommandError):
        run("demo", "load")
    assert "Demo users" not in run("welcome")


@pytest.mark.parametrize("body", [{"container": "CSQU3054383"}, {"container": "CSQU3054383", "haulier": "nobody"}])
def test_the_demos_program_may_say_who_collects_and_carries_out_no_orders(terminal, client, body):
    key = {"authorization": f"Api-Key {people.known().api_key}"}
    what = "delivery-orders" if "haulier" in body else "pins"
    answer = client.post(f"/api/v1/gate/{what}/", body, content_type="application/json", headers=key)
    assert answer.status_code == 422, answer.content
    taken = client.post("/api/v1/work-orders/next/", {}, content_type="application/json", headers=key)
    assert taken.status_code == 403
    assert "work" not in PartyKey.objects.get(name="demo").scopes.split()
    assert "work" not in ApiClient.objects.get(name="demo").scopes.split()
