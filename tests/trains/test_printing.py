"""A train's papers: its wagons in their order, and the boxes it leaves with."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from apps.common.paper import Sheet
from apps.containers.models import Hazard, Seal
from apps.trains.admin.printing.facts import load_list, wagon_list
from apps.trains.models import LoadPlan, PlannedLoad, WagonLoad
from tests.factories.containers import VisitFactory, WeightFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.trains import TrainVisitFactory, WagonFactory

pytestmark = pytest.mark.django_db

PAPERS = ("admin:train_wagon_list", "admin:train_planned_wagon_list", "admin:train_load_list")


@pytest.fixture
def train(lyg):
    now = timezone.now()
    return TrainVisitFactory(call__terminal=lyg, call__number="X9014", call__phase="arrived", call__arrived_at=now)


def put(wagon, leg, place=1, *, done=True, **more):
    visit = VisitFactory(terminal=wagon.train.call.terminal, **more)
    WagonLoad.objects.create(wagon=wagon, visit=visit, leg=leg, place=place, done_at=timezone.now() if done else None)
    return visit


def approved(train, *loads):
    """A plan with boxes on wagons: wagon, place, visit."""
    now = timezone.now()
    plan = LoadPlan.objects.create(
        train=train, state="approved", drawn_up_at=now, drawn_up_by="x", approved_at=now, approved_by="x"
    )
    for wagon, place, visit in loads:
        PlannedLoad.objects.create(plan=plan, wagon=wagon, place=place, visit=visit)


def column(paper, title, table=0):
    """What stands in a column of a paper's table."""
    turn = [each.title for each in paper.tables[table].columns].index(title)
    return [row[turn] for row in paper.tables[table].rows]


def pages(pdf):
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_a_wagon_list_tells_each_wagon_in_its_order_with_what_stands_on_it_now(train):
    two = WagonFactory(train=train, sequence=2, number="5270002", length_m=Decimal("13.4"), wagon_type="X70")
    one = WagonFactory(train=train, sequence=1, number="5270001", length_m=Decimal("13.4"))
    WagonFactory(train=train, sequence=3, number="5270003", set_out_at=timezone.now())
    came, _off = put(one, "arriving", 2, done=False, gross_kg=20_000), put(one, "arriving", 1)
    on = put(two, "departing", 1, gross_kg=18_500, container__size_type="42G1")
    approved(train, (one, 1, VisitFactory(terminal=train.call.terminal)))
    paper = wagon_list(train)
    assert paper.title == "Wagon list X9014 – what stands on it now"
    assert column(paper, "wagon") == ["5270001 CN7", "5270002 CN7"]
    assert column(paper, "boxes on it") == [
        f"2: {came.container.number} 22G1 · 20,000 kg", f"1: {on.container.number} 42G1 · 18,500 kg",
    ]  # fmt: skip
    assert column(paper, "gross, kg") == ["42,000", "40,500"]
    told = dict(paper.totals)
    assert (told["Wagons"], told["Length, m"], told["Tare, kg"], told["Gross, kg"], told["Boxes"], told["TEU"]) == (
        "2", "26.8", "44,000", "82,500", "2", "3",
    )  # fmt: skip


def test_a_wagon_list_by_plan_has_what_is_loaded_and_what_is_to_be(train):
    wagon = WagonFactory(train=train, sequence=1)
    put(wagon, "arriving", 1, done=False)
    on, waits = put(wagon, "departing", 1, gross_kg=18_500), VisitFactory(terminal=train.call.terminal, gross_kg=None)
    approved(train, (wagon, 1, on), (wagon, 2, waits))
    paper = wagon_list(train, planned=True)
    assert paper.title.endswith("as it leaves, by the approved plan")
    assert column(paper, "boxes on it") == [
        f"1: {on.container.number} 22G1 · 18,500 kg\n2: {waits.container.number} 22G1 · – kg · planned"
    ]
    assert column(paper, "gross, kg") == ["–"]
    assert dict(paper.totals)["Gross, kg"] == "at least 40,500; not known of 1"


@pytest.mark.parametrize(
    ("phase", "wagons", "loads"),
    [
        ("announced", "as it was announced", "what is loaded so far; no plan is approved"),
        ("departed", "as it left", "as it left"),
    ],
)
def test_a_paper_says_which_state_of_the_train_it_tells(train, phase, wagons, loads):
    train.call.phase = phase
    assert wagon_list(train).title.endswith(wagons)
    assert load_list(train).title.endswith(loads)


