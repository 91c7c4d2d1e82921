"""What a train is to take: drawn up, changed by hand, approved, and loaded as planned."""

import pytest

from apps.common.steps import ChangedMeanwhile
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.trains import services
from apps.trains.consist import Consist, ConsistWagon
from apps.trains.models import BookedSlot, LoadPlan, SlotBooking, Wagon, WagonLoad
from apps.trains.selectors.loading import could_go
from apps.trains.services import loading
from apps.trains.services.loading import drawing
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.identifiers import WagonScheme
from terminal.lifecycle import Phase, StepNotAllowed
from terminal.readiness import NotReady
from terminal.throughput import site_day
from terminal.trainload import NoPair, PlaceTaken, Reason, WagonTooHeavy
from tests.factories.calls import CallFactory
from tests.factories.containers import HoldFactory, ReferenceFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, UserFactory
from tests.factories.trains import WagonFactory
from tests.factories.yard import BlockFactory
from tests.trains.loading import BY, HOUR, NOW, SECONDS, a_box, a_train, numbers, planned, service


@pytest.fixture
def train(lyg):
    return a_train(lyg)


def draw_up(train):
    return loading.draw_up_plan(train, seconds=SECONDS, by=BY, at=NOW)


def booked(train, visit, state="confirmed"):
    booking = SlotBooking.objects.create(
        train=train, number=f"S{visit.pk}", party=PartyFactory(), destination=visit.destination, teu=2, boxes=1,
        state=state, booked_at=NOW, booked_by="test",
    )  # fmt: skip
    return BookedSlot.objects.create(booking=booking, visit=visit)


def edit(plan, *edits):
    return loading.change_plan(plan, [loading.Edit(*each) for each in edits], by=BY, at=NOW)


def again(visit):
    """The visit as it is now."""
    return Visit.objects.get(pk=visit.pk)


class TestWhatCouldGo:
    def test_boxes_planned_on_the_train_and_unplanned_ones_along_its_route_go(self, lyg, train):
        mine, free = a_box(lyg, departure_call=train.call), a_box(lyg, destination="UZTAS")
        a_box(lyg, destination="DEDUI")
        a_box(lyg, departure_call=CallFactory(terminal=lyg))
        a_box(lyg, direction="inbound")
        a_box(TerminalFactory(khorgos=True))
        assert set(could_go(train, NOW).boxes) == {mine.pk, free.pk}
        assert planned(draw_up(train)).keys() == numbers(mine, free)

    def test_a_box_that_is_held_or_not_allowed_is_left_out_and_shown_with_what_it_waits_for(self, lyg, train):
        held, waiting = a_box(lyg), a_box(lyg, allowed=False)
        HoldFactory(visit=held)
        assert planned(draw_up(train)) == {}
        told = {each.visit.pk: [stop.code for stop in each.stops] for each in could_go(train, NOW).waiting}
        assert told == {held.pk: ["hold"], waiting.pk: ["permission-rule-unknown"]}

    def test_a_box_to_come_goes_when_it_is_expected_before_the_cut_off(self, lyg):
        train = a_train(lyg, call__cut_off_at=NOW + 2 * HOUR)
        early, late = (
            a_box(lyg, in_yard=False, arrived_at=None, arrival_call=CallFactory(terminal=lyg, scheduled_arrival_at=at))
            for at in (NOW + HOUR, NOW + 3 * HOUR)
        )
        nobody_knows = a_box(lyg, in_yard=False, arrived_at=None)
        plan = draw_up(train)
        assert planned(plan).keys() == numbers(early)
        assert [(each.visit, each.reason) for each in plan.left_behind.all()] == [(late, Reason.CUT_OFF)]
        assert [each.visit for each in could_go(train, NOW).waiting] == [nobody_knows]

    def test_booked_boxes_go_first_and_those_booked_elsewhere_not_at_all(self, lyg):
        train, other = a_train(lyg, wagons=1), a_train(lyg)
        first, second, elsewhere = a_box(lyg), a_box(lyg, "L5G1"), a_box(lyg)
        booked(train, first)
        booked(other, elsewhere)
        plan = draw_up(train)
        assert planned(plan).keys() == numbers(first)
        assert {each.visit: each.reason for each in plan.left_behind.all()} == {second: Reason.NO_WAGON}

    def test_of_two_equal_boxes_the_one_with_nothing_on_top_goes(self, lyg):
        BlockFactory(terminal=lyg)
        train = a_train(lyg, wagons=1)
        a_box(lyg, at=(1, 1, 1))
        top = a_box(lyg, at=(1, 1, 2), destination="DEDUI")
        open_one = a_box(lyg, at=(3, 1, 1))
        plan = draw_up(train)
        assert (planned(plan).keys(), plan.dug) == (numbers(open_one), 0)
        type(open_one).objects.filter(pk=open_one.pk).update(destination="DEDUI")
        assert draw_up(train).dug == 1
        assert top.container.number not in planned(draw_up(train))

    def test_wagons_that_were_set_out_take_nothing(self, lyg, train):
        Wagon.objects.filter(train=train, sequence=1).update(set_out_at=NOW)
        a_box(lyg)
        a_box(lyg)
        assert [each.wagon.sequence for each in draw_up(train).loads.all()] == [2]

    def test_a_quota_of_the_service_holds(self, lyg, train):
        service(lyg).quotas.create(destination="KZALA", teu=2)
        one, other = a_box(lyg), a_box(lyg)
        plan = draw_up(train)
        assert planned(plan).keys() | numbers(*(each.visit for each in plan.left_behind.all())) == numbers(one, other)
        assert [each.reason for each in plan.left_behind.all()] == [Reason.QUOTA]


