"""The pages where the gauge changes: two trains side by side, the register, and a box's journeys."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.containers import services as containers
from apps.containers.models import Damage, Seal
from apps.trains.models import GaugeTransfer
from terminal.seals import SealOwner
from tests.factories.containers import HoldFactory, VisitFactory
from tests.factories.parties import staff
from tests.factories.trains import WagonFactory
from tests.trains.test_gauge import BROAD, BY, NOW, a_train, came, cross, goes, khorgos, stands_on  # noqa: F401

RIGHTS = (
    "trains.view_trainvisit", "trains.change_trainvisit", "trains.view_gaugetransfer", "containers.change_visit",
    "containers.view_visit", "containers.view_container", "calls.view_call", "calls.change_call",
)  # fmt: skip


@pytest.fixture
def planner(client, khorgos):  # noqa: F811
    client.force_login(staff(*RIGHTS, username="planner", terminal=khorgos))
    return client


@pytest.fixture
def broad(goes):  # noqa: F811
    return WagonFactory(train=goes, sequence=1, scheme="CIS8", number=BROAD)


def page(client, name, row):
    return client.get(reverse(f"admin:{name}", args=[row.pk])).content.decode()


def test_a_planner_sees_what_would_go_where_and_does_it(planner, came, broad):  # noqa: F811
    box, held = stands_on(came), stands_on(came, allowed=False)
    assert "Change gauge" in page(planner, "trains_trainvisit_change", came)
    shown = page(planner, "train_change_gauge", came)
    assert f"CIS8 {BROAD}</td>" in shown
    assert held.visit.container.number in shown[shown.index('id="stay"') :]
    address = reverse("admin:train_change_gauge", args=[came.pk])
    after = planner.post(address, {"move": f"{box.pk}:{broad.pk}:1"}, follow=True).content.decode()
    assert "1 box has changed gauge." in after
    assert GaugeTransfer.objects.get().visit == box.visit


@pytest.mark.parametrize("move", ["0:0:1", "one:two", ""])
def test_what_is_not_there_any_more_changes_nothing(planner, came, broad, move):  # noqa: F811
    stands_on(came)
    planner.post(reverse("admin:train_change_gauge", args=[came.pk]), {"move": move}, follow=True)
    assert not GaugeTransfer.objects.exists()


def test_who_may_not_work_trains_here_changes_nothing(client, came, broad, khorgos):  # noqa: F811
    load = stands_on(came)
    client.force_login(staff("trains.view_trainvisit", username="clerk", terminal=khorgos))
    shown = page(client, "train_change_gauge", came)
    assert 'name="move"' not in shown
    address = reverse("admin:train_change_gauge", args=[came.pk])
    assert "does not include" in client.post(address, {"move": f"{load.pk}:{broad.pk}:1"}, follow=True).content.decode()
    assert not GaugeTransfer.objects.exists()


def test_a_train_of_another_terminal_is_not_there(client, came, broad, lyg):  # noqa: F811
    client.force_login(staff(*RIGHTS, username="away", terminal=lyg))
    assert client.get(reverse("admin:train_change_gauge", args=[came.pk])).status_code in (302, 404)


class TestWhatWasSeenOfABox:
    @pytest.fixture
    def load(self, came):  # noqa: F811
        load = stands_on(came)
        self.wears("CN7788", load)
        return load

    def wears(self, number, load):
        containers.note([containers.NewSeal(visit=load.visit, number=number, owner=SealOwner.SHIPPER)], by=BY, at=NOW)

    def send(self, planner, broad, *loads, ticked=None, **more):
        """The page as it is sent with every box opened; by its field's name, what is said of the first."""
        moves = [f"{load.pk}:{broad.pk}:{place}" for place, load in enumerate(ticked or loads, start=1)]
        sent = {"move": moves, "all-kind": "", "all-number": "", "all-issued_on": ""}
        for load in loads:
            seals = dict.fromkeys(("found", "goes_on"), "CN7788")
            blank = dict.fromkeys(("side", "harm", "severity", "remark", "kind", "number", "issued_on"), "")
            said = {**seals, "sealed_by": "terminal", **blank, **(more if load is loads[0] else {})}
            sent |= {name if "all-" in name else f"{load.pk}-{name}": value for name, value in said.items()}
            sent |= {f"initial-{load.pk}-{name}": value for name, value in seals.items()}
        return planner.post(reverse("admin:train_change_gauge", args=[loads[0].wagon.train_id]), sent, follow=True)

    def test_is_in_its_record_and_noted_of_the_box(self, planner, load, broad):
        self.send(
            planner, broad, load, found="cn7788 CN7789", goes_on="KZ0042", sealed_by="customs", side="doors",
            harm="missing_part", severity="major", remark="hinge", kind="smgs", number="398-0114",
            issued_on="2023-03-10",
        )  # fmt: skip
        row = GaugeTransfer.objects.get()
        assert (row.seals_before, row.seals_after) == (["CN7788", "CN7789"], ["KZ0042"])
        assert (row.note_kind, row.note_number, str(row.note_issued_on)) == ("smgs", "398-0114", "2023-03-10")
        assert Seal.objects.get(number="KZ0042").owner == "customs"
        assert Damage.objects.get(visit=load.visit).remark == "hinge"
        assert "doors · missing part · major · hinge" in page(planner, "trains_gaugetransfer_change", row)

    def test_is_what_the_books_say_where_nobody_touched_it(self, planner, load, broad):
        self.wears("GACC0045", load)
        self.send(planner, broad, load)
        assert GaugeTransfer.objects.get().seals_before == ["CN7788", "GACC0045"]
        assert Seal.objects.count() == 2

    def test_may_be_that_it_wears_no_seal_at_all(self, planner, load, broad):
        self.send(planner, broad, load, found="", goes_on="")
        assert GaugeTransfer.objects.get().seals_before == []

    @pytest.mark.parametrize(
        ("said", "answer"),
        [
            ({"found": "CN77?8"}, "CN77?8 is not a seal number"),
            ({"goes_on": "СN7788"}, "Cyrillic"),
            ({"side": "doors"}, "Say what the damage is."),
            ({"side": "doors", "harm": "dent"}, "Say how bad the damage is."),
            ({"remark": "hinge"}, "Say where on the box the damage is."),
            ({"number": "398-0114"}, "Say which kind of note it is."),
            ({"kind": "smgs"}, "Say the number of the note."),
            ({"issued_on": "2023-03-10"}, "Say the number of the note."),
            ({"kind": "smgs", "number": "1", "issued_on": "2999-12-31"}, "That day is still to come"),
            ({"kind": "smgs", "number": "1", "issued_on": "yesterday"}, "Enter a valid date"),
            ({"all-number": "398-0114"}, "Look again at Consignment note"),
        ],
    )
    def test_is_answered_at_the_box_when_it_cannot_be_and_nothing_is_lost(
        self, planner, came, load, broad, said, answer  # noqa: F811
    ):  # fmt: skip
        other = stands_on(came)
        sent = self.send(planner, broad, load, other, ticked=[load], **said)
        shown = sent.content.decode()
        assert answer in shown
        assert f"Look again at {'Consignment note' if 'all-number' in said else load.visit.container.number}." in shown
        for name, value in said.items():
            kept = f'value="{value}" selected' if name in ("side", "harm", "kind") else f'value="{value}"'
            field = shown[shown.index(f'name="{name if "all-" in name else f"{load.pk}-{name}"}"') :]
            assert kept in field[: field.index("</div>")]
        assert [row.ticked for row in sent.context["rows"]] == [True, False]
        assert not GaugeTransfer.objects.exists()
        assert not Damage.objects.exists()

    def test_is_not_lost_when_the_box_is_not_ticked(self, planner, came, load, broad):  # noqa: F811
        shown = self.send(
            planner, broad, load, other := stands_on(came), ticked=[other], side="doors", harm="dent", severity="major"
        )
        assert "it is not ticked" in shown.content.decode()
        assert not GaugeTransfer.objects.exists()

    def test_is_kept_when_another_box_is_stopped_meanwhile(self, planner, came, load, broad):  # noqa: F811
        held = stands_on(came)
        HoldFactory(visit=held.visit, owner="customs")
        shown = self.send(planner, broad, load, held, found="KZ0042").content.decode()
        assert "damaged corner post" in shown
        assert 'value="KZ0042"' in shown
        assert not GaugeTransfer.objects.exists()

    def test_needs_no_note_of_its_own_where_one_is_said_for_all(self, planner, came, load, broad):  # noqa: F811
        other = stands_on(came)
        more = {"all-kind": "cim", "all-number": "771", "kind": "smgs", "number": "398-0114"}
        self.send(planner, broad, load, other, **more)
        notes = dict(GaugeTransfer.objects.values_list("visit", "note_number"))
        assert notes == {load.visit_id: "398-0114", other.visit_id: "771"}


