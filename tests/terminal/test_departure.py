"""What stands between a train and its departure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from terminal.departure import Aboard, OnWagon, TrainSituation, obstacles
from terminal.readiness import Blocker, Owner, Step
from terminal.trainload import NoPair

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
BOX = OnWagon("CSQU3054383", "5270001")
HELD = Blocker("hold", Step.LOAD, Owner.CUSTOMS, "Held by %(owner)s: %(reason)s.", "Ask.", facts={"owner": "customs"})
READY = TrainSituation(
    number="X9014",
    aboard=(Aboard(BOX),),
    of_a_service=True,
    consist_sent_at=NOON,
    last_loaded_at=NOON,
    brakes_tested_at=NOON,
)


def codes(train, **changed):
    return [each.code for each in obstacles(replace(train, **changed))]


def test_a_train_that_lacks_nothing_may_leave():
    assert codes(READY) == []


@pytest.mark.parametrize(
    ("lacks", "code"),
    [
        ({"brought": (BOX,)}, "still-loaded"),
        ({"not_loaded": (BOX,)}, "not-loaded"),
        ({"aboard": (Aboard(BOX, stops=(HELD,)),)}, "hold"),
        ({"aboard": (Aboard(BOX, unweighed=True),)}, "gross-weight-missing"),
        ({"aboard": (Aboard(BOX, set_out=True),)}, "on-a-wagon-set-out"),
        ({"faults": (NoPair(number="CSQU3054383", wagon="5270001"),)}, "no-pair"),
        ({"consist_sent_at": None}, "consist-not-sent"),
        ({"last_loaded_at": NOON + timedelta(minutes=1)}, "consist-outdated"),
        ({"brakes_tested_at": None}, "brakes-not-tested"),
    ],
)
def test_each_thing_a_train_lacks_is_named_with_who_can_help(lacks, code):
    assert codes(READY, **lacks) == [code]


def test_a_train_of_no_service_needs_neither_papers_nor_a_brake_test_of_us():
    assert codes(READY, of_a_service=False, consist_sent_at=None, brakes_tested_at=None) == []


def test_an_obstacle_says_which_box_on_which_wagon_in_whole_sentences():
    [told] = obstacles(replace(READY, not_loaded=(BOX,)))
    said = told.as_facts()
    assert (said["container"], said["wagon"], said["owner"]) == ("CSQU3054383", "5270001", "terminal")
    assert said["message"] == "CSQU3054383 is planned on wagon 5270001 and is not loaded."


def test_a_hold_on_a_whole_call_is_told_by_the_calls_number_and_names_the_box_beside_it():
    with_others = Blocker("hold", Step.LOAD, Owner.CUSTOMS, "Held with %(number)s.", "Ask.", facts={"number": "VSL6"})
    [told] = obstacles(replace(READY, aboard=(Aboard(BOX, stops=(with_others,)),)))
    assert (told.as_facts()["message"], told.container) == ("Held with VSL6.", "CSQU3054383")
