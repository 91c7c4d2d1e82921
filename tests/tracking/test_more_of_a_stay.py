"""What a file may say beyond the twelve columns, under a source of its own, of calls that are known already."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from apps.calls.models import Call
from apps.calls.services import ReportedCall, take_in_calls
from apps.containers.models import Visit, VisitRole
from apps.containers.services import Advice, advise
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.tracking.models import FlowImport
from apps.tracking.services.flow.rows import OPTIONAL
from terminal.regimes import Direction, Regime
from tests.factories.containers import VisitRoleFactory
from tests.factories.parties import PartyFactory
from tests.tracking.conftest import GOOD, LATER

pytestmark = pytest.mark.django_db

ADVISED = "2026-04-28T15:00:00+08:00"
MORE = {
    "advised_at": ADVISED,
    "regime": "transit",
    "direction": "through",
    "shipper": "steppe-grain",
    "in_told_at": "2026-05-02T09:20:00+08:00",
    "out_told_at": "2026-05-05T00:00:00+08:00",
}
STANDING = {"out_at": "", "out_mode": "", "out_vehicle": "", "out_told_at": ""}
SHIP = {"container_number": "TCLU5088040", "in_vehicle": "TRN2"}


def moment(text):
    return datetime.fromisoformat(text)


def wide(*stays, columns=(*GOOD, *OPTIONAL)):
    """A file of good stays with what more there is to say, each with the changes given."""
    text = io.StringIO()
    out = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    out.writeheader()
    out.writerows({**GOOD, **MORE, **stay} for stay in stays)
    return text.getvalue()


@pytest.fixture
def shipper(lyg):
    return PartyFactory(code="steppe-grain")


def told(report):
    return [(problem.line, problem.column, problem.value) for problem in report.problems]


def known(report):
    """Whether the one stay of a file was reported before, word for word."""
    return report.accepted and report.already_known == 1


class TestAFullLine:
    def test_makes_a_visit_that_was_announced_under_a_regime(self, take_in, shipper):
        assert take_in(wide({})).accepted
        visit = Visit.objects.get()
        assert (visit.advised_at, visit.regime, visit.direction) == (moment(ADVISED), "transit", "through")
        assert visit.arrived_at == moment(GOOD["in_at"])

    def test_gives_the_shipper_its_part_from_the_first_word_on(self, take_in, shipper):
        take_in(wide({}))
        role = VisitRole.objects.get()
        assert (role.visit, role.party, role.role) == (Visit.objects.get(), shipper, "shipper")
        assert (role.since, role.until, role.given_by) == (moment(ADVISED), None, "terminal:import_flow")

    def test_without_a_first_word_the_shipper_has_its_part_since_the_box_came(self, take_in, shipper):
        take_in(wide({"advised_at": ""}))
        assert VisitRole.objects.get().since == moment(GOOD["in_at"])

    def test_is_announced_in_the_words_of_an_advice_given_here(self, take_in, shipper, lyg):
        report = take_in(wide({}))
        advice = Advice(
            terminal=lyg, number=GOOD["container_number"], size_type="22G1", laden=True, destination="JPOSA",
            regime=Regime.TRANSIT, direction=Direction.THROUGH, arrival_call=Call.objects.get(number="TRN1"),
        )  # fmt: skip
        advise([advice], by=Actor.itself("test"), at=moment(ADVISED))
        entry, ours = Entry.objects.filter(kind="visit-advised").order_by("id")
        for name in ("classifier", "audience", "happened_at", "container_number", "call_id", "payload"):
            assert getattr(entry, name) == getattr(ours, name), name
        assert (entry.visit_id, entry.recorded_at) == (Visit.objects.get(source="flow:cnlyg").pk, moment(ADVISED))
        assert (entry.authority, entry.source_ref) == ("reported", "CSQU3054383/TRN1:advised")
        assert report.entries == Entry.objects.count() - 1 == 7

    def test_tells_when_each_movement_became_known(self, take_in, shipper):
        take_in(wide({}))
        came, left = Entry.objects.filter(kind__in=["container-discharged", "container-loaded"]).order_by("id")
        assert (came.happened_at, came.recorded_at) == (moment(GOOD["in_at"]), moment(MORE["in_told_at"]))
        assert (left.happened_at, left.recorded_at) == (moment(GOOD["out_at"]), moment(MORE["out_told_at"]))

    def test_stands_in_the_journal_in_the_order_in_which_it_became_known(self, take_in, shipper):
        late = {**SHIP, "in_at": "2026-05-02T08:00:00+08:00", "in_told_at": "2026-05-02T12:00:00+08:00"}
        take_in(wide({}, late))
        arrivals = Entry.objects.filter(kind="container-discharged").order_by("id")
        assert [entry.container_number for entry in arrivals] == ["CSQU3054383", "TCLU5088040"]


class TestEmptyFields:
    def test_say_nothing(self, take_in):
        take_in(wide(dict.fromkeys(OPTIONAL, "")))
        visit = Visit.objects.get()
        assert (visit.advised_at, visit.regime, visit.direction) == (visit.arrived_at, "unknown", "unknown")
        assert not VisitRole.objects.exists()
        assert not Entry.objects.filter(kind="visit-advised").exists()
        now = datetime.now(UTC)
        assert all(now - entry.recorded_at < timedelta(minutes=5) for entry in Entry.objects.all())

    def test_an_advice_knows_only_what_was_said(self, take_in):
        take_in(wide({"regime": "", "direction": "", "shipper": ""}))
        payload = Entry.objects.get(kind="visit-advised").payload
        assert (payload["regime"], payload["direction"], payload["unannounced"]) == ("unknown", "unknown", False)

    def test_columns_may_be_there_in_part_and_in_any_order(self, take_in):
        assert take_in(wide({}, columns=("direction", *reversed(GOOD), "advised_at"))).accepted
        visit = Visit.objects.get()
        assert (visit.direction, visit.regime, visit.advised_at) == ("through", "unknown", moment(ADVISED))

    def test_a_movement_told_of_the_moment_it_happened_is_right(self, take_in, shipper):
        at_once = {"in_told_at": GOOD["in_at"], "out_told_at": GOOD["out_at"], "advised_at": GOOD["in_at"]}
        assert take_in(wide(at_once)).accepted


FAULTS = {
    "advised after it came": ({"advised_at": "2026-05-02T09:00:01+08:00"}, "advised_at", "after it came"),
    "arrival known before": ({"in_told_at": "2026-05-02T08:59:59+08:00"}, "in_told_at", "cannot be known before"),
    "departure known before": ({"out_told_at": "2026-05-04T21:29:59+08:00"}, "out_told_at", "cannot be known before"),
    "departure that is not there": ({**STANDING, "out_told_at": ADVISED}, "out_told_at", "no departure"),
    "unknown regime": ({"regime": "Transit"}, "regime", "not a customs regime"),
    "unknown direction": ({"direction": "east"}, "direction", "not a direction"),
    "no offset": ({"advised_at": "2026-04-28T15:00:00"}, "advised_at", "in which zone"),
    "no time": ({"in_told_at": "later"}, "in_told_at", "not a date and time"),
    "unknown shipper": ({"shipper": "Steppe-Grain"}, "shipper", "no party has this code"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_is_named_with_its_place_and_a_remedy(take_in, shipper, fault):
    change, column, reason = FAULTS[fault]
    report = take_in(wide({}, {**SHIP, **change}))
    assert told(report) == [(3, column, change[column])]
    assert reason in report.problems[0].reason
    assert report.problems[0].remedy
    assert not Visit.objects.exists()


def test_every_line_of_an_unknown_shipper_is_named(take_in):
    report = take_in(wide({}, {**SHIP, "shipper": ""}, {"container_number": "UACU8175070", "in_vehicle": "TRN3"}))
    assert told(report) == [(2, "shipper", "steppe-grain"), (4, "shipper", "steppe-grain")]


def test_a_column_that_need_not_be_there_is_not_there_twice(take_in):
    assert told(take_in(wide({}, columns=(*GOOD, "regime", "regime"))))[0][:2] == (1, "regime")


class TestAgain:
    @pytest.mark.parametrize(
        ("column", "value"),
        [("regime", "import"), ("direction", "inbound"), ("shipper", "altyn-metals"), ("advised_at", GOOD["in_at"])],
    )
    def test_a_stay_told_differently_is_a_problem(self, take_in, shipper, column, value):
        PartyFactory(code="altyn-metals")
        take_in(wide({}, {**SHIP, "shipper": "altyn-metals"}))
        problems = told(take_in(wide({column: value})))
        assert [problem[:2] for problem in problems] == [(2, column)]

    def test_a_stay_told_the_same_or_with_less_is_known(self, take_in, shipper):
        take_in(wide({}))
        assert known(take_in(wide({})))
        assert known(take_in({}))
        assert known(take_in(wide(dict.fromkeys(OPTIONAL, ""))))
        assert (Visit.objects.count(), VisitRole.objects.count(), Entry.objects.count()) == (1, 1, 7)

    def test_a_second_shipper_given_by_our_people_contradicts_nothing(self, take_in, shipper):
        take_in(wide({}))
        VisitRoleFactory(visit=Visit.objects.get(), party=PartyFactory(code="altyn-metals"))
        assert known(take_in(wide({})))


class TestASource:
    def test_knows_its_stays_calls_and_entries_under_its_own_name(self, take_in):
        take_in({}, source="sister")
        assert Visit.objects.get().source == FlowImport.objects.get().source == "sister"
        assert {call.source for call in Call.objects.all()} == {"sister"}
        assert {entry.source for entry in Entry.objects.all()} == {"sister"}

    def test_knows_only_what_it_told_itself(self, take_in):
        take_in({})
        later = {"in_at": "2026-06-02T09:00:00+08:00", "out_at": "2026-06-04T09:00:00+08:00"}
        assert take_in(later, source="sister").added == 1
        assert known(take_in(later, source="sister"))
        assert Call.objects.filter(number="TRN1").count() == 2


class TestCallsThatAreKnown:
    TRAIN = {
        "reference": "TRN1",
        "mode": "rail",
        "number": "X9014",
        "announced_at": moment("2026-04-30T00:00:00+08:00"),
        "scheduled_arrival_at": moment("2026-05-02T08:00:00+08:00"),
        "scheduled_departure_at": moment("2026-05-02T17:00:00+08:00"),
        "arrived_at": moment("2026-05-02T08:00:00+08:00"),
        "departed_at": moment("2026-05-02T17:00:00+08:00"),
    }

    @pytest.fixture
    def train(self, lyg):
        """Makes a call of the source known that the stays' train is, with the changes given."""

        def told_of(**changes):
            by = Actor.itself("sister")
            told = [ReportedCall(**{**self.TRAIN, **changes})]
            take_in_calls(told, terminal=lyg, source="sister", by=by, at=LATER)
            return Call.objects.get(source="sister", source_ref=changes.get("reference", "TRN1"))

        return told_of

    def test_are_linked_to_and_nothing_more_is_said_of_them(self, take_in, train):
        call = train()
        said = Entry.objects.filter(visit_id=None).count()
        report = take_in({}, source="sister")
        assert report.calls == 1
        assert Visit.objects.get().arrival_call == call
        assert Entry.objects.filter(visit_id=None, call_id=call.pk).count() == said
        call.refresh_from_db()
        assert (call.number, call.departed_at) == ("X9014", self.TRAIN["departed_at"])

    def test_are_told_to_parties_by_the_number_people_read(self, take_in, train):
        train()
        train(reference="VSL6", mode="sea", number="Xin Ou 2608E", arrived_at=moment(GOOD["in_at"]), departed_at=None)
        take_in({}, source="sister")
        came, left = Entry.objects.exclude(visit_id=None).order_by("id")
        assert (came.payload["call"], left.payload["call"]) == ("X9014", "Xin Ou 2608E")

    def test_are_the_same_when_the_stay_is_told_again(self, take_in, train):
        train(reference="VSL6", mode="sea", number="Xin Ou 2608E", arrived_at=moment(GOOD["in_at"]), departed_at=None)
        take_in({}, source="sister")
        assert known(take_in({}, source="sister"))
        assert told(take_in({"out_vehicle": "VSL7"}, source="sister")) == [(2, "out_vehicle", "VSL7")]

    def test_are_stretched_when_a_box_moved_outside_their_time(self, take_in, train):
        call = train(arrived_at=moment("2026-05-02T10:00:00+08:00"))
        take_in({}, source="sister")
        call.refresh_from_db()
        assert (call.arrived_at, call.departed_at) == (moment(GOOD["in_at"]), self.TRAIN["departed_at"])
        standing = Entry.objects.standing().get(call_id=call.pk, kind="call-arrived")
        assert (standing.revision, standing.happened_at) == (2, call.arrived_at)

    def test_that_stand_here_are_not_sent_away_by_being_stretched(self, take_in, train):
        call = train(arrived_at=moment("2026-05-02T10:00:00+08:00"), departed_at=None)
        take_in({}, source="sister")
        call.refresh_from_db()
        assert (call.arrived_at, call.departed_at, call.phase) == (moment(GOOD["in_at"]), None, "arrived")

    def test_come_by_the_mode_they_are_known_by(self, take_in, train):
        train(mode="barge")
        assert told(take_in({}, source="sister")) == [(2, "in_mode", "rail")]
