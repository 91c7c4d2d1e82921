"""A box goes from a Chinese wagon onto one of 1520 mm: guards, record, journal, and what is taken back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.calls.services.refusals import InTheFuture
from apps.containers import services as containers
from apps.containers.models import Damage, Seal
from apps.containers.selectors import worn
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.trains import services
from apps.trains.models import GaugeTransfer, WagonLoad
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.damages import Harm, Severity, Side
from terminal.events import EventKind
from terminal.identifiers import WagonScheme
from terminal.lifecycle import Phase, Position, VisitState
from terminal.readiness import NotReady, Step
from terminal.seals import MalformedSealNumber, SealAct, SealOwner
from terminal.work import Work
from tests.factories.containers import PermissionFactory, VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.trains import TrainVisitFactory, WagonFactory
from tests.factories.yard import BlockFactory

BY = Actor.itself("test")
NOW = timezone.now()
HOUR = timedelta(hours=1)
BROAD = "24548885"
NOTE = services.ConsignmentNote(kind=GaugeTransfer.Note.CIM_SMGS, number="398-0114", issued_on=date(2023, 3, 10))


@pytest.fixture
def khorgos(db):
    return TerminalFactory(khorgos=True)


def a_train(terminal, number, **more):
    said = {"call__phase": Phase.ARRIVED.value, "call__arrived_at": NOW - HOUR, **more}
    return TrainVisitFactory(call__terminal=terminal, call__number=number, **said)


@pytest.fixture
def came(khorgos):
    return a_train(khorgos, "X9014")


@pytest.fixture
def goes(khorgos):
    return a_train(khorgos, "1402")


@pytest.fixture
def broad(goes):
    return WagonFactory(train=goes, sequence=1, scheme=WagonScheme.CIS8.value, number=BROAD)


def stands_on(train, place=1, *, allowed=True, wagon=None, **more):
    """A box on a Chinese wagon of the train, which customs lets go on."""
    visit = VisitFactory(**{"terminal": train.call.terminal, "arrival_call": train.call, **more})
    if allowed:
        PermissionFactory(visit=visit)
    return WagonLoad.objects.create(wagon=wagon or WagonFactory(train=train), visit=visit, leg="arriving", place=place)


def cross(load, onto, *, at=NOW, by=BY, place=1, happened_at=None, **seen):
    move = services.Move(load=load, onto=onto, place=place, seen=services.Seen(**seen))
    return services.change_gauge([move], by=by, at=at, happened_at=happened_at)[0]


def told(visit):
    return Entry.objects.standing().filter(visit_id=visit.pk, kind=EventKind.CONTAINER_CHANGED_GAUGE.value).first()


class TestABoxLiftedAcross:
    def test_ends_one_rail_leg_and_begins_the_next(self, came, broad):
        load = stands_on(came)
        row = cross(load, broad, happened_at=NOW - HOUR / 2, note=NOTE)
        load.refresh_from_db()
        visit = load.visit
        visit.refresh_from_db()
        departing = WagonLoad.objects.get(visit=visit, leg="departing")
        assert (row.wagon_out, row.wagon_in, row.transferred_at) == (load.wagon, broad, NOW - HOUR / 2)
        assert (load.done_at, departing.wagon, departing.done_at) == (NOW - HOUR / 2, broad, NOW - HOUR / 2)
        assert (visit.state, visit.position, visit.carrier_call) == (
            VisitState.ACTIVE, Position.ON_CARRIER, broad.train.call,
        )  # fmt: skip
        assert str(row) == f"{load.wagon.number} → {BROAD}"

    def test_is_told_to_its_parties_with_both_wagons_and_gauges(self, came, broad):
        load = stands_on(came)
        cross(load, broad, note=NOTE)
        entry = told(load.visit)
        assert entry.audience == "public"
        assert entry.payload == {
            "wagon_out": load.wagon.number, "scheme_out": "CN7", "gauge_out_mm": 1435, "train_out": "X9014",
            "wagon_in": BROAD, "scheme_in": "CIS8", "gauge_in_mm": 1520, "train_in": "1402",
            "seals_before": [], "seals_after": [], "seals_missing": [], "damage": "",
            "note_kind": "cim_smgs", "note_number": "398-0114", "note_issued_on": "2023-03-10",
        }  # fmt: skip

    def test_is_counted_in_and_out_and_made_one_move(self, came, broad):
        load = stands_on(came)
        cross(load, broad)
        kinds = {EventKind.CONTAINER_DISCHARGED.value, EventKind.CONTAINER_LOADED.value}
        assert set(Entry.objects.filter(visit_id=load.visit_id, kind__in=kinds).values_list("kind", flat=True)) == kinds
        order = WorkOrder.objects.get()
        assert (order.kind, order.call, order.onward_call) == (Work.TRANSFER, came.call, broad.train.call)

    def test_ends_what_was_asked_for_it_otherwise(self, came, broad):
        load = stands_on(came)
        services.plan_discharge(came, by=BY, at=NOW)
        cross(load, broad)
        assert not WorkOrder.objects.open().exists()

    def test_begins_the_work_at_both_trains(self, came, broad):
        cross(stands_on(came), broad)
        came.call.refresh_from_db()
        broad.train.call.refresh_from_db()
        assert came.call.phase == broad.train.call.phase == Phase.IN_PROCESSING

    def test_goes_with_all_others_or_not_at_all(self, came, broad):
        loads = [stands_on(came), stands_on(came, allowed=False)]
        moves = [services.Move(load=load, onto=broad, place=place) for place, load in enumerate(loads, start=1)]
        with pytest.raises(NotReady):
            services.change_gauge(moves, by=BY, at=NOW)
        assert not GaugeTransfer.objects.exists()
        assert WagonLoad.objects.filter(done_at=None).count() == 2

    def test_costs_no_more_queries_when_there_are_more(self, came, goes):
        asked = []
        for many in (2, 8):
            moves = [_a_move(came, goes, many + n) for n in range(many)]
            with CaptureQueriesContext(connection) as queries:
                services.change_gauge(moves, by=BY, at=NOW)
            asked.append(len(queries))
        assert asked[1] <= asked[0]


def _a_move(came, goes, n):
    wagon = WagonFactory(train=goes, scheme=WagonScheme.CIS8.value, number=f"4454{n:04d}")
    return services.Move(load=stands_on(came), onto=wagon)


class TestItIsRefused:
    @pytest.fixture
    def load(self, came):
        return stands_on(came)

    def refused(self, refusal, load, onto, **more):
        with pytest.raises(refusal):
            cross(load, onto, **more)
        assert not GaugeTransfer.objects.exists()

    def test_onto_a_wagon_of_the_same_gauge(self, load, goes):
        self.refused(services.SameGauge, load, WagonFactory(train=goes))
        self.refused(services.SameGauge, load, WagonFactory(train=goes, scheme="UIC12", number="218124712173"))

    @pytest.mark.parametrize("which", ["came", "goes"])
    @pytest.mark.parametrize("phase", [Phase.ANNOUNCED, Phase.DEPARTED])
    def test_while_one_of_the_trains_is_not_there(self, load, broad, which, phase):
        train = load.wagon.train if which == "came" else broad.train
        type(train.call).objects.filter(pk=train.call_id).update(phase=phase.value)
        self.refused(services.NotHere, load, broad)

    def test_before_a_train_came(self, load, broad):
        self.refused(services.CrossedBeforeItCame, load, broad, happened_at=NOW - 2 * HOUR)

    def test_between_two_terminals(self, load, lyg):
        there = WagonFactory(train=a_train(lyg, "1404"), scheme="CIS8", number=BROAD)
        self.refused(services.TrainsApart, load, there)

    def test_onto_a_place_that_is_taken(self, came, load, broad):
        cross(stands_on(came), broad)
        with pytest.raises(services.WagonCannotTake):
            cross(load, broad)

    def test_onto_a_wagon_that_was_set_out(self, load, broad):
        services.set_out(broad, by=BY, at=NOW)
        self.refused(services.WagonCannotTake, load, broad)

    def test_onto_a_wagon_that_would_weigh_too_much_and_the_most_is_said(self, came, broad):
        with pytest.raises(services.WagonCannotTake, match="72000 kg"):
            cross(stands_on(came, gross_kg=50_001), broad)
        assert not GaugeTransfer.objects.exists()

    @pytest.mark.parametrize("wrong", [{"number": " "}, {"number": "1" * 41}, {"issued_on": date(2999, 12, 31)}])
    def test_under_a_note_that_is_unclear(self, load, broad, wrong):
        self.refused(services.NoteUnclear, load, broad, note=replace(NOTE, **wrong))

    def test_when_customs_has_not_said_yes(self, came, broad):
        self.refused(NotReady, stands_on(came, allowed=False), broad)

    def test_when_it_leaves_by_another_train(self, came, broad, khorgos):
        other = a_train(khorgos, "1406")
        self.refused(services.NotPlannedOnThisTrain, stands_on(came, departure_call=other.call), broad)

    def test_when_it_is_off_its_wagon(self, load, broad, khorgos):
        BlockFactory(terminal=khorgos)
        services.discharge(load.wagon.train, by=BY, at=NOW)
        self.refused(services.NotOnItsWagon, load, broad)

    def test_a_second_time(self, load, goes, broad):
        cross(load, broad)
        other = WagonFactory(train=goes, scheme="CIS8", number="44540003")
        with pytest.raises(services.ChangedGaugeAlready):
            cross(load, other)

    def test_to_who_may_not_work_trains(self, load, broad, khorgos):
        rights = ("trains.view_trainvisit", "containers.change_visit", "calls.change_call")
        clerk = Actor.person(staff(*rights, username="clerk", terminal=khorgos))
        self.refused(NotYours, load, broad, by=clerk)

    def test_in_the_future(self, load, broad):
        self.refused(InTheFuture, load, broad, happened_at=NOW + HOUR)


class TestItsSeals:
    @pytest.fixture
    def load(self, came):
        load = stands_on(came)
        seal = containers.NewSeal(visit=load.visit, number="CN7788", owner=SealOwner.SHIPPER)
        containers.note([seal], by=BY, at=NOW - HOUR)
        return load

    def test_that_nobody_read_are_those_of_the_books(self, load, broad):
        row = cross(load, broad)
        assert (row.seals_before, row.seals_after) == (["CN7788"], ["CN7788"])
        assert Seal.objects.count() == 1

    def test_that_were_changed_are_noted_off_and_on(self, load, broad):
        row = cross(load, broad, seals_before=("CN7788",), seals_after=("KZ 0042",), seals_by=SealOwner.CUSTOMS)
        assert (row.seals_before, row.seals_after) == (["CN7788"], ["KZ0042"])
        noted = Seal.objects.order_by("pk").values_list("number", "owner", "act")
        assert list(noted)[1:] == [
            ("CN7788", "shipper", SealAct.REMOVED), ("KZ0042", "customs", SealAct.AFFIXED),
        ]  # fmt: skip
        assert told(load.visit).payload["seals_missing"] == []

    def test_that_are_missing_without_a_word_are_flagged(self, load, broad):
        cross(load, broad, seals_before=())
        assert told(load.visit).payload["seals_missing"] == ["CN7788"]
        assert worn([load.visit])[load.visit_id] == []

    def test_that_cannot_be_seal_numbers_are_refused(self, load, broad):
        with pytest.raises(MalformedSealNumber):
            cross(load, broad, seals_after=("?",))


def test_damage_that_was_seen_is_noted_of_the_box(came, broad):
    load = stands_on(came)
    seen = services.DamageSeen(side=Side.DOORS, harm=Harm.DENT, severity=Severity.MAJOR, remark="hinge")
    row = cross(load, broad, damage=seen)
    damage = Damage.objects.get(visit=load.visit)
    assert (damage.side, damage.severity, damage.remark) == ("doors", "major", "hinge")
    assert row.damage == "doors · dent · major · hinge"


class TestOverTheYard:
    @pytest.fixture
    def in_yard(self, came, broad, khorgos):
        BlockFactory(terminal=khorgos)
        load = stands_on(came, departure_call=broad.train.call)
        services.discharge(came, by=BY, at=NOW - HOUR / 2)
        return load

    @pytest.mark.parametrize("one_by_one", [False, True])
    def test_the_record_is_made_when_the_box_is_loaded(self, in_yard, broad, one_by_one):
        if one_by_one:
            (order,) = services.plan_load(broad.train, [in_yard.visit], by=BY, at=NOW)
            yard.confirm(yard.hand_out(order, equipment=None, by=BY, at=NOW), by=BY, at=NOW)
        else:
            services.load(broad.train, [in_yard.visit], by=BY, at=NOW)
        row = GaugeTransfer.objects.get()
        assert (row.wagon_out, row.wagon_in, row.transferred_at) == (in_yard.wagon, broad, NOW)
        assert told(in_yard.visit).payload["gauge_in_mm"] == 1520

    def test_no_record_where_both_wagons_run_on_one_gauge(self, in_yard, broad):
        type(broad).objects.filter(pk=broad.pk).update(scheme="CN7", number="5270001")
        services.load(broad.train, [in_yard.visit], by=BY, at=NOW)
        assert not GaugeTransfer.objects.exists()
        assert told(in_yard.visit) is None


class TestATakenBackLoad:
    def test_takes_the_record_back_and_the_journal_says_so(self, came, broad):
        load = stands_on(came)
        cross(load, broad)
        loaded = Entry.objects.get(visit_id=load.visit_id, kind=EventKind.CONTAINER_LOADED.value)
        containers.retract(loaded.public_id, reason="wrong box", by=BY, at=NOW)
        assert not GaugeTransfer.objects.exists()
        assert told(load.visit) is None
        retracted = Entry.objects.filter(visit_id=load.visit_id, kind=EventKind.RETRACTED.value)
        assert {entry.payload["retracts"] for entry in retracted} == {"container-loaded", "container-changed-gauge"}

    def test_can_be_told_again_as_it_really_was(self, came, goes, broad, khorgos):
        BlockFactory(terminal=khorgos)
        load = stands_on(came)
        cross(load, broad)
        for kind in (EventKind.CONTAINER_LOADED, EventKind.CONTAINER_DISCHARGED):
            entry = Entry.objects.get(visit_id=load.visit_id, kind=kind.value)
            containers.retract(entry.public_id, reason="wrong wagon", by=BY, at=NOW)
        other = WagonFactory(train=goes, scheme="CIS8", number="44540003")
        load.refresh_from_db()
        assert cross(load, other).wagon_in == other


class TestPapersTheBoxGoesOnUnder:
    @pytest.fixture
    def row(self, came, broad):
        return cross(stands_on(came), broad)

    def test_are_said_afterwards_and_corrected(self, row):
        for number in ("398-0114", "398-0115"):
            services.note_papers(row, kind=GaugeTransfer.Note.SMGS, number=number, by=BY, at=NOW)
        row.refresh_from_db()
        assert (row.note_kind, row.note_number) == ("smgs", "398-0115")
        word = told(row.visit)
        assert (word.revision, word.payload["note_number"], word.payload["wagon_in"]) == (3, "398-0115", BROAD)

    @pytest.mark.parametrize("said", [{"number": " "}, {"number": "1" * 41}, {"issued_on": NOW.date() + 2 * 24 * HOUR}])
    def test_are_refused_when_unclear(self, row, said):
        with pytest.raises(services.NoteUnclear):
            services.note_papers(row, **{"kind": GaugeTransfer.Note.SMGS, "number": "1", "by": BY, "at": NOW, **said})

    def test_are_said_by_who_works_trains(self, row, khorgos):
        clerk = Actor.person(staff("trains.view_trainvisit", username="clerk", terminal=khorgos))
        with pytest.raises(NotYours):
            services.note_papers(row, kind=GaugeTransfer.Note.SMGS, number="1", by=clerk, at=NOW)


class TestAWholeTrain:
    def test_is_proposed_wagon_by_wagon_and_done(self, came, goes, broad):
        wagon = WagonFactory(train=came, sequence=1)
        pair = [stands_on(came, place, wagon=wagon, gross_kg=20_000) for place in (1, 2)]
        long = stands_on(came, container__size_type="45G1", wagon=WagonFactory(train=came, sequence=2))
        second = WagonFactory(train=goes, sequence=2, scheme="CIS8", number="44540003")
        proposal = services.propose_gauge_change(came, goes, at=NOW)
        assert [(m.load, m.onto, m.place) for m in proposal.moves] == [
            (pair[0], broad, 1), (pair[1], broad, 2), (long, second, 1),
        ]  # fmt: skip
        services.change_gauge(proposal.moves, by=BY, at=NOW)
        assert GaugeTransfer.objects.count() == 3

    def test_leaves_what_may_not_go_and_says_why(self, came, goes, broad, khorgos):
        held = stands_on(came, allowed=False)
        elsewhere = stands_on(came, departure_call=a_train(khorgos, "1406").call)
        proposal = services.propose_gauge_change(came, goes, at=NOW)
        assert proposal.moves == []
        assert [stays.load for stays in proposal.stay] == [held, elsewhere]
        assert [stop.step for stop in proposal.stay[0].stops] == [Step.LOAD]
        assert proposal.stay[1].leaves_by == "1406"