class TestDrawnUp:
    def test_a_plan_says_what_it_reaches_and_what_it_could_at_most(self, lyg, train):
        a_box(lyg)
        plan = draw_up(train)
        assert plan.worth == plan.bound == 2
        entry = Entry.objects.get(kind="load-plan-drawn-up")
        assert (entry.payload["boxes"], entry.payload["left_behind"]) == (1, 0)

    def test_a_new_draft_takes_the_place_of_the_earlier_one(self, lyg, train):
        earlier = draw_up(train)
        later = draw_up(train)
        earlier.refresh_from_db()
        assert (earlier.state, later.state) == ("replaced", "draft")

    def test_what_is_loaded_and_what_staff_put_by_hand_stays_where_it_is(self, lyg):
        train = a_train(lyg, wagons=3)
        aboard, hand, free = (a_box(lyg, departure_call=train.call) for _ in range(3))
        services.load(train, [aboard], by=BY, at=NOW)
        plan = draw_up(train)
        third = Wagon.objects.get(train=train, sequence=3)
        other = next(each.visit for each in plan.loads.all() if each.wagon_id != third.pk and each.visit != aboard)
        edit(plan, (next(e.visit for e in plan.loads.all() if e.wagon_id == third.pk),), (other, third))
        again = planned(draw_up(train))
        assert again[aboard.container.number] == (1, 1)
        assert again[other.container.number] == (3, 1)
        assert again.keys() == numbers(aboard, hand, free)

    def test_a_train_without_wagons_or_one_that_has_left_takes_nothing(self, lyg):
        with pytest.raises(loading.NoWagonsYet):
            draw_up(a_train(lyg, wagons=0))
        gone = a_train(lyg, call__phase=Phase.DEPARTED.value, call__departed_at=NOW)
        with pytest.raises(loading.NothingMoreToPlan):
            draw_up(gone)

    def test_a_wagon_that_went_during_the_search_undoes_the_plan(self, lyg, train, monkeypatch):
        a_box(lyg)
        search = drawing.plan_loads

        def slow(*asked, **more):
            found = search(*asked, **more)
            Wagon.objects.filter(train=train).update(set_out_at=NOW)
            return found

        monkeypatch.setattr(drawing, "plan_loads", slow)
        with pytest.raises(ChangedMeanwhile):
            draw_up(train)
        assert not LoadPlan.objects.exists()

    def test_a_person_without_the_right_draws_up_and_approves_nothing(self, train):
        nobody = Actor.person(UserFactory())
        plan = draw_up(train)
        with pytest.raises(NotYours):
            loading.draw_up_plan(train, seconds=SECONDS, by=nobody, at=NOW)
        with pytest.raises(NotYours):
            loading.change_plan(plan, [], by=nobody, at=NOW)
        with pytest.raises(NotYours):
            loading.approve_plan(plan, by=nobody, at=NOW)

    def test_a_day_plans_a_box_where_all_trains_together_gain_and_keeps_promises(self, lyg):
        almaty = a_train(lyg, wagons=1, service=None)
        almaty.service = service(lyg)
        almaty.save()
        far = type(almaty.service).objects.create(terminal=lyg, code="X9016", name="T", route=["CNLYG", "UZTAS"])
        tashkent = a_train(lyg, wagons=1, service=far)
        promised, free = a_box(lyg, departure_call=almaty.call), a_box(lyg, destination="UZTAS")
        day = site_day(almaty.call.scheduled_departure_at, lyg.zone)
        plans = {each.train_id: planned(each).keys() for each in
                 loading.draw_up_day(lyg, day, seconds=SECONDS, by=BY, at=NOW)}  # fmt: skip
        assert plans == {almaty.pk: numbers(promised), tashkent.pk: numbers(free)}

    def test_a_box_planned_on_a_train_that_cannot_carry_it_goes_with_no_other_of_the_day(self, lyg):
        weak, strong = a_train(lyg, wagons=1), a_train(lyg, wagons=1)
        weak.wagons.update(tare_kg=60_000)
        a_box(lyg, departure_call=weak.call)
        day = site_day(weak.call.scheduled_departure_at, lyg.zone)
        plans = loading.draw_up_day(lyg, day, seconds=SECONDS, by=BY, at=NOW)
        assert {each.train for each in plans} == {weak, strong}
        assert [planned(each) for each in plans] == [{}, {}]


