"""Every fault of a file is named with its line, column and value, and nothing of the file stays behind."""

import pytest
from django.utils import translation

from apps.calls.models import Call
from apps.common.models import Attachment
from apps.containers.models import Container, Visit
from apps.journal.models import Entry
from apps.tracking.models import FlowImport
from tests.factories.containers import VisitFactory
from tests.factories.network import PlaceFactory
from tests.tracking.conftest import GOOD, as_csv

pytestmark = pytest.mark.django_db

OTHER_BOX = {"container_number": "TCLU5088040", "in_vehicle": "TRN2"}


@pytest.fixture
def nothing_stays(own_media):
    """After the test there is no trace of the file, in the database or on the disk."""
    yield
    for model in (Visit, Call, Container, Entry, Attachment, FlowImport):
        assert not model.objects.exists(), model
    assert not own_media.exists() or not any(own_media.rglob("*.csv"))


def told(report):
    return [(problem.line, problem.column, problem.value) for problem in report.problems]


FAULTS = {
    "unknown mode": ({"in_mode": "air"}, "in_mode", "air", "not a mode"),
    "mode in capitals": ({"out_mode": "SEA"}, "out_mode", "SEA", "not a mode"),
    "out before in": ({"out_at": "2026-05-02T08:59:59+08:00"}, "out_at", "2026-05-02T08:59:59+08:00", "leaves before"),
    "out before in by offset": (
        {"out_at": "2026-05-02T09:30:00+09:00"},
        "out_at",
        "2026-05-02T09:30:00+09:00",
        "leaves before",
    ),
    "wrong check digit": ({"container_number": "MSKU1234567"}, "container_number", "MSKU1234567", "give 5"),
    "cyrillic letter": (
        {"container_number": "СSQU3054383"},
        "container_number",
        "СSQU3054383",
        "Cyrillic letter in position 1",
    ),
    "too short a number": ({"container_number": "CSQU305438"}, "container_number", "CSQU305438", "10 characters"),
    "no offset": ({"in_at": "2026-05-02T09:00:00"}, "in_at", "2026-05-02T09:00:00", "does not say in which zone"),
    "only a day": ({"in_at": "2026-05-02"}, "in_at", "2026-05-02", "not a date and time"),
    "no such day": (
        {"out_at": "2026-05-32T00:00:00+08:00"},
        "out_at",
        "2026-05-32T00:00:00+08:00",
        "not a date and time",
    ),
    "a year nobody meant": ({"in_at": "0026-05-02T09:00:00+08:00"}, "in_at", "0026-05-02T09:00:00+08:00", "not a date"),
    "unknown size type": ({"size_type": "2XG1"}, "size_type", "2XG1", "position 2 is not known"),
    "laden maybe": ({"laden": "perhaps"}, "laden", "perhaps", "neither yes nor no"),
    "negative weight": ({"gross_kg": "-1"}, "gross_kg", "-1", "not a weight"),
    "weight in tonnes": ({"gross_kg": "14.0"}, "gross_kg", "14.0", "not a weight"),
    "heavier than any box": ({"gross_kg": "100001"}, "gross_kg", "100001", "not a weight"),
    "unknown goods": ({"goods": "bananas"}, "goods", "bananas", "not a kind of goods"),
    "no vehicle": ({"in_vehicle": ""}, "in_vehicle", "", "1 to 40"),
    "half a departure": ({"out_vehicle": ""}, "out_vehicle", "", "together or not at all"),
    "no place": ({"destination": "Osaka, JP"}, "destination", "Osaka, JP", "not a UN/LOCODE"),
}


