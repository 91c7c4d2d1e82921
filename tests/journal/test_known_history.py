"""What a source told before is known; what was told in one moment keeps its order."""

from datetime import timedelta

import pytest

from apps.common.bulk import ask, iso, line, stage
from apps.common.numbers import next_number, next_numbers
from apps.journal.models import Entry
from apps.journal.services import forget_known, happening, write_history
from tests.journal.conftest import MORNING

pytestmark = pytest.mark.django_db


def staged(*references):
    stage("told", "reference text, at timestamptz", (line(each, MORNING) for each in references))


def left():
    return [reference for (reference,) in ask("SELECT reference FROM told ORDER BY reference")]


def test_what_the_source_told_before_and_what_it_tells_twice_is_dropped(discharged):
    discharged(source="sister", source_ref="B:drafted")
    discharged(source="cousin", source_ref="C:drafted")
    staged("A", "B", "C", "A", "A")
    assert forget_known("told", step="drafted", source="sister") == 3
    assert left() == ["A", "C"]


def test_what_happened_in_one_moment_is_read_in_the_order_of_its_turns():
    staged("A")
    two = " UNION ALL ".join(
        "SELECT "
        + happening(kind=f"'{kind}'", happened_at="at", told_at="at", reference=f"'{name}'", turn=turn)
        + " FROM told"
        for kind, name, turn in [("hold-lifted", "a", "2"), ("hold-placed", "b", "1")]
    )
    assert write_history(two, {}, terminal_id=1, source="sister", actor="terminal:test") == 2
    assert list(Entry.objects.order_by("id").values_list("kind", flat=True)) == ["hold-placed", "hold-lifted"]


@pytest.mark.parametrize("fraction", [0, 5, 250_000])
def test_a_moment_is_told_in_sql_as_in_python(fraction):
    moment = (MORNING + timedelta(microseconds=fraction)).astimezone()
    ((told,),) = ask(f"SELECT {iso('%(at)s::timestamptz')}", {"at": moment})
    assert told == "2026-05-02T00:30:00" + (f".{fraction:06d}" if fraction else "") + "+00:00"


def test_numbers_given_in_sql_are_of_the_series_and_of_the_year_in_utc():
    first = next_number("CD", MORNING)
    (second,), (third,) = ask(
        f"SELECT {next_numbers('CD', 'at')} FROM (VALUES (timestamptz '2026-01-01 07:00+08'), "
        "('2026-01-01 09:00+08')) told(at)"
    )
    assert [int(each[-6:]) - int(first[-6:]) for each in (second, third)] == [1, 2]
    assert (second[:8], third[:8]) == ("CD-2025-", "CD-2026-")


@pytest.fixture
def long_series():
    """The series after its millionth document; sequences do not go back with the transaction."""
    ((before,),) = ask("SELECT last_value FROM document_number")
    ask("SELECT setval('document_number', 1234567)")
    yield
    ask("SELECT setval('document_number', %(before)s)", {"before": before})


@pytest.mark.usefixtures("long_series")
def test_a_number_past_a_million_keeps_all_its_digits():
    assert ask(f"SELECT {next_numbers('CD', 'now()')}")[0][0].endswith("-1234568")
