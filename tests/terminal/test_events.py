"""Kinds of events: stable values, and what is counted."""

import re

from terminal.events import ARRIVALS, DCSA, DEPARTURES, Audience, Authority, Classifier, EventKind


def test_every_kind_is_written_the_way_its_name_is():
    assert all(kind.value == kind.name.lower().replace("_", "-") for kind in EventKind)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", kind) for kind in EventKind)


def test_a_box_that_arrives_does_not_leave_by_the_same_event():
    assert not ARRIVALS & DEPARTURES


def test_moves_inside_the_terminal_are_not_counted():
    assert EventKind.CONTAINER_MOVED not in ARRIVALS | DEPARTURES
    assert EventKind.CONTAINER_STRIPPED not in ARRIVALS | DEPARTURES


def test_everything_counted_is_known_to_track_and_trace():
    assert set(DCSA) >= ARRIVALS | DEPARTURES
    assert len(set(DCSA.values())) == len(DCSA)
    assert all(re.fullmatch(r"[A-Z]{4}", code) for code in DCSA.values())


def test_planned_estimated_and_actual_are_the_only_kinds_of_time():
    assert [each.value for each in Classifier] == ["planned", "estimated", "actual"]


def test_a_journal_row_is_public_or_staff_or_the_owners_and_own_or_reported():
    assert {each.value for each in Audience} == {"public", "staff", "owner"}
    assert {each.value for each in Authority} == {"own", "reported"}