def test_who_ticks_no_box_is_told_so(planner, came, broad):  # noqa: F811
    stands_on(came)
    assert "No box is ticked." in planner.post(reverse("admin:train_change_gauge", args=[came.pk])).content.decode()


def test_something_may_be_said_of_every_box_of_a_long_train(planner, came, broad):  # noqa: F811
    sent = {f"{load}-{field}": "" for load in range(10_000, 10_110) for field in range(14)}
    assert planner.post(reverse("admin:train_change_gauge", args=[came.pk]), sent).status_code == 200


def test_a_box_no_wagon_takes_stays_with_the_figure_that_keeps_it(planner, came, broad):  # noqa: F811
    stands_on(came, gross_kg=50_001)
    assert "a wagon may weigh 72,000 kg" in page(planner, "train_change_gauge", came)


def test_the_page_costs_no_more_queries_when_there_are_more_boxes(planner, came, goes, broad):  # noqa: F811
    asked = []
    for many in (1, 5):
        for n in range(many):
            stands_on(came)
            WagonFactory(train=goes, scheme="CIS8", number=f"4454{many}{n:03d}")
        with CaptureQueriesContext(connection) as queries:
            page(planner, "train_change_gauge", came)
        asked.append(len(queries))
    assert asked[1] <= asked[0]