@pytest.mark.usefixtures("nothing_stays")
class TestALine:
    @pytest.mark.parametrize(("change", "column", "value", "reason"), FAULTS.values(), ids=FAULTS)
    def test_is_refused_where_it_is_wrong(self, take_in, change, column, value, reason):
        report = take_in(OTHER_BOX, change)
        assert told(report) == [(3, column, value)]
        assert reason in report.problems[0].reason
        assert report.problems[0].remedy
        assert not report.accepted

    def test_with_several_faults_names_them_all(self, take_in):
        report = take_in({"laden": "?", "gross_kg": "-5", "in_mode": "air"}, OTHER_BOX, {"goods": "?"})
        assert sorted(told(report)) == [
            (2, "gross_kg", "-5"),
            (2, "in_mode", "air"),
            (2, "laden", "?"),
            (4, "goods", "?"),
        ]

    def test_with_a_comma_too_many_is_shown_whole(self, take_in):
        report = take_in(as_csv({}) + "CSQU3054383,22G1,yes\n")
        assert told(report) == [(3, "", "CSQU3054383,22G1,yes")]
        assert "3 fields, the header 12" in report.problems[0].reason


@pytest.mark.usefixtures("nothing_stays")
class TestTwoLines:
    def test_of_one_box_may_not_overlap(self, take_in):
        report = take_in(
            OTHER_BOX,
            {},
            {"in_at": "2026-05-04T21:29:59+08:00", "in_vehicle": "TRN3", "out_at": "2026-05-06T00:00:00+08:00"},
        )
        assert told(report) == [(4, "container_number", "CSQU3054383")]
        assert "on line 3" in report.problems[0].reason

    def test_of_one_box_may_not_both_stand_here_still(self, take_in):
        standing = {"out_at": "", "out_mode": "", "out_vehicle": ""}
        report = take_in(standing, {**standing, "in_at": "2026-05-09T00:00:00+08:00", "in_vehicle": "TRN3"})
        assert told(report) == [(3, "container_number", "CSQU3054383")]

    def test_a_long_stay_is_shown_with_each_stay_within_it(self, take_in):
        report = take_in(
            {"out_at": "2026-05-20T00:00:00+08:00"},
            {"in_vehicle": "TRN2", "in_at": "2026-05-05T00:00:00+08:00", "out_at": "2026-05-06T00:00:00+08:00"},
            {"in_vehicle": "TRN3", "in_at": "2026-05-07T00:00:00+08:00", "out_at": "2026-05-08T00:00:00+08:00"},
        )
        assert [problem.line for problem in report.problems] == [3, 4]
        assert all("on line 2" in problem.reason for problem in report.problems)

    def test_may_not_have_one_vehicle_come_by_two_modes(self, take_in):
        report = take_in({}, {**OTHER_BOX, "out_vehicle": "TRN1", "out_mode": "road"})
        assert told(report) == [(3, "out_mode", "road")]
        assert "TRN1 comes by rail on line 2" in report.problems[0].reason

    def test_may_not_have_one_vehicle_bring_one_box_twice(self, take_in):
        report = take_in({}, {"in_at": "2026-05-09T00:00:00+08:00", "out_at": "2026-05-10T00:00:00+08:00"})
        assert told(report) == [(3, "in_vehicle", "TRN1")]

    def test_may_not_give_one_box_two_lengths(self, take_in):
        later = {"in_vehicle": "TRN2", "in_at": "2026-05-09T00:00:00+08:00", "out_at": "2026-05-10T00:00:00+08:00"}
        assert told(take_in({}, {**later, "size_type": "42G1"})) == [(3, "size_type", "42G1")]


