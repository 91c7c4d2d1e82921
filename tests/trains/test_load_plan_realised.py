"""Planned against realised, the progress of each wagon, and trains that will be late."""

from datetime import timedelta

import pytest

from apps.trains import services
from apps.trains.models import Wagon, WagonLoad
from apps.trains.selectors.delays import late_trains
from apps.trains.selectors.realised import not_as_planned, progress
from apps.trains.services import loading
from apps.yard.models import WorkOrder
from terminal.delays import Cause, Measured
from terminal.lifecycle import Phase
from tests.factories.containers import VisitFactory
from tests.trains.loading import BY, HOUR, NOW, SECONDS, a_box, a_train, planned


@pytest.fixture
def train(lyg):
    return a_train(lyg, wagons=4, call__phase=Phase.IN_PROCESSING.value)


def approved(train):
    return loading.approve_plan(loading.draw_up_plan(train, seconds=SECONDS, by=BY, at=NOW), by=BY, at=NOW)


def came_with(train, count):
    for place in range(count):
        visit = VisitFactory(terminal=train.call.terminal, arrival_call=train.call)
        wagon = train.wagons.all()[place // 2]
        WagonLoad.objects.create(wagon=wagon, visit=visit, leg="arriving", place=place % 2 + 1)


def lifted(train, count, since):
    """Boxes discharged one after the other from ``since`` until now."""
    for turn in range(count):
        visit = VisitFactory(terminal=train.call.terminal)
        done_at = since + (NOW - since) * turn / count
        WorkOrder.objects.create(
            terminal=train.call.terminal, kind="discharge", visit=visit, call=train.call, state="done",
            planned_at=since, done_at=done_at,
        )  # fmt: skip


class TestRealised:
    def test_every_box_that_is_not_as_planned_is_named_wagon_by_wagon(self, lyg, train):
        as_planned, elsewhere, shifted, stays = (a_box(lyg, gross_kg=20_000 + n) for n in range(4))
        approved(train)
        on = {each.visit_id: each.wagon for each in train.plans.get().loads.all()}
        other = a_box(lyg, departure_call=train.call)
        for visit, wagon, place in [
            (as_planned, on[as_planned.pk], 1), (elsewhere, on[stays.pk], 1), (shifted, on[shifted.pk], 2),
            (other, on[elsewhere.pk], 1),
        ]:  # fmt: skip
            WagonLoad.objects.create(wagon=wagon, visit=visit, leg="departing", place=place, done_at=NOW)
        told = {each.visit_id: each.deviating.how for each in not_as_planned(train)}
        assert told == {
            elsewhere.pk: "other_wagon", shifted.pk: "other_place", stays.pk: "not_loaded", other.pk: "not_planned",
        }  # fmt: skip
        turns = [(each.deviating.planned or each.deviating.real).sequence for each in not_as_planned(train)]
        assert turns == sorted(turns)

    def test_a_train_loaded_as_planned_deviates_in_nothing(self, lyg, train):
        a_box(lyg, "22G1")
        a_box(lyg, "22G1")
        plan = approved(train)
        for each in plan.loads.all():
            each.visit.refresh_from_db()
            services.load(train, [each.visit], by=BY, at=NOW)
        assert len(planned(plan)) == 2
        assert not_as_planned(train) == []

    def test_without_an_approved_plan_nothing_deviates(self, lyg, train):
        services.load(train, [a_box(lyg, departure_call=train.call)], by=BY, at=NOW)
        assert not_as_planned(train) == []

    def test_progress_is_told_wagon_by_wagon(self, lyg, train):
        came_with(train, 3)
        WagonLoad.objects.filter(pk=WagonLoad.objects.first().pk).update(done_at=NOW)
        Wagon.objects.filter(train=train, sequence=4).update(set_out_at=NOW)
        a_box(lyg)
        approved(train)
        told = [(each.came, each.came_off, each.planned, each.loaded, each.left) for each in progress(train)]
        assert told == [(2, 1, 1, 0, 2), (1, 0, 0, 0, 1), (0, 0, 0, 0, 0)]


class TestDelay:
    def test_a_train_is_flagged_before_it_is_late_with_the_cause(self, lyg, train):
        type(train.call).objects.update(scheduled_departure_at=NOW + HOUR)
        came_with(train, 8)
        assert late_trains(lyg, NOW) == []
        lifted(train, 6, NOW - 2 * HOUR)
        [late] = late_trains(lyg, NOW)
        assert (late.train, late.delay.cause, late.delay.pace.measured) == (train, Cause.SLOW_WORK, Measured.TRAIN)
        assert late.delay.pace.lifts_per_hour == pytest.approx(3)
        assert late.delay.ready_at == NOW + timedelta(hours=8 / 3)

    def test_a_train_without_lifts_of_its_own_is_judged_by_the_others(self, lyg, train):
        type(train.call).objects.update(scheduled_departure_at=NOW + HOUR)
        came_with(train, 8)
        lifted(a_train(lyg, call__scheduled_departure_at=NOW + 9 * HOUR), 6, NOW - 2 * HOUR)
        [late] = late_trains(lyg, NOW)
        assert (late.delay.pace.measured, late.delay.lifts) == (Measured.TERMINAL, 8)

    def test_planned_boxes_count_until_they_are_loaded_and_lifts_of_long_ago_do_not(self, lyg, train):
        type(train.call).objects.update(scheduled_departure_at=NOW)
        lifted(train, 6, NOW - 2 * HOUR)
        WorkOrder.objects.update(done_at=NOW - 4 * HOUR)
        visit = a_box(lyg)
        approved(train)
        [late] = late_trains(lyg, NOW)
        assert (late.delay.lifts, late.delay.pace.measured) == (1, Measured.SITE)
        visit.refresh_from_db()
        services.load(train, [visit], by=BY, at=NOW)
        assert late_trains(lyg, NOW) == []

    def test_a_train_that_comes_after_its_time_is_late_and_one_next_week_is_not_looked_at(self, lyg):
        coming = {"call__phase": Phase.ANNOUNCED.value, "call__arrived_at": None}
        late = a_train(lyg, **coming, call__estimated_arrival_at=NOW + 9 * HOUR)
        a_train(lyg, **coming, call__scheduled_arrival_at=NOW + 170 * HOUR)
        assert [(each.train, each.delay.cause) for each in late_trains(lyg, NOW)] == [(late, Cause.COMES_LATE)]

    def test_many_trains_need_no_more_queries_than_few(self, lyg, django_assert_max_num_queries):
        for _ in range(5):
            a_train(lyg, call__scheduled_departure_at=NOW - HOUR)
        with django_assert_max_num_queries(6):
            assert len(late_trains(lyg, NOW)) == 5
