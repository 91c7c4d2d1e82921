"""A week of flow becomes history: visits, calls, journal; and the days come to what was computed independently."""

import hashlib
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.calls.models import Call
from apps.containers.models import Container, Visit
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.tracking.models import FlowImport
from apps.tracking.services import import_flow
from tests.factories.parties import staff
from tests.tracking.conftest import FLOW, GOOD, LATER, as_csv

pytestmark = pytest.mark.django_db

EXPECTED = FLOW.with_name("daily_expected.csv")
STANDING = {"out_at": "", "out_mode": "", "out_vehicle": ""}


def throughput(**options):
    out = StringIO()
    call_command("throughput", "--from", "2026-04-09", "--to", "2026-05-28", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_week_comes_to_the_days_computed_independently(lyg):
    said = StringIO()
    call_command("import_flow", str(FLOW), stdout=said)
    assert "1313 stays taken in (0 of 1313 were known already): 1164 new containers, 659 new calls" in said.getvalue()
    assert throughput(csv=True) == EXPECTED.read_text()
    call_command("import_flow", str(FLOW), stdout=said)
    assert "0 stays taken in (1313 of 1313 were known already)" in said.getvalue()
    assert throughput(csv=True) == EXPECTED.read_text()
    assert (Visit.objects.count(), Entry.objects.count()) == (1313, 3944)


def test_for_people_the_days_are_a_table(lyg, take_in):
    take_in(FLOW.read_bytes())
    lines = throughput().splitlines()
    assert len(lines) == 51
    assert lines[23].split()[:2] == ["2026-05-01", "54"]


class TestWhatAStayBecomes:
    def test_a_visit_that_names_the_calls_it_came_and_left_by(self, take_in):
        take_in({})
        visit = Visit.objects.select_related("container", "arrival_call", "departure_call").get()
        assert (visit.state, visit.position, visit.laden, visit.gross_kg) == ("departed", "gone", True, 14_000)
        assert (visit.container.number, visit.container.teu) == ("CSQU3054383", 1)
        assert (visit.arrival_call.number, visit.departure_call.number) == ("TRN1", "VSL6")
        assert visit.arrived_at == datetime(2026, 5, 2, 1, tzinfo=UTC)
        assert (visit.source, visit.regime, visit.destination) == ("flow:cnlyg", "unknown", "JPOSA")

    def test_without_a_departure_the_box_stands_in_the_yard(self, take_in):
        take_in(STANDING)
        visit = Visit.objects.standing().get()
        assert (visit.state, visit.position, visit.departure_call, visit.departed_at) == (
            "active",
            "in_yard",
            None,
            None,
        )

    def test_reported_entries_that_say_what_throughput_needs(self, take_in):
        take_in({"out_mode": "road", "out_vehicle": "TRK7", "laden": "no", "goods": "empty", "size_type": "L5G1"})
        came, left = Entry.objects.filter(visit_id=Visit.objects.get().pk).order_by("id")
        assert [came.kind, left.kind] == ["container-discharged", "container-gated-out"]
        assert came.payload == {"mode": "rail", "size_type": "L5G1", "teu": "2.25", "laden": False, "call": "TRN1"}
        assert left.payload["mode"] == "road"
        assert {came.authority, left.authority} == {"reported"}
        assert (came.source, came.source_ref) == ("flow:cnlyg", "CSQU3054383/TRN1:in")
        assert came.actor == "terminal:import_flow"

    def test_one_call_for_all_a_vehicle_brings_and_takes(self, take_in):
        take_in({}, {"container_number": "TCLU5088040", "in_at": "2026-05-02T07:00:00+08:00", "out_vehicle": "VSL7"})
        train = Call.objects.get(number="TRN1")
        assert (train.mode, train.phase) == ("rail", "departed")
        assert train.arrived_at == datetime(2026, 5, 1, 23, tzinfo=UTC)
        assert train.departed_at == datetime(2026, 5, 2, 1, tzinfo=UTC)
        kinds = Entry.objects.filter(call_id=train.pk, visit_id=None).order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["call-arrived", "call-departed"]

    def test_the_journal_tells_it_in_the_order_it_happened(self, take_in):
        take_in(FLOW.read_bytes())
        times = list(Entry.objects.order_by("id").values_list("happened_at", flat=True))
        assert times == sorted(times)

    def test_a_box_may_come_again_the_moment_it_left(self, take_in):
        again = {"in_at": GOOD["out_at"], "in_vehicle": "TRN2", "out_at": "2026-05-09T00:00:00+08:00"}
        assert take_in({}, again).accepted
        assert (Container.objects.count(), Visit.objects.count()) == (1, 2)

    def test_a_vehicles_name_is_kept_as_it_is_written(self, take_in):
        take_in({"in_vehicle": 'X9014\\N "东方, 1"'})
        assert Call.objects.filter(number='X9014\\N "东方, 1"').exists()


class TestAgain:
    def test_known_stays_are_counted_and_new_ones_added(self, take_in):
        take_in({})
        report = take_in({}, {"container_number": "TCLU5088040"})
        assert (report.added, report.already_known, report.calls) == (1, 1, 0)

    def test_a_known_call_is_stretched_and_its_time_corrected(self, take_in):
        take_in({})
        early = "2026-05-02T06:00:00+08:00"
        take_in({"container_number": "TCLU5088040", "in_at": early})
        train = Call.objects.get(number="TRN1")
        assert train.arrived_at == datetime.fromisoformat(early)
        told = Entry.objects.standing().get(call_id=train.pk, kind="call-arrived")
        assert (told.revision, told.happened_at) == (2, train.arrived_at)

    def test_what_our_own_people_did_since_is_no_contradiction_to_a_file_that_does_not_know_it(self, take_in):
        take_in(STANDING)
        Visit.objects.update(state="departed", position="gone", departed_at="2026-05-08T00:00:00Z")
        assert take_in(STANDING).already_known == 1

    def test_lines_may_end_as_they_like_and_a_byte_order_mark_is_no_letter(self, take_in):
        text = "\ufeff" + as_csv({}).replace("\n", "\r\n") + "\r\n"
        assert take_in(text).added == 1
        assert take_in({}).already_known == 1


class TestDryRun:
    def test_tells_all_and_leaves_nothing(self, take_in, own_media):
        report = take_in(FLOW.read_bytes(), dry_run=True)
        assert (report.accepted, report.added, report.calls) == (True, 1313, 659)
        for model in (Visit, Call, Container, Entry, FlowImport):
            assert not model.objects.exists()
        assert not own_media.exists()

    def test_finds_what_is_wrong(self, take_in):
        assert not take_in({"in_mode": "air"}, dry_run=True).accepted


def test_the_original_is_kept_byte_for_byte(take_in):
    take_in(FLOW.read_bytes())
    taken = FlowImport.objects.select_related("file").get()
    kept = taken.file
    assert kept.file.read() == FLOW.read_bytes()
    assert kept.sha256 == hashlib.sha256(FLOW.read_bytes()).hexdigest()
    assert (kept.name, kept.size_bytes, kept.subject_kind) == ("week.csv", FLOW.stat().st_size, "tracking.flowimport")
    assert (kept.subject_id, taken.stays, taken.added) == (taken.pk, 1313, 1313)


def test_progress_tells_how_far_the_file_is_read(take_in):
    steps = []
    take_in(FLOW.read_bytes(), progress=steps.append)
    assert steps == sorted(steps)
    assert steps[-1] == FLOW.stat().st_size


def test_a_clerk_without_the_right_takes_nothing_in(lyg):
    clerk = Actor.person(staff("calls.view_call", username="zhao", terminal=lyg))
    with FLOW.open("rb") as file, pytest.raises(NotYours):
        import_flow(file=file, terminal=lyg, by=clerk, at=LATER)


class TestTheCommand:
    def run(self, path, **options):
        out = StringIO()
        call_command("import_flow", str(path), stdout=out, **options)
        return out.getvalue()

    def test_a_bad_file_ends_with_code_1_and_a_line_per_problem(self, lyg, tmp_path):
        bad = tmp_path / "bad.csv"
        bad.write_text(as_csv({}, {"container_number": "MSKU1234567", "in_mode": "air"}))
        out = StringIO()
        with pytest.raises(CommandError, match="Nothing was taken in: 2 problems") as refused:
            call_command("import_flow", str(bad), stdout=out)
        assert refused.value.returncode == 1
        assert "line 3, container_number, “MSKU1234567”: The check digit of MSKU1234567 is 7" in out.getvalue()
        assert (
            "line 3, in_mode, “air”: this is not a mode of transport. Write rail, road, sea or barge." in out.getvalue()
        )

    def test_a_dry_run_says_what_would_be(self, lyg):
        assert "1313 stays would be taken in" in self.run(FLOW, dry_run=True)

    @pytest.mark.parametrize("path", ["/nowhere/flow.csv", "/"])
    def test_a_file_that_cannot_be_read_is_a_sentence(self, lyg, path):
        with pytest.raises(CommandError, match="cannot be read"):
            self.run(Path(path))

    def test_an_unknown_terminal_is_a_sentence(self, lyg):
        with pytest.raises(CommandError, match="cnlyg"):
            self.run(FLOW, terminal="kzhor")
