"""What the site answers about a year's traffic: by its rows, on the screen, on the API and on the page."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.planning.selectors import Nonsense, Question, capacity, measured
from apps.reports.models import DailyThroughput
from terminal.capacity import Lever
from terminal.throughput import site_day
from tests.factories.api import program
from tests.factories.parties import staff
from tests.factories.trains import TrackFactory
from tests.factories.warehouse import ZoneFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TARGET = Question(teu_per_year=Decimal(550_000))


@pytest.fixture
def site(lyg):
    for code in ("T1", "T2", "T3", "T4"):
        TrackFactory(terminal=lyg, code=code)
    return lyg


def days_of(terminal, counts):
    """One counted day for each figure, ending yesterday: so many 40′ boxes came by rail, and as many left by sea."""
    today = site_day(NOW, terminal.zone)
    for back, boxes in enumerate(reversed(counts), start=1):
        DailyThroughput.objects.create(
            terminal=terminal, on=today - timedelta(days=back), in_rail=boxes, out_sea=boxes,
            in_teu=boxes * 2, out_teu=boxes * 2, trains_departed=2, counted_at=NOW,
        )  # fmt: skip


def test_the_target_saturates_the_railway_first_then_yard_machines_and_train_places(site):
    answer = capacity(site, TARGET, NOW)
    assert not answer.fits
    assert [use.resource for use in answer.uses[:3]] == ["railway", "yard machines", "train places"]
    assert answer.carries_teu_per_year == 410_000
    assert {each.lever for each in answer.remedies} >= {Lever.TRAINS_A_DAY, Lever.TRAIN_STAY_HOURS}


def test_what_is_not_asked_is_as_the_site_is_rated(site):
    answer = capacity(site, Question(), NOW)
    assert (answer.teu_per_year, answer.train_stay_hours, answer.dwell_days) == (410_000, 9, 3)
    assert answer.fits


def test_a_closed_track_takes_a_quarter_of_the_places(site):
    before = capacity(site, Question(), NOW)
    TrackFactory(terminal=site, code="T5", closed=True)
    assert capacity(site, Question(), NOW).uses == before.uses
    site.track_set.filter(code="T4").update(closed=True)
    after = capacity(site, Question(), NOW)
    assert after.first.resource == "train places"
    assert not after.fits


def test_boxes_are_measured_where_enough_days_had_traffic(site):
    days_of(site, [200] * 13)
    assert measured(site, NOW) is None
    days_of_one_more = DailyThroughput.objects.create(
        terminal=site, on=site_day(NOW, site.zone) - timedelta(days=20), in_road=250, out_road=250,
        in_teu=250, out_teu=250, counted_at=NOW,
    )  # fmt: skip
    assert days_of_one_more.throughput_teu == 250
    seen = measured(site, NOW)
    assert (seen.days, seen.teu_per_day) == (14, Decimal(13 * 400 + 250) / 14)
    assert seen.teu_per_box == Decimal(5450) * 2 / 5700
    assert seen.rail_lifts_per_box == Decimal(2600) * 2 / 5700


def test_days_with_little_traffic_say_nothing_of_the_rated_year(site):
    days_of(site, [139] * 20)
    assert measured(site, NOW) is None
    DailyThroughput.objects.update(in_teu=282, out_teu=282)
    assert measured(site, NOW).days == 20


def filling(terminal, many, *, before):
    """So many days that end so many days ago, on which boxes came and none left."""
    for back in range(before + 1, before + many + 1):
        DailyThroughput.objects.create(
            terminal=terminal, on=site_day(NOW, terminal.zone) - timedelta(days=back), in_rail=back % 5 * 80,
            in_teu=back % 5 * 160, counted_at=NOW,
        )  # fmt: skip


def test_weeks_in_which_the_yard_was_filling_are_left_out_and_said(site, client):
    days_of(site, [200] * 20)
    alone = measured(site, NOW)
    filling(site, 25, before=20)
    seen = measured(site, NOW)
    assert (seen.days, seen.left_out, seen.first) == (20, 25, site_day(NOW, site.zone) - timedelta(days=20))
    assert (seen.teu_per_day, seen.busy_day) == (alone.teu_per_day, alone.busy_day) == (400, 1)
    client.force_login(staff("reports.view_dailythroughput", username="zhang"))
    page = client.get(reverse("capacity-page")).content.decode()
    assert f"Measured on 20 days with traffic, {seen.first} – {seen.last}." in page
    assert "25 days before are left out: not yet half of a usual day came and went" in page
    told = program("ktz-express", "figures").get("/api/v1/capacity/").json()
    assert (told["measured_days"], told["measured_from"], told["left_out_days"]) == (20, str(seen.first), 25)
    out = StringIO()
    call_command("capacity", stdout=out)
    assert "25 days before are left out" in out.getvalue()


def test_a_site_whose_first_day_lies_far_back_leaves_no_quiet_week_out(site):
    days_of(site, [200] * 30 + [60] * 30 + [200] * 80)
    seen = measured(site, NOW)
    assert (seen.days, seen.left_out) == (90, 0)


def test_a_yard_that_only_fills_is_not_measured(site):
    filling(site, 40, before=0)
    assert measured(site, NOW) is None


def test_today_is_not_finished_and_not_measured(site):
    days_of(site, [200] * 14)
    DailyThroughput.objects.create(
        terminal=site, on=site_day(NOW, site.zone), in_rail=9_999, in_teu=9_999, counted_at=NOW
    )
    assert measured(site, NOW).teu_per_day == 400


def test_a_busy_day_is_what_one_day_in_twenty_exceeds(site):
    days_of(site, [200] * 19 + [600])
    assert measured(site, NOW).busy_day == Decimal(400) * 20 / (19 * 400 + 1200)
    days_of_busy = capacity(site, Question(busy=True), NOW)
    assert days_of_busy.peak == measured(site, NOW).busy_day
    assert capacity(site, Question(), NOW).peak == 1


def test_the_warehouse_is_judged_by_the_area_a_teu_took(site):
    zone = ZoneFactory(terminal=site, usable_m2=Decimal(18_400))
    days_of(site, [200] * 20)
    yesterday = site_day(NOW, site.zone) - timedelta(days=1)
    zone.half_days.create(on=yesterday, half=0, used_m2=16_000, capacity_m2=18_400)
    seen = measured(site, NOW)
    assert seen.warehouse_m2_days_per_teu == 1
    use = next(use for use in capacity(site, TARGET, NOW).uses if use.resource == "warehouse")
    assert round(use.needed) == 1_507


@pytest.mark.parametrize(
    "asked",
    [{"teu_per_year": Decimal(-1)}, {"dwell_days": Decimal(400)}, {"train_stay_hours": Decimal("1e9")}],
)
def test_a_year_no_site_has_is_refused(site, asked):
    with pytest.raises(Nonsense):
        capacity(site, Question(**asked), NOW)


def test_the_command_answers_the_question_of_the_target_and_draws_it(site, tmp_path):
    out, plot = StringIO(), tmp_path / "capacity.png"
    call_command("capacity", "--teu", "550000", "--plot", str(plot), stdout=out)
    said = out.getvalue()
    assert "550,000 TEU a year = 1,507 a day" in said
    assert "It does not fit. Saturates first: railway (trains a day)" in said
    assert "would fit with trains a day of 13.7 (now 10.2)" in said
    assert plot.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("word", ["nothing", "0", "-5", "nan"])
def test_the_command_takes_figures_above_nothing_only(site, word):
    with pytest.raises(CommandError):
        call_command("capacity", f"--teu={word}")


def test_an_owner_s_program_asks_the_api(site):
    told = program("ktz-express", "figures").get("/api/v1/capacity/?teu_per_year=550000").json()
    assert (told["fits"], told["carries_teu_per_year"], told["measured_days"]) == (False, 410_000, None)
    assert told["resources"][0] == {
        "resource": "railway",
        "unit": "trains/day",
        "needed": "13.68",
        "rated": "10.20",
        "utilisation": "1.3415",
        "fits": False,
        "carries_teu_per_year": 410_000,
    }
    assert told["remedies"][0] == {
        "resource": "railway",
        "lever": "trains_a_day",
        "present": "10.20",
        "needed": "13.68",
    }


def test_a_site_without_tracks_is_told_without_infinity(lyg):
    first = program("ktz-express", "figures").get("/api/v1/capacity/").json()["resources"][0]
    assert (first["utilisation"], first["fits"], first["carries_teu_per_year"]) == (None, False, 0)
    out = StringIO()
    call_command("capacity", stdout=out)
    assert "∞" in out.getvalue()


def test_without_the_scope_nothing_is_told(site):
    assert program("ktz-express", "read").get("/api/v1/capacity/").status_code == 403


def test_a_key_that_names_another_terminal_than_its_own_gets_no_other_answer(lyg):
    owner = program("ktz-express", "figures")
    assert owner.get("/api/v1/capacity/?terminal=elsewhere").json()["code"] == "not-yours"
    assert owner.get(f"/api/v1/capacity/?terminal={lyg.code}").json()["terminal"] == lyg.code


@pytest.mark.parametrize("query", ["teu_per_year=0", "dwell_days=366", "busy=perhaps", "train_stay_hours=x"])
def test_nonsense_is_answered_in_words(site, query):
    answer = program("ktz-express", "figures").get(f"/api/v1/capacity/?{query}")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_manager_reads_the_page(site):
    client = Client()
    client.force_login(staff("reports.view_dailythroughput", username="zhang"))
    page = client.get(reverse("capacity-page"))
    assert page.status_code == 200
    assert "550,000 TEU a year do not fit" in page.content.decode()
    other = client.get(reverse("capacity-page"), {"teu_per_year": "300000", "dwell_days": "2"}).content.decode()
    assert "300,000 TEU a year fit" in other
    assert "data:image/png;base64," in other


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"teu_per_year": "-3"}, "teu_per_year", "greater than or equal to 0.01"),
        ({"teu": "-3"}, "teu_per_year", "greater than or equal to 0.01"),
        ({"teu_per_year": "many"}, "teu_per_year", "Enter a number"),
        ({"dwell_days": "400"}, "dwell_days", "less than or equal to 365"),
        ({"stay": "nan"}, "train_stay_hours", "Enter a number"),
        ({"tue": "3"}, None, "“tue” cannot be asked about here"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field_and_nothing_else_is_answered(site, client, asked, field, said):
    client.force_login(staff("reports.view_dailythroughput", username="zhang"))
    page = client.get(reverse("capacity-page"), asked)
    told = page.content.decode()
    assert said in " ".join(page.context["form"].errors.get(field or "__all__", []))
    assert said in told
    assert 'id="verdict"' not in told
    assert "data:image/png" not in told
    assert field is None or f'value="{next(iter(asked.values()))}"' in told, "what was typed is still there"


def test_an_address_may_ask_by_the_words_of_the_command_and_for_a_part_only(site, client):
    client.force_login(staff("reports.view_dailythroughput", username="zhang"))
    assert "300,000 TEU a year fit" in client.get(reverse("capacity-page"), {"teu": "300000"}).content.decode()
    page = client.get(reverse("capacity-page"), {"dwell_days": "2"})
    assert (page.context["answer"].teu_per_year, page.context["answer"].dwell_days) == (550_000, 2)


def test_the_page_of_a_site_without_tracks_opens(lyg):
    client = Client()
    client.force_login(staff("reports.view_dailythroughput", username="zhang"))
    assert "∞" in client.get(reverse("capacity-page")).content.decode()


def test_the_page_is_for_whoever_reads_figures(site):
    client = Client()
    client.force_login(staff("network.view_place", username="li"))
    assert client.get(reverse("capacity-page")).status_code == 403
