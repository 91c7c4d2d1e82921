"""A count of the yard: what was seen is compared with the books, and the books are corrected with a trace."""

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.yard import services as yard
from apps.yard.models import Discrepancy, Standing
from apps.yard.services import counting
from apps.yard.services.counting import Seen
from terminal.events import EventKind
from terminal.identifiers import WrongCheckDigit
from terminal.stocktaking import Finding, compare
from tests.factories.containers import VisitFactory, container_number
from tests.factories.parties import UserFactory
from tests.factories.yard import BlockFactory

BY = Actor.itself("test")
NOW = timezone.now()

spots = st.tuples(st.just(1), st.integers(1, 3), st.integers(1, 2), st.integers(1, 2))
books = st.dictionaries(st.sampled_from("ABCDEF"), spots)


@given(books, books)
def test_every_box_seen_or_booked_where_somebody_looked_is_judged_once(booked, seen):
    outcome = compare(booked, seen, [])
    looked_at = {spot[:3] for spot in seen.values()}
    judged = [*outcome.right, *(each.number for each in outcome.differences)]
    expected = {*seen, *(number for number, spot in booked.items() if spot[:3] in looked_at)}
    assert sorted(judged) == sorted(expected)
    assert all(booked[number] == seen[number] for number in outcome.right)
    assert all(each.booked != each.seen for each in outcome.differences)


@pytest.fixture
def block(lyg):
    return BlockFactory(terminal=lyg, code="A")


@pytest.fixture
def count(block):
    return counting.start_count(block, by=BY, at=NOW)


def stands(block, bay, tier=1, row=1, **more):
    visit = VisitFactory(in_yard=True, terminal=block.terminal, **more)
    yard.place(visit, block, bay, row, tier, by=BY, at=NOW)
    return visit


def number_of(visit):
    return visit.container.number


def saw(count, *seen):
    counting.note_seen(count, [Seen(bay, 1, tier, number) for bay, tier, number in seen], by=BY, at=NOW)


def closed(count):
    return {case.number: case for case in counting.close_count(count, by=BY, at=NOW)}


def cell_of(visit):
    return str(Standing.objects.select_related("block").get(visit=visit))


def test_a_box_seen_where_it_is_booked_is_verified_and_no_case(block, count):
    visit = stands(block, 1)
    saw(count, (1, 1, number_of(visit)))
    assert closed(count) == {}
    assert Standing.objects.get(visit=visit).verified_at == NOW


def test_a_stack_nobody_looked_at_is_not_judged(block, count):
    seen, _ = stands(block, 1), stands(block, 2)
    saw(count, (1, 1, number_of(seen)))
    assert closed(count) == {}


def test_a_box_that_is_not_in_its_stack_is_missing_until_its_cell_is_unknown(block, count):
    visit = stands(block, 1)
    saw(count, (1, 1, ""))
    case = closed(count)[number_of(visit)]
    assert (case.finding, case.booked, case.visit) == (Finding.MISSING, "A-01-01-1", visit)
    counting.correct([case], by=BY, at=NOW)
    assert not Standing.objects.exists()
    visit.refresh_from_db()
    assert visit.position == "in_yard"


def test_a_correction_is_a_journal_row_with_both_cells(block, count):
    visit = stands(block, 1)
    saw(count, (3, 1, number_of(visit)))
    counting.correct(list(closed(count).values()), by=BY, at=NOW)
    told = Entry.objects.get(kind=EventKind.POSITION_CORRECTED.value)
    assert (told.visit_id, told.payload["from"], told.payload["to"]) == (visit.pk, "A-01-01-1", "A-03-01-1")
    assert cell_of(visit) == "A-03-01-1"


def test_two_boxes_that_were_mixed_up_change_places_together_but_not_one_alone(block, count):
    one, other = stands(block, 1), stands(block, 2)
    saw(count, (1, 1, number_of(other)), (2, 1, number_of(one)))
    cases = closed(count)
    with pytest.raises(yard.CellTaken):
        counting.correct([cases[number_of(one)]], by=BY, at=NOW)
    counting.correct(list(cases.values()), by=BY, at=NOW)
    assert (cell_of(one), cell_of(other)) == ("A-02-01-1", "A-01-01-1")


def test_books_after_which_a_box_would_stand_on_air_are_refused(block, count):
    below, upper = stands(block, 1), stands(block, 1, tier=2)
    saw(count, (1, 2, number_of(upper)), (3, 1, number_of(below)))
    with pytest.raises(counting.WouldFloat):
        counting.correct(list(closed(count).values()), by=BY, at=NOW)
    assert (cell_of(below), cell_of(upper)) == ("A-01-01-1", "A-01-01-2")


def test_a_box_whose_cell_nobody_knew_stands_where_it_was_seen(block, count):
    visit = VisitFactory(in_yard=True, terminal=block.terminal)
    saw(count, (1, 1, number_of(visit)))
    case = closed(count)[number_of(visit)]
    assert case.finding == Finding.NOT_BOOKED
    counting.correct([case], by=BY, at=NOW)
    assert cell_of(visit) == "A-01-01-1"


def test_a_box_the_books_do_not_have_here_is_not_placed(block, count):
    saw(count, (1, 1, container_number(700)))
    with pytest.raises(yard.NotInTheYard):
        counting.correct(list(closed(count).values()), by=BY, at=NOW)


def test_a_case_is_closed_once(block, count):
    saw(count, (1, 1, container_number(700)))
    case = next(iter(closed(count).values()))
    counting.dismiss(case, reason="a box of the port's, not ours", by=BY, at=NOW)
    for again in (
        lambda: counting.dismiss(case, reason="", by=BY, at=NOW),
        lambda: counting.correct([case], by=BY, at=NOW),
    ):
        with pytest.raises(counting.CaseClosed):
            again()
    assert Discrepancy.objects.get().note.startswith("a box of the port's")


def test_the_latest_word_on_a_cell_and_on_a_box_stands(block, count):
    visit = stands(block, 2)
    saw(count, (1, 1, number_of(visit)))
    saw(count, (2, 1, number_of(visit)), (1, 1, ""))
    assert closed(count) == {}


def test_a_place_is_counted_once_at_a_time(block, count):
    with pytest.raises(counting.BeingCounted):
        counting.start_count(block, by=BY, at=NOW)
    saw(count, (1, 1, ""))
    counting.close_count(count, by=BY, at=NOW)
    counting.start_count(block, by=BY, at=NOW)


def test_what_is_closed_takes_no_more_and_nothing_seen_is_no_count(block, count):
    with pytest.raises(counting.NothingSeen):
        counting.close_count(count, by=BY, at=NOW)
    saw(count, (1, 1, ""))
    counting.close_count(count, by=BY, at=NOW)
    with pytest.raises(counting.CountClosed):
        saw(count, (1, 1, ""))


def test_a_row_that_is_counted_takes_no_cells_of_others(block):
    count = counting.start_count(block, 2, by=BY, at=NOW)
    for cell in ((1, 1, 1), (99, 2, 1), (1, 2, 9)):
        with pytest.raises(counting.OutsideTheCount):
            counting.note_seen(count, [Seen(*cell)], by=BY, at=NOW)


def test_a_number_that_cannot_be_is_refused_with_its_check_digit(count):
    with pytest.raises(WrongCheckDigit, match="5"):
        saw(count, (1, 1, "MSKU1234567"))


def test_counting_takes_the_right(block, count):
    stranger = Actor.person(UserFactory())
    with pytest.raises(NotYours):
        counting.start_count(block, 1, by=stranger, at=NOW)
    with pytest.raises(NotYours):
        counting.close_count(count, by=stranger, at=NOW)