@pytest.mark.usefixtures("nothing_stays")
class TestAFile:
    @pytest.mark.parametrize("content", ["", "\n", "\ufeff"])
    def test_that_is_empty_says_so(self, take_in, content):
        report = take_in(content)
        assert told(report) == [(0, "", "")]
        assert "empty" in report.problems[0].reason
        assert str(report.problems[0]).startswith("the file as a whole: ")

    def test_without_a_column_names_it(self, take_in):
        report = take_in(as_csv({}).replace(",laden", ",loaded"))
        assert [(problem.line, problem.column) for problem in report.problems] == [(1, "laden")]

    def test_with_a_column_twice_says_so(self, take_in):
        report = take_in(as_csv({}).replace("destination", "laden", 1))
        assert [(p.line, p.column) for p in report.problems] == [(1, "destination"), (1, "laden")]

    def test_with_semicolons_misses_every_column(self, take_in):
        assert take_in(as_csv({}).replace(",", ";")).problem_count == 12

    def test_that_is_not_utf_8_names_the_field(self, take_in):
        report = take_in(as_csv({}, {**OTHER_BOX, "in_vehicle": "Поезд"}).encode("cp1251"))
        assert [(problem.line, problem.column) for problem in report.problems] == [(3, "in_vehicle")]
        assert "not UTF-8" in report.problems[0].reason

    def test_with_a_nul_byte_names_the_field(self, take_in):
        report = take_in(as_csv({"out_vehicle": "VS\0L6"}))
        assert told(report) == [(2, "out_vehicle", "VS\\x00L6")]

    def test_written_by_a_spreadsheet_in_utf_16_is_refused(self, take_in):
        assert "not UTF-8" in take_in(as_csv({}).encode("utf-16")).problems[0].reason

    def test_that_is_no_csv_at_all_is_refused_before_it_fills_the_memory(self, take_in):
        report = take_in(as_csv({}).encode() + b"x" * 10_000_000)
        assert [(problem.line, problem.column) for problem in report.problems] == [(3, "")]

    def test_that_is_wrong_throughout_reports_the_first_thousand_and_counts_the_rest(self, take_in):
        report = take_in(*[{"laden": "?"}] * 1500)
        assert (report.problem_count, len(report.problems)) == (1500, 1000)
        assert [problem.line for problem in report.problems] == list(range(2, 1002))

    def test_is_refused_in_the_readers_language_without_failing(self, take_in):
        with translation.override("ru"):
            assert take_in({"in_mode": "air"}).problem_count == 1


class TestAgainstWhatIsKnown:
    def test_a_stay_told_differently_says_what_was_told_before(self, take_in):
        take_in({})
        report = take_in(OTHER_BOX, {"gross_kg": "15000", "out_at": "2026-05-04T21:31:00+08:00"})
        assert sorted(told(report)) == [(3, "gross_kg", "15000"), (3, "out_at", "2026-05-04 21:31:00")]
        assert sorted(p.reason for p in report.problems) == [
            "this stay was reported before with “14000”.",
            "this stay was reported before with “2026-05-04 21:30:00”.",
        ]
        assert Visit.objects.count() == 1

    def test_a_stay_that_overlaps_one_known_is_refused(self, take_in):
        take_in({})
        report = take_in({"in_vehicle": "TRN9", "in_at": "2026-05-04T00:00:00+08:00"})
        assert told(report) == [(2, "container_number", "CSQU3054383")]
        assert "from 2026-05-02 09:00:00 to 2026-05-04 21:30:00" in report.problems[0].reason

    def test_a_stay_that_overlaps_a_box_our_own_staff_received_is_refused(self, take_in, lyg):
        VisitFactory(active=True, container__number="CSQU3054383", arrived_at="2026-05-03T00:00:00Z")
        report = take_in({})
        assert told(report) == [(2, "container_number", "CSQU3054383")]
        assert "to now" in report.problems[0].reason

    def test_a_known_vehicle_keeps_its_mode(self, take_in):
        take_in({})
        report = take_in({**OTHER_BOX, "in_vehicle": "TRN1", "in_mode": "barge"})
        assert told(report) == [(2, "in_mode", "barge")]

    def test_a_known_box_keeps_its_length(self, take_in):
        take_in({})
        later = {"in_vehicle": "TRN2", "in_at": "2026-05-09T00:00:00+08:00", "out_at": "2026-05-10T00:00:00+08:00"}
        assert told(take_in({**later, "size_type": "45G1"})) == [(2, "size_type", "45G1")]

    def test_an_unknown_place_is_a_warning_with_the_nearest(self, take_in):
        PlaceFactory(un_locode="JPOSA", name="Osaka", country="JP")
        report = take_in({"destination": "JPOSB"})
        assert report.accepted
        assert [(w.line, w.column, w.value) for w in report.warnings] == [(2, "destination", "JPOSB")]
        assert "JPOSA" in report.warnings[0].remedy

    def test_what_lies_in_the_future_is_a_warning(self, take_in):
        report = take_in({"out_at": "2027-01-01T00:00:00+08:00"})
        assert report.accepted
        assert "in the future" in report.warnings[0].reason


def test_the_good_stay_of_these_tests_is_good(take_in):
    assert take_in(GOOD).accepted