def test_the_note_is_said_on_the_register(planner, came, broad):  # noqa: F811
    row = cross(stands_on(came), broad)
    address = reverse("admin:trains_gaugetransfer_do", args=[row.pk, "note_papers"])
    planner.post(address, {"kind": "smgs", "number": "398-0114", "issued_on": "2023-03-10", "answered": "1"})
    row.refresh_from_db()
    assert (row.note_kind, row.note_number) == ("smgs", "398-0114")


def test_a_boxs_page_tells_its_journeys_at_the_terminals_its_reader_serves(client, planner, came, broad, lyg):  # noqa: F811
    load = stands_on(came)
    box = load.visit.container
    VisitFactory(terminal=lyg, container=box, departed=True)
    cross(load, broad)
    shown = page(client, "containers_container_change", box)
    assert f"CIS8 {BROAD}" in shown
    told = shown[shown.index("Journeys") :]
    assert "Lianyungang" not in told
    assert told.index(f"CN7 {load.wagon.number}") < told.index("Khorgos") < told.index(f"CIS8 {BROAD}")
    assert f"{timezone.localtime(NOW, load.visit.terminal.zone):%H:%M} +0500" in told
    client.force_login(staff(*RIGHTS, username="away", terminal=lyg))
    away = page(client, "containers_container_change", box)
    assert "Lianyungang" in away
    assert BROAD not in away
