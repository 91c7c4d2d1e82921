"""What an answer means, and when it is worth trying again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from terminal.webhooks import (
    LONGEST_ASKED,
    LONGEST_PAUSE,
    PATIENCE,
    Fate,
    Standing,
    fate_of,
    pause_after,
    pause_asked_for,
    standing,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (200, Fate.DELIVERED), (204, Fate.DELIVERED), (299, Fate.DELIVERED), (None, Fate.AWAY), (301, Fate.AWAY),
        (308, Fate.AWAY), (400, Fate.REFUSED), (401, Fate.AWAY), (404, Fate.AWAY), (408, Fate.AWAY), (410, Fate.GONE),
        (413, Fate.REFUSED), (422, Fate.REFUSED), (429, Fate.AWAY), (500, Fate.AWAY), (503, Fate.AWAY),
    ],
)  # fmt: skip
def test_every_status_means_one_thing(status, fate):
    assert fate_of(status) is fate


def test_pauses_double_from_five_seconds_to_a_quarter_of_an_hour():
    pauses = [pause_after(n, luck=0.5) for n in range(1, 12)]
    assert [each.total_seconds() for each in pauses] == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]
    assert pause_after(0, luck=0.5) == pauses[0]
    assert pause_after(10**6, luck=1) == LONGEST_PAUSE * 1.25


def test_luck_spreads_a_pause_by_a_quarter_either_way():
    assert (pause_after(3, luck=0), pause_after(3, luck=1)) == (timedelta(seconds=15), timedelta(seconds=25))


def test_within_patience_it_is_tried_some_hundreds_of_times():
    tried, waited = 0, timedelta()
    while waited < PATIENCE:
        tried += 1
        waited += pause_after(tried, luck=0.5)
    assert 250 < tried < 350


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("120", timedelta(minutes=2)), (" 0 ", timedelta()), ("999999999999", LONGEST_ASKED), ("", timedelta()),
        ("soon", timedelta()), ("-5", timedelta()), ("1.5", timedelta()), ("٣", timedelta()),
        (format_datetime(NOON + timedelta(hours=1)), timedelta(hours=1)),
        (format_datetime(NOON - timedelta(hours=1)), timedelta()),
        (format_datetime(NOON + timedelta(days=90)), LONGEST_ASKED),
        ("Mon, 04 May 2026 13:00:00 -0000", timedelta(hours=1)), ("Mon, 99 May 2026 99:00:00 GMT", timedelta()),
    ],
)  # fmt: skip
def test_a_receiver_may_ask_for_a_pause_within_reason(asked, pause):
    assert pause_asked_for(asked, NOON) == pause


def test_an_address_fails_after_three_failures_in_a_row_and_an_ended_one_is_ended():
    assert [standing(ended=False, failures=n) for n in (0, 2, 3)] == [
        Standing.RUNNING, Standing.RUNNING, Standing.FAILING,
    ]  # fmt: skip
    assert standing(ended=True, failures=9) is Standing.ENDED