class TestWhatBecomesOfIt:
    def test_a_box_that_is_here_under_another_number_keeps_its_place(self, lyg, train):
        advised, came = a_box(lyg, departure_call=train.call), a_box(lyg, direction="inbound")
        plan = draw_up(train)
        place = planned(plan)[advised.container.number]
        self.join(advised, came)
        load = plan.loads.get()
        assert (load.visit, load.wagon.sequence, load.place) == (came, *place)

    def test_a_plan_that_has_a_box_under_both_numbers_keeps_it_once(self, lyg, train):
        advised, came = a_box(lyg, departure_call=train.call), a_box(lyg)
        plan = draw_up(train)
        assert plan.loads.count() == 2
        self.join(advised, came)
        assert plan.loads.get().visit == came

    def join(self, advised, came):
        Visit.objects.filter(pk=advised.pk).update(state="advised", position="inbound", arrived_at=None)
        for visit in (advised, came):
            ReferenceFactory(visit=visit, value="BK-17")
        containers.join_number(came, advised.container.number, reason="misread", by=BY, at=NOW)

    def test_papers_that_come_again_take_no_wagon_from_an_approved_plan(self, lyg, train):
        a_box(lyg)
        plan = draw_up(train)
        wanted = plan.loads.get().wagon
        loading.approve_plan(plan, by=BY, at=NOW)
        papers = Consist([ConsistWagon(1, WagonScheme.CN7, "5279999", "X70", 22_000, None)])
        services.receive_consist(train, papers, by=BY, at=NOW)
        assert plan.loads.get().wagon == wanted
        assert set(train.wagons.values_list("number", flat=True)) == {"5279999", wanted.number}


