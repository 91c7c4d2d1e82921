"""Places on board, IMO numbers, how far the work is, and how a tally differs from its list."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from terminal.errors import Refused
from terminal.identifiers import require_imo_number
from terminal.lifecycle import LineState
from terminal.stowage import (
    Deviation,
    Tallied,
    deviations,
    progress,
    require_stowage_position,
    turn_off,
    turn_on,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("said", ["9074729", "IMO 9074729", "imo9074729"])
def test_an_imo_number_is_read_with_or_without_its_letters(said):
    assert require_imo_number(said) == "9074729"


@pytest.mark.parametrize("said", ["9074728", "907472", "90747290", "IMO", "９074729", ""])
def test_an_imo_number_that_cannot_be_is_refused(said):
    with pytest.raises(Refused):
        require_imo_number(said)


def test_a_wrong_check_digit_of_a_ship_names_the_right_one():
    with pytest.raises(Refused) as refused:
        require_imo_number("9074720")
    assert refused.value.facts["expected"] == "9"


@pytest.mark.parametrize(
    ("said", "kept"), [("0120482", "012-04-82"), ("12-04-82", "012-04-82"), ("001 00 02", "001-00-02")]
)
def test_a_place_on_board_is_bay_row_and_tier(said, kept):
    assert require_stowage_position(said) == kept


@pytest.mark.parametrize("said", ["12-4-82", "hold 3", "000-04-82", "012-04-00", "012-04-8２", ""])
def test_what_is_no_place_on_board_is_refused(said):
    with pytest.raises(Refused):
        require_stowage_position(said)


def test_what_stands_on_top_comes_off_first_and_goes_on_last():
    places = ["003-01-84", "001-02-82", "", "001-02-84"]
    assert sorted(places, key=turn_off) == ["001-02-84", "001-02-82", "003-01-84", ""]
    assert sorted(places, key=turn_on) == ["001-02-82", "001-02-84", "003-01-84", ""]


def test_the_expected_end_follows_from_the_pace_since_the_first_move():
    moves = [NOON, NOON + HOUR / 2, NOON + HOUR]
    told = progress(9, moves, NOON + HOUR)
    assert (told.left, told.pace, told.ends_at) == (6, Decimal(2), NOON + 4 * HOUR)
    assert told.share == Decimal(3) / 9


def test_a_pause_makes_the_end_later():
    moves = [NOON, NOON + HOUR / 2, NOON + HOUR]
    assert progress(9, moves, NOON + 2 * HOUR).ends_at == NOON + 8 * HOUR


@pytest.mark.parametrize("moves", [[], [NOON]])
def test_nobody_knows_the_end_before_two_moves(moves):
    assert progress(5, moves, NOON + HOUR).ends_at is None


def test_what_is_done_ended_with_its_last_move():
    assert progress(2, [NOON, NOON + HOUR], NOON + 5 * HOUR).ends_at == NOON + HOUR
    assert progress(0, [], NOON).share == 1


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ({"state": LineState.DONE}, []),
        ({"state": LineState.SHORT}, [Deviation.SHORT]),
        ({"state": LineState.DONE, "unlisted": True}, [Deviation.OVER]),
        ({"state": LineState.CANCELLED, "reason": "hatch stuck"}, [Deviation.NOT_WORKED]),
        ({"state": LineState.DONE, "seals": ["A1", "B2"], "seals_seen": ["B2", "A1"]}, []),
        ({"state": LineState.DONE, "seals": ["A1"], "seals_seen": ["A2"]}, [Deviation.OTHER_SEAL]),
        ({"state": LineState.DONE, "seals": ["A1"]}, []),
        ({"state": LineState.DONE, "gross_kg": 20_000, "gross_kg_seen": 20_600}, []),
        ({"state": LineState.DONE, "gross_kg": 20_000, "gross_kg_seen": 20_601}, [Deviation.OTHER_WEIGHT]),
        ({"state": LineState.DONE, "gross_kg": 20_000, "gross_kg_seen": 19_399}, [Deviation.OTHER_WEIGHT]),
        ({"state": LineState.DONE, "stow": "001-02-82", "stow_seen": "001-02-84"}, [Deviation.OTHER_STOW]),
        ({"state": LineState.DONE, "remark": "corner post bent"}, [Deviation.REMARKED]),
    ],
)  # fmt: skip
def test_every_deviation_is_named_and_what_nobody_saw_is_none(line, found):
    assert [each.what for each in deviations(Tallied(**line))] == found
