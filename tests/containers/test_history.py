"""What others tell of boxes: how they made way, who stopped them, and what was told wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from apps.containers import services
from apps.containers.models import Hold
from apps.containers.services import (
    HoldBelongsTo,
    NewHold,
    ReportedHold,
    ReportedMistake,
    ReportedMove,
    lift_hold,
    place_holds,
)
from apps.journal.models import Entry
from apps.journal.services import retract
from apps.parties.actors import Actor, NotYours
from terminal.readiness import Owner, Step
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import ContainerFactory, VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db
SISTER = Actor.itself("sister")
NUMBER = "CSQU3054383"
VISIT = f"{NUMBER}/TRN2023-00012"


def hours(n):
    return MARCH_14 + timedelta(hours=n)


NOW = hours(100)


@pytest.fixture
def visit(lyg):
    return known_visit(lyg)


def known_visit(terminal, source="sister"):
    box = ContainerFactory(number=NUMBER)
    return VisitFactory(active=True, terminal=terminal, container=box, source=source, source_ref=VISIT)


def take_in(service, *told, by=SISTER, at=NOW):
    return service(iter(told), terminal=TerminalFactory(), source="sister", by=by, at=at)


def said(**which):
    columns = ("kind", "classifier", "audience", "happened_at", "visit_id", "container_number", "payload")
    return list(Entry.objects.filter(**which).order_by("id").values(*columns))


class TestMoves:
    MOVE = ReportedMove(VISIT, "M-1", hours(2), hours(3), {"from": "A-01-02-1", "to": "A-03-02-2", "rehandle": True})

    def moves(self, *told, **how):
        return take_in(services.take_in_moves, *told, **how)

    def test_a_box_that_made_way_is_journalled_as_the_yard_would(self, visit):
        assert self.moves(self.MOVE) == 1
        assert said() == [
            {
                "kind": "container-moved",
                "classifier": "actual",
                "audience": "staff",
                "happened_at": hours(2),
                "visit_id": visit.pk,
                "container_number": NUMBER,
                "payload": {"from": "A-01-02-1", "to": "A-03-02-2", "rehandle": True},
            }
        ]
        assert Entry.objects.get().recorded_at == hours(3)

    def test_cells_nobody_names_are_unknown_and_the_box_made_way(self, visit):
        self.moves(replace(self.MOVE, payload={}))
        assert Entry.objects.get().payload == {"from": "", "to": "", "rehandle": True}

    def test_nothing_is_known_later_than_now(self, visit):
        self.moves(self.MOVE, at=hours(2.5))
        assert Entry.objects.get().recorded_at == hours(2.5)

    def test_a_move_told_again_is_left_alone(self, visit):
        self.moves(self.MOVE)
        assert self.moves(replace(self.MOVE, at=hours(1)), replace(self.MOVE, reference="M-2")) == 1
        assert {entry["happened_at"] for entry in said()} == {hours(2)}

    def test_a_move_of_a_visit_the_source_never_told_of_is_left_out(self, lyg):
        known_visit(lyg, source="other")
        assert self.moves(self.MOVE) == 0
        assert not Entry.objects.exists()

    def test_who_may_not_move_boxes_does_not_tell_of_moves(self, lyg, visit):
        with pytest.raises(NotYours):
            self.moves(self.MOVE, by=Actor.person(staff("containers.change_visit", username="zhao", terminal=lyg)))


class TestHolds:
    HOLD = ReportedHold(VISIT, "LYG-77", "terminal", "damaged door", hours(1), hours(5), "load")

    def holds(self, *told, **how):
        return take_in(services.take_in_holds, *told, **how)

    def test_a_hold_that_was_told_says_what_a_hold_placed_here_says(self, visit):
        assert self.holds(self.HOLD) == 1
        ours = VisitFactory(active=True, terminal=visit.terminal)
        new = NewHold(visit=ours, owner=Owner.TERMINAL, reason="damaged door", step=Step.LOAD, reference="LYG-77")
        [hold] = place_holds([new], by=SISTER, at=hours(1))
        lift_hold(hold, by=SISTER, at=hours(5))
        here = {"visit_id": visit.pk, "container_number": NUMBER}
        assert said(visit_id=visit.pk) == [{**entry, **here} for entry in said(visit_id=ours.pk)]
        told = Hold.objects.get(visit=visit)
        for name in ("owner", "step", "reason", "reference", "placed_at", "placed_by", "lifted_at", "lifted_by"):
            assert getattr(told, name) == getattr(hold, name), name

    def test_a_hold_that_stands_has_been_lifted_by_nobody(self, visit):
        self.holds(replace(self.HOLD, lifted_at=None, step=""))
        hold = Hold.objects.get()
        assert (hold.lifted_at, hold.lifted_by, hold.step) == (None, "", "")
        assert [entry["kind"] for entry in said()] == ["hold-placed"]

    def test_it_became_known_when_it_was_placed_but_never_later_than_now(self, visit):
        self.holds(self.HOLD, at=hours(3))
        assert list(Entry.objects.order_by("id").values_list("recorded_at", flat=True)) == [hours(1), hours(3)]

    def test_a_reason_too_long_for_its_column_is_cut_there(self, visit):
        self.holds(replace(self.HOLD, reason="x" * 300))
        assert Hold.objects.get().reason == "x" * 200

    def test_a_hold_told_again_is_left_alone(self, visit):
        self.holds(replace(self.HOLD, lifted_at=None))
        assert self.holds(self.HOLD, replace(self.HOLD, reference="LYG-78")) == 1
        assert Hold.objects.get(reference="LYG-77").lifted_at is None

    def test_the_first_of_two_holds_of_one_visit_and_reference_stands(self, visit):
        assert self.holds(self.HOLD, replace(self.HOLD, reason="other")) == 1
        assert Hold.objects.get().reason == "damaged door"

    def test_one_reference_may_stop_two_visits(self, lyg, visit):
        VisitFactory(active=True, terminal=lyg, source="sister", source_ref="TCLU5088040/TRN2")
        assert self.holds(self.HOLD, replace(self.HOLD, visit="TCLU5088040/TRN2")) == 2

    def test_a_hold_on_a_visit_the_source_never_told_of_is_left_out(self, lyg):
        known_visit(lyg, source="other")
        assert self.holds(self.HOLD) == 0
        assert not Entry.objects.exists()

    def test_a_clerk_tells_of_holds_but_not_of_customs_and_not_that_others_let_go(self, lyg, visit):
        clerk = Actor.person(staff("containers.change_hold", username="zhao", terminal=lyg))
        standing = replace(self.HOLD, lifted_at=None)
        for not_his in (replace(standing, owner="customs"), self.HOLD, replace(self.HOLD, owner="shipper")):
            with pytest.raises(HoldBelongsTo):
                self.holds(not_his, by=clerk)
        assert self.holds(standing, by=clerk) == 1

    def test_who_may_not_place_holds_does_not_tell_of_them(self, lyg, visit):
        with pytest.raises(NotYours):
            self.holds(self.HOLD, by=Actor.person(staff("containers.change_visit", username="zhao", terminal=lyg)))


class TestMistakes:
    WRONG = ReportedMistake(
        reference="W-1",
        kind="container-gated-in",
        container_number=NUMBER,
        call_reference="TRK7",
        happened_at=hours(2),
        told_at=hours(3),
        retracted_at=hours(6),
        reason="number misread",
        payload={"mode": "road", "size_type": "22G1", "teu": "1", "laden": True, "call": "苏G12345"},
    )

    def mistakes(self, *told, **how):
        return take_in(services.take_in_mistakes, *told, **how)

    def test_a_wrong_report_is_kept_and_so_is_that_it_was_taken_back(self, lyg):
        call = CallFactory(terminal=lyg, truck=True, source="sister", source_ref="TRK7")
        assert self.mistakes(self.WRONG) == (1, 0)
        told, back = Entry.objects.order_by("id")
        assert (told.kind, told.happened_at, told.recorded_at) == ("container-gated-in", hours(2), hours(3))
        assert (told.container_number, told.call_id, told.visit_id) == (NUMBER, call.pk, None)
        assert (told.payload, told.audience, told.revision) == (self.WRONG.payload, "staff", 1)
        assert (back.lineage, back.revision, back.recorded_at) == (told.lineage, 2, hours(6))
        assert not Entry.objects.standing().exists()

    def test_it_is_taken_back_as_our_own_people_take_back_an_entry(self, lyg):
        self.mistakes(replace(self.WRONG, retracted_at=None))
        by_us = retract(Entry.objects.get(), actor="user:zhao", reason="number misread")
        self.mistakes(replace(self.WRONG, reference="W-2"))
        back = Entry.objects.get(kind="retracted", source="sister")
        for name in ("happened_at", "container_number", "visit_id", "audience", "classifier", "payload", "revision"):
            assert getattr(back, name) == getattr(by_us, name), name

    def test_one_that_is_not_taken_back_yet_stands_and_may_be_taken_back_later(self, lyg):
        self.mistakes(replace(self.WRONG, retracted_at=None))
        assert Entry.objects.standing().get().kind == "container-gated-in"
        assert self.mistakes(self.WRONG) == (0, 0)
        assert not Entry.objects.standing().exists()
        assert self.mistakes(self.WRONG) == (0, 0)
        assert Entry.objects.count() == 2

    def test_what_names_no_box_is_refused_at_the_door(self, lyg):
        misread = replace(self.WRONG, reference="W-2", container_number="MSKU1234567")
        nothing = replace(self.WRONG, reference="W-3", container_number="")
        assert self.mistakes(self.WRONG, misread, nothing) == (1, 2)
        assert set(Entry.objects.values_list("container_number", flat=True)) == {NUMBER}

    def test_a_number_is_kept_as_it_is_meant(self, lyg):
        assert self.mistakes(replace(self.WRONG, container_number="csqu 305438-3")) == (1, 0)
        assert Entry.objects.filter(container_number=NUMBER).count() == 2

    def test_nothing_is_known_later_than_now(self, lyg):
        self.mistakes(self.WRONG, at=hours(2.5))
        assert {entry.recorded_at for entry in Entry.objects.all()} == {hours(2.5)}

    def test_a_call_the_source_never_told_of_is_none(self, lyg):
        CallFactory(terminal=lyg, source="other", source_ref="TRK7")
        self.mistakes(self.WRONG)
        assert {entry.call_id for entry in Entry.objects.all()} == {None}

    def test_a_kind_nobody_knows_is_a_slip_of_the_program(self, lyg):
        with pytest.raises(ValueError, match="container-vanished"):
            self.mistakes(replace(self.WRONG, kind="container-vanished"))
        assert not Entry.objects.exists()

    def test_who_may_not_change_visits_does_not_tell_of_mistakes(self, lyg):
        with pytest.raises(NotYours):
            self.mistakes(self.WRONG, by=Actor.person(staff("calls.view_call", username="zhao", terminal=lyg)))