class TestByHand:
    def test_a_box_is_moved_and_taken_off(self, lyg, train):
        visit = a_box(lyg)
        plan = draw_up(train)
        second = Wagon.objects.get(train=train, sequence=2)
        edit(plan, (visit, second))
        assert planned(plan) == {visit.container.number: (2, 1)}
        assert plan.loads.get().by_hand
        edit(plan, (visit,))
        assert planned(plan) == {}
        assert Entry.objects.filter(kind="load-plan-changed").count() == 2

    def test_an_edit_that_brings_a_fault_in_is_refused_whole(self, lyg, train):
        long, short = a_box(lyg), a_box(lyg, "22G1", destination="UZTAS")
        plan = draw_up(train)
        before = planned(plan)
        first, second = Wagon.objects.filter(train=train)
        for bad, fault in [
            ([(long, second), (short, first)], NoPair),
            ([(short, Wagon.objects.get(pk=plan.loads.get().wagon_id), 1)], PlaceTaken),
        ]:
            with pytest.raises(fault):
                edit(plan, *bad)
            assert planned(plan) == before

    def test_a_fault_that_was_there_before_does_not_forbid_an_edit_but_may_not_grow(self, lyg):
        train = a_train(lyg, wagons=3)
        pair = [a_box(lyg, "22G1", gross_kg=23_000) for _ in range(2)]
        plan = draw_up(train)
        heavy = plan.loads.first().wagon
        Wagon.objects.filter(pk=heavy.pk).update(tare_kg=30_000)
        free = Wagon.objects.filter(train=train).exclude(pk=heavy.pk).first()
        other = a_box(lyg)
        edit(plan, (other, free))
        Visit.objects.filter(pk=pair[0].pk).update(gross_kg=21_000)
        heavier = [a_box(lyg, "22G1", gross_kg=23_500) for _ in range(2)]
        with pytest.raises(WagonTooHeavy):
            edit(plan, *((each,) for each in pair), *((v, heavy, n) for n, v in enumerate(heavier, 1)))

    def test_what_cannot_go_is_not_put_on_by_hand(self, lyg, train):
        plan = draw_up(train)
        first = Wagon.objects.filter(train=train).first()
        held = a_box(lyg)
        HoldFactory(visit=held)
        with pytest.raises(NotReady):
            edit(plan, (held, first))
        with pytest.raises(loading.NotForThisTrain):
            edit(plan, (a_box(lyg, departure_call=CallFactory(terminal=lyg)), first))
        with pytest.raises(loading.WagonOfAnother):
            edit(plan, (a_box(lyg), WagonFactory(train=a_train(lyg, wagons=0))))
        with pytest.raises(loading.NotOnThePlan):
            edit(plan, (a_box(lyg),))

    def test_what_is_loaded_is_not_moved_by_a_plan(self, lyg, train):
        aboard = a_box(lyg, departure_call=train.call)
        services.load(train, [aboard], by=BY, at=NOW)
        plan = draw_up(train)
        with pytest.raises(loading.LoadedAlready):
            edit(plan, (aboard,))

    def test_a_replaced_plan_is_not_changed(self, train):
        plan = draw_up(train)
        draw_up(train)
        with pytest.raises(loading.PlanIsReplaced):
            edit(plan)
        with pytest.raises(loading.PlanIsReplaced):
            loading.approve_plan(plan, by=BY, at=NOW)