def test_a_load_list_tells_seals_weight_danger_destination_and_place_and_sums_up_by_destination(train):
    one, two = WagonFactory(train=train, sequence=1), WagonFactory(train=train, sequence=2)
    on = put(one, "departing", 2, gross_kg=18_500)
    put(one, "arriving", 1, done=False)
    waits = VisitFactory(terminal=train.call.terminal, gross_kg=None, destination="UZTAS", container__size_type="42G1")
    approved(train, (two, 1, waits))
    now = timezone.now()
    noted = {"visit": on, "noted_at": now, "noted_by": "x"}
    Seal.objects.create(number="CN123456", owner="shipper", act="affixed", **noted)
    Seal.objects.create(number="OLD1", owner="shipper", act="affixed", **noted)
    Seal.objects.create(number="OLD1", owner="shipper", act="removed", **noted)
    Hazard.objects.create(un_number="1263", imdg_class="3", **noted)
    WeightFactory(visit=on)
    paper = load_list(train)
    assert paper.title.endswith("what is loaded, and what is to be by the approved plan")
    assert paper.tables[0].rows == [
        [
            "1", on.container.number, "22G1", "18,500 VGM", "CN123456", "KZALA", "UN 1263 (3)", f"{one.number} / 2",
            "loaded",
        ],
        ["2", waits.container.number, "42G1", "–", "–", "UZTAS", "–", f"{two.number} / 1", "planned"],
    ]  # fmt: skip
    assert paper.tables[1].rows == [
        ["KZALA", "1", "1", "18,500"],
        ["UZTAS", "1", "2", "at least 0; not known of 1"],
        ["total", "2", "3", "at least 18,500; not known of 1"],
    ]


def test_what_a_train_left_without_is_not_on_its_load_list(train):
    wagon = WagonFactory(train=train, sequence=1)
    approved(train, (wagon, 1, VisitFactory(terminal=train.call.terminal)))
    assert len(load_list(train).tables[0].rows) == 1
    train.call.phase = "departed"
    assert load_list(train).tables[0].rows == []


def test_what_is_planned_on_a_wagon_that_was_set_out_is_on_no_paper(train):
    out = WagonFactory(train=train, sequence=1, set_out_at=timezone.now())
    approved(train, (out, 1, VisitFactory(terminal=train.call.terminal)))
    put(out, "departing", 2)
    assert load_list(train).tables[0].rows == []
    assert wagon_list(train, planned=True).tables[0].rows == []


def test_a_long_train_goes_over_pages_that_each_say_whose_and_which_they_are(train, admin_client, monkeypatch):
    said = []
    monkeypatch.setattr(Sheet, "header", lambda sheet, told=Sheet.header: (said.append(sheet.page_no()), told(sheet)))
    for n in range(1, 56):
        wagon = WagonFactory(train=train, sequence=n)
        put(wagon, "departing", 1)
        put(wagon, "departing", 2)
    for paper in ("admin:train_wagon_list", "admin:train_load_list"):
        said.clear()
        pdf = admin_client.get(reverse(paper, args=[train.pk])).content
        assert 3 <= pages(pdf) == len(said), paper


@pytest.mark.parametrize("language", ["en", "zh-hans", "ru", "kk"])
def test_papers_print_in_every_language_without_a_letter_missing(train, client, caplog, language):
    put(WagonFactory(train=train, sequence=1), "departing")
    planner = staff("trains.view_trainvisit", username="planner")
    planner.language, planner.first_name = language, "李娜 Айгүл"
    planner.save()
    client.force_login(planner)
    with translation.override(language):
        answer = client.get(reverse("admin:train_load_list", args=[train.pk]))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert "missing" not in caplog.text


def test_an_empty_train_prints_that_nothing_came(train, admin_client):
    for paper in ("admin:train_wagon_list", "admin:train_load_list"):
        assert pages(admin_client.get(reverse(paper, args=[train.pk])).content) == 1
    sent_back = admin_client.get(reverse("admin:train_planned_wagon_list", args=[train.pk]), follow=True)
    assert "No plan of what the train takes is approved." in sent_back.content.decode()


def test_papers_are_on_the_trains_page_for_those_who_may_see_it_and_for_nobody_else(train, client):
    client.force_login(staff("trains.view_trainvisit", username="planner"))
    page = client.get(reverse("admin:trains_trainvisit_change", args=[train.pk])).content.decode()
    assert all(reverse(paper, args=[train.pk]) in page for paper in PAPERS)
    there = staff("trains.view_trainvisit", username="there", terminal=TerminalFactory(khorgos=True))
    for stranger in (there, staff("yard.view_block", username="nobody")):
        client.force_login(stranger)
        assert all(client.get(reverse(paper, args=[train.pk])).status_code in (403, 404) for paper in PAPERS)
