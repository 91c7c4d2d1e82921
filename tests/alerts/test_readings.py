"""How full each thing is, and what would help."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.alerts import selectors
from apps.alerts.models import Rule
from apps.containers.models import Question
from apps.trains.models import Track, TrackStay, TrainVisit
from terminal.pressure import Thresholds
from tests.factories.alerts import RuleFactory
from tests.factories.calls import CallFactory
from tests.factories.containers import VisitFactory
from tests.factories.customs import drafted, submitted
from tests.factories.notices import MONDAY_TEN
from tests.factories.warehouse import MAY_4, ZoneFactory, book

M = Rule.Metric
AN_HOUR_AGO = MONDAY_TEN - timedelta(hours=1)


def read(lyg, metric: str, **values):
    return selectors.reading(RuleFactory(terminal=lyg, metric=metric, **values), MONDAY_TEN)


def stand(track: Track, number: str, metres: tuple[int, int]) -> None:
    call = CallFactory(terminal=track.terminal, number=number, arrived=True)
    train = TrainVisit.objects.create(call=call, length_m=metres[1] - metres[0])
    TrackStay.objects.create(track=track, train=train, from_m=metres[0], to_m=metres[1], since=AN_HOUR_AGO)


@pytest.fixture
def tracks(lyg):
    """Four working tracks of 950 m; one is closed."""
    made = [Track.objects.create(terminal=lyg, code=f"T{n}", usable_m=950) for n in (1, 2, 3, 4)]
    Track.objects.filter(code="T4").update(closed=True)
    return made


@pytest.mark.django_db
class TestReadings:
    def test_the_yard_holds_4936_teu_and_boxes_on_trains_do_not_stand_in_it(self, lyg):
        VisitFactory.create_batch(3, terminal=lyg, active=True, container__size_type="L5G1")
        VisitFactory(terminal=lyg, active=True, position="on_carrier")
        VisitFactory(terminal=lyg)
        assert read(lyg, M.YARD_TEU) == (Decimal("6.75"), 4936)

    def test_a_capacity_of_the_rule_goes_before_what_was_built(self, lyg):
        assert read(lyg, M.YARD_TEU, capacity=4000) == (0, 4000)

    def test_a_closed_track_is_no_place(self, lyg, tracks):
        stand(tracks[0], "X9014", (0, 800))
        assert read(lyg, M.TRAIN_PLACES) == (1, 3)
        assert read(lyg, M.TRACK_METRES) == (800, 2850)

    def test_the_warehouse_is_as_full_as_the_half_day_of_now(self, lyg):
        zone = ZoneFactory(terminal=lyg)
        book(zone, 400, MAY_4, MAY_4 + timedelta(hours=12))
        book(zone, 100, MAY_4 + timedelta(hours=12), MAY_4 + timedelta(hours=24))
        assert read(lyg, M.WAREHOUSE_M2) == (400, 1000)

    def test_a_draft_does_not_queue_at_customs(self, lyg):
        submitted(terminal=lyg)
        drafted(terminal=lyg)
        assert read(lyg, M.CUSTOMS_QUEUE, capacity=50) == (1, 50)

    def test_the_oldest_question_that_customs_has_not_answered_is_counted_in_hours(self, lyg):
        assert read(lyg, M.CUSTOMS_ANSWER, capacity=24) == (0, 24)
        Rule.objects.all().delete()
        answered, waiting, gone = (submitted(terminal=lyg) for _ in range(3))
        ages = {answered: ("answered", 90), waiting: ("awaited", 30), gone: ("awaited", 60)}
        for declaration, (state, hours) in ages.items():
            asked = MONDAY_TEN - timedelta(hours=hours)
            Question.objects.filter(reference=declaration.number).update(state=state, asked_at=asked)
        gone.visits.update(state="departed", position="gone", departed_at=MONDAY_TEN)
        assert read(lyg, M.CUSTOMS_ANSWER, capacity=24) == (30, 24)

    def test_a_site_without_tracks_gives_no_data_rather_than_zero_percent(self, lyg):
        assert read(lyg, M.TRAIN_PLACES) is None


@pytest.mark.django_db
class TestWhatHelps:
    def test_against_silence_the_declaration_its_office_and_its_box_are_named(self, lyg):
        declaration = submitted(terminal=lyg)
        (table,) = selectors.what_helps(RuleFactory(terminal=lyg, metric=M.CUSTOMS_ANSWER, capacity=24), MONDAY_TEN)
        (row,) = table.rows
        assert row[:3] == (declaration.number, declaration.office.name, str(declaration.visits.get().container.number))

    def test_the_yard_names_the_oldest_boxes_and_the_trains_that_are_to_leave(self, lyg):
        train = CallFactory(terminal=lyg, number="X9014", scheduled_departure_at=MONDAY_TEN + timedelta(hours=2))
        old = VisitFactory(terminal=lyg, active=True, arrived_at=MONDAY_TEN - timedelta(days=9), departure_call=train)
        VisitFactory(terminal=lyg, active=True, arrived_at=MONDAY_TEN - timedelta(days=2))
        oldest, trains = selectors.what_helps(RuleFactory(terminal=lyg), MONDAY_TEN)
        assert oldest.rows[0] == (old.container.number, 1, 9.0, "X9014")
        assert oldest.sides == ["left", "right", "right", "left"]
        assert oldest.rows[1][3] == "nothing planned"
        assert trains.rows == [("X9014", train.scheduled_departure_at, "scheduled", 1)]

    def test_every_figure_has_something_to_point_at(self, lyg, tracks):
        stand(tracks[0], "X9014", (0, 800))
        book(ZoneFactory(terminal=lyg), 400)
        submitted(terminal=lyg)
        VisitFactory(terminal=lyg, active=True)
        CallFactory(terminal=lyg, scheduled_departure_at=MONDAY_TEN)
        for metric in M.values:
            assert selectors.what_helps(RuleFactory(terminal=lyg, metric=metric), MONDAY_TEN), metric


def test_a_rule_as_it_is_born_has_the_houses_lines():
    born = Rule()
    born.clean_fields(exclude=["terminal", "metric"])
    assert born.thresholds == Thresholds()