class TestApproved:
    @pytest.fixture
    def boxes(self, lyg):
        BlockFactory(terminal=lyg)
        return [a_box(lyg, at=(bay, 1, 1)) for bay in (1, 3)]

    def test_its_boxes_leave_by_the_train_and_are_asked_for(self, train, boxes):
        plan = loading.approve_plan(draw_up(train), by=BY, at=NOW)
        assert (plan.state, plan.approved_by) == ("approved", BY.label)
        assert set(Visit.objects.filter(departure_call=train.call)) == set(boxes)
        orders = WorkOrder.objects.filter(kind="load", call=train.call, state="planned")
        assert {order.visit for order in orders} == set(boxes)
        assert Entry.objects.get(kind="load-plan-approved").payload["boxes"] == 2
        with pytest.raises(StepNotAllowed):
            loading.approve_plan(plan, by=BY, at=NOW)

    def test_a_box_held_or_planned_elsewhere_since_is_named_and_nothing_is_done(self, lyg, train, boxes):
        plan = draw_up(train)
        HoldFactory(visit=boxes[0])
        Visit.objects.filter(pk=boxes[1].pk).update(departure_call=CallFactory(terminal=lyg))
        with pytest.raises(loading.PlanOvertaken) as refused:
            loading.approve_plan(plan, by=BY, at=NOW)
        for each in boxes:
            assert each.container.number in str(refused.value)
        assert [each["code"] for each in refused.value.facts["blockers"]] == ["hold"]
        plan.refresh_from_db()
        assert plan.state == "draft"
        assert not WorkOrder.objects.exists()

    def test_a_plan_whose_rules_are_not_kept_any_more_is_refused(self, train, boxes):
        plan = draw_up(train)
        Visit.objects.filter(pk=boxes[0].pk).update(gross_kg=25_001)
        with pytest.raises(Exception, match="weighs 25001 kg"):
            loading.approve_plan(plan, by=BY, at=NOW)

    def test_a_second_approved_plan_replaces_the_first_and_calls_off_what_it_drops(self, train, boxes):
        first = loading.approve_plan(draw_up(train), by=BY, at=NOW)
        second = draw_up(train)
        edit(second, (boxes[0],))
        loading.approve_plan(second, by=BY, at=NOW)
        first.refresh_from_db()
        assert first.state == "replaced"
        assert dict(WorkOrder.objects.values_list("visit", "state")) == {
            boxes[0].pk: "cancelled", boxes[1].pk: "planned",
        }  # fmt: skip

    def test_of_an_approved_plan_boxes_are_taken_off_with_their_orders_but_none_is_added(self, lyg, train, boxes):
        plan = loading.approve_plan(draw_up(train), by=BY, at=NOW)
        edit(plan, (boxes[0],))
        assert WorkOrder.objects.get(visit=boxes[0]).state == "cancelled"
        with pytest.raises(loading.PlanIsApproved):
            edit(plan, (a_box(lyg), Wagon.objects.filter(train=train).first()))

    def test_a_box_is_loaded_where_the_plan_has_it_and_another_not_on_its_place(self, lyg, train, boxes):
        plan = draw_up(train)
        first, second = Wagon.objects.filter(train=train)
        edit(plan, (boxes[0],), (boxes[1],), (boxes[0], second))
        loading.approve_plan(plan, by=BY, at=NOW)
        other = a_box(lyg, departure_call=train.call)
        services.load(train, [again(boxes[0])], by=BY, at=NOW)
        services.load(train, [other], by=BY, at=NOW)
        assert dict(WagonLoad.objects.values_list("visit", "wagon")) == {boxes[0].pk: second.pk, other.pk: first.pk}

    def test_a_box_on_no_plan_takes_a_planned_place_last(self, lyg, train, boxes):
        plan = draw_up(train)
        first, second = Wagon.objects.filter(train=train)
        edit(plan, (boxes[0],), (boxes[1],), (boxes[0], first))
        loading.approve_plan(plan, by=BY, at=NOW)
        others = [a_box(lyg, departure_call=train.call) for _ in range(2)]
        for each in others:
            services.load(train, [each], by=BY, at=NOW)
        assert [load.wagon_id for load in WagonLoad.objects.order_by("pk")] == [second.pk, first.pk]
        with pytest.raises(services.NoWagonPlace):
            services.load(train, [again(boxes[0])], by=BY, at=NOW)

    def test_a_confirmed_order_stands_where_the_plan_has_it(self, train, boxes):
        plan = draw_up(train)
        second = Wagon.objects.get(train=train, sequence=2)
        edit(plan, (boxes[1],), (boxes[0],), (boxes[1], second))
        loading.approve_plan(plan, by=BY, at=NOW)
        [order] = WorkOrder.objects.filter(visit=boxes[1])
        yard.confirm(yard.hand_out(order, equipment=None, by=BY, at=NOW), by=BY, at=NOW)
        assert WagonLoad.objects.get().wagon == second
