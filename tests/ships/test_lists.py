"""A ship's lists: taken in whole or not at all, and taken in again by their difference."""

import pytest

from apps.common.sheets import SheetRefused
from apps.containers.models import Hazard, Seal, Temperature, Visit, VisitRole, Weight
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.ships import services as ships
from apps.ships.models import StowageLine
from apps.ships.selectors import differences, load_troubles, wishes
from apps.ships.stowage import read_stowage_list
from apps.trains.models import TrainService
from apps.yard.models import WorkOrder
from terminal.events import EventKind
from terminal.identifiers import WrongCheckDigit
from terminal.lifecycle import LineState, OrderState, VisitState
from terminal.stowage import StowageList, Trouble
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import ContainerFactory, ReferenceFactory, VisitFactory, VisitRoleFactory
from tests.factories.containers import container_number as box
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.ships import ShipCallFactory, StowageLineFactory, stowage_sheet
from tests.factories.trains import TrainVisitFactory

pytestmark = pytest.mark.django_db
BY, AT = Actor.itself("test"), MARCH_14
DISCHARGE, LOAD = StowageList


def take_in(ship, which, *numbers, by=BY, at=AT, **said):
    return ships.receive_list(ship, which, read_stowage_list(stowage_sheet(*numbers, **said)), by=by, at=at)


def trouble_of(ship, at=AT):
    return [wish.trouble for wish in wishes(ship, at)]


def test_a_ship_is_announced_with_its_number_checked(lyg):
    facts = {"terminal": lyg, "name": "Haizhou Bay", "voyage_in": "041W", "scheduled_arrival_at": AT,
             "scheduled_departure_at": AT, "by": BY, "at": AT}  # fmt: skip
    ship = ships.announce_ship(**facts, imo="IMO 9074729")
    assert (ship.imo, ship.call.mode, ship.call.number, ship.call.phase) == ("9074729", "sea", "041W", "announced")
    with pytest.raises(WrongCheckDigit):
        ships.announce_ship(**facts, imo="9074728")
    with pytest.raises(ships.ShipWithoutImoNumber):
        ships.announce_ship(**facts)
    assert ships.announce_ship(**facts, mode="barge").imo == ""


def test_a_train_is_no_ship(lyg):
    with pytest.raises(ships.NotByWater):
        ships.enter_ship(CallFactory(), name="Haizhou Bay", imo="9074729", by=BY)


def test_an_announced_box_keeps_its_visit_and_an_unannounced_one_is_flagged(lyg):
    ship = ShipCallFactory()
    announced = VisitFactory(container=ContainerFactory(number=box(1)), arrival_call=ship.call)
    take_in(ship, DISCHARGE, box(1), box(2))
    lines = {line.number: line.visit for line in StowageLine.objects.select_related("visit")}
    assert lines[box(1)] == announced
    assert not lines[box(1)].unannounced
    stranger = lines[box(2)]
    assert (stranger.unannounced, stranger.state, stranger.arrival_call) == (True, VisitState.ADVISED, ship.call)
    assert list(stranger.roles.values_list("party__code", "role")) == [("yellow-sea-line", "line")]


def test_a_box_is_found_by_its_bill_of_lading(lyg):
    ship = ShipCallFactory()
    visit = VisitFactory(container=ContainerFactory(number=box(1)))
    ReferenceFactory(visit=visit, kind="bill_of_lading", value="YSL-0042")
    take_in(ship, DISCHARGE, box(1), bill_of_lading="YSL-0042")
    assert StowageLine.objects.get().visit == visit


@pytest.mark.parametrize(
    ("said", "goods"),
    [
        ({"un_number": "1203", "imdg_class": "3"}, "dangerous_goods"),
        ({"size_type": "45R1", "celsius": "-18"}, "reefer"),
        ({"laden": "no"}, "empty"),
        ({}, "standard"),
    ],
)
def test_a_box_known_from_a_list_alone_is_what_the_list_says_it_carries(lyg, said, goods):
    take_in(ShipCallFactory(), DISCHARGE, box(1), **said)
    assert StowageLine.objects.get().visit.goods == goods


def test_what_a_list_says_of_a_box_is_noted_with_its_visit_once(lyg, django_assert_max_num_queries):
    ship = ShipCallFactory()
    said = {
        "size_type": "45R1", "vgm_kg": 20500, "vgm_method": 2, "vgm_by": "Altyn Metals", "seals": "YSL777",
        "un_number": "1203", "imdg_class": "3", "celsius": "-18",
    }  # fmt: skip
    take_in(ship, DISCHARGE, box(1), **said)
    take_in(ship, DISCHARGE, box(1), **said | {"stow": "001-02-82"})
    assert [weight.gross_kg for weight in Weight.objects.filter(how="vgm_method_2")] == [20500]
    assert [model.objects.count() for model in (Seal, Hazard, Temperature)] == [1, 1, 1]
    visit = Visit.objects.get()
    assert (visit.gross_kg, visit.goods) == (20500, "dangerous_goods")


def test_a_list_with_a_fault_leaves_nothing(lyg):
    ship = ShipCallFactory()
    with pytest.raises(SheetRefused):
        take_in(ship, DISCHARGE, box(1), "MSKU1234567")
    with pytest.raises(SheetRefused) as refused:
        take_in(ship, DISCHARGE, box(1), onward="X0000")
    assert [(fault.line, fault.column) for fault in refused.value.faults] == [(2, "onward")]
    assert not Visit.objects.exists()
    assert not StowageLine.objects.exists()


def test_a_box_goes_on_by_the_train_the_list_names(lyg):
    ship, train = ShipCallFactory(), TrainVisitFactory()
    TrainService.objects.create(terminal=lyg, code="X9016", name="Tashkent")
    take_in(ship, DISCHARGE, box(1), onward=train.call.number)
    assert StowageLine.objects.get().onward_call == train.call
    assert Visit.objects.get().departure_call == train.call
    for word in ("truck", "x9016"):
        take_in(ship, DISCHARGE, box(1), onward=word)
        assert StowageLine.objects.get().onward_call is None


def test_a_train_that_has_left_takes_nothing_on(lyg):
    gone = TrainVisitFactory(call__phase="departed", call__arrived_at=AT, call__departed_at=AT)
    with pytest.raises(SheetRefused):
        take_in(ShipCallFactory(), DISCHARGE, box(1), onward=gone.call.number)


def test_a_list_received_again_changes_only_what_differs(lyg):
    ship = ShipCallFactory()
    take_in(ship, DISCHARGE, box(1), box(2))
    kept = StowageLine.objects.get(number=box(1))
    told = read_stowage_list(stowage_sheet(box(1), box(3)) + b"\n")
    found = differences(ship, DISCHARGE, told)
    assert ([each.number for each in found.new], [each.number for each in found.dropped], found.same) == (
        [box(3)], [box(2)], 1,
    )  # fmt: skip
    ships.receive_list(ship, DISCHARGE, told, by=BY, at=AT)
    assert StowageLine.objects.get(number=box(1)).version == kept.version
    assert not StowageLine.objects.filter(number=box(2)).exists()
    assert Visit.objects.get(container__number=box(2)).state == VisitState.CANCELLED
    entry = Entry.objects.filter(kind=EventKind.STOWAGE_LIST_RECEIVED.value).latest("pk")
    assert {name: entry.payload[name] for name in ("new_lines", "changed_lines", "dropped_lines")} == {
        "new_lines": 1, "changed_lines": 0, "dropped_lines": 1,
    }  # fmt: skip


def test_a_changed_line_keeps_its_visit_and_its_order(lyg):
    ship = ShipCallFactory(working=True)
    take_in(ship, DISCHARGE, box(1))
    [order] = ships.plan_discharge(ship, by=BY, at=AT)
    found = take_in(ship, DISCHARGE, box(1), gross_kg=21000, stow="001-02-82")
    assert found.changed[0].values == {"gross_kg": (20000, 21000), "stow": ("", "001-02-82")}
    order.refresh_from_db()
    assert order.state == OrderState.PLANNED
    line = StowageLine.objects.get()
    assert (line.gross_kg, line.stow, line.visit_id) == (21000, "001-02-82", order.visit_id)


def test_a_box_that_was_announced_stays_so_when_the_list_drops_it_and_its_order_is_called_off(lyg):
    ship = ShipCallFactory(working=True)
    visit = VisitFactory(container=ContainerFactory(number=box(1)), arrival_call=ship.call)
    take_in(ship, DISCHARGE, box(1))
    ships.plan_discharge(ship, by=BY, at=AT)
    take_in(ship, DISCHARGE, box(2))
    visit.refresh_from_db()
    assert visit.state == VisitState.ADVISED
    assert WorkOrder.objects.get(visit=visit).state == OrderState.CANCELLED


def test_a_box_that_is_being_moved_is_not_dropped(lyg):
    ship = ShipCallFactory(working=True)
    take_in(ship, DISCHARGE, box(1))
    WorkOrder.objects.filter(pk=ships.plan_discharge(ship, by=BY, at=AT)[0].pk).update(state="dispatched")
    with pytest.raises(ships.LineInHand):
        take_in(ship, DISCHARGE, box(2))
    assert StowageLine.objects.get().number == box(1)


def test_a_worked_line_is_changed_by_no_list(lyg):
    ship = ShipCallFactory()
    done = StowageLineFactory(ship=ship, state=LineState.DONE.value, done_at=AT)
    given_up = StowageLineFactory(ship=ship, state=LineState.CANCELLED.value, reason="hatch stuck")
    found = take_in(ship, DISCHARGE, done.number, box(9))
    assert found.kept == [done, given_up]
    assert StowageLine.objects.get(pk=done.pk).size_type == done.size_type
    assert StowageLine.objects.filter(pk=given_up.pk).exists()


def test_a_ship_that_has_left_takes_no_list(lyg):
    ship = ShipCallFactory(call__phase="departed", call__arrived_at=AT, call__departed_at=AT)
    with pytest.raises(Exception, match="cannot become"):
        take_in(ship, DISCHARGE, box(1))


def test_who_has_not_the_right_gives_no_list(lyg):
    person = Actor.person(staff("ships.view_shipcall", "calls.change_call", username="clerk"))
    with pytest.raises(NotYours):
        take_in(ShipCallFactory(), DISCHARGE, box(1), by=person)


def test_who_has_the_right_for_ships_needs_none_for_what_follows(lyg):
    person = Actor.person(staff("ships.change_shipcall", username="planner"))
    take_in(ShipCallFactory(), DISCHARGE, box(1), by=person, seals="YSL777")
    assert Entry.objects.filter(actor="user:planner", kind=EventKind.VISIT_ADVISED.value).exists()


def test_a_listed_box_is_planned_to_leave_by_the_ship(lyg):
    ship = ShipCallFactory()
    here = VisitFactory(container=ContainerFactory(number=box(1)), in_yard=True)
    coming = VisitFactory(container=ContainerFactory(number=box(2)))
    take_in(ship, LOAD, box(1), box(2))
    for visit in (here, coming):
        visit.refresh_from_db()
        assert visit.departure_call == ship.call
    assert trouble_of(ship) == [None, None]


def test_lines_that_cannot_be_planned_say_why(lyg):
    ship = ShipCallFactory(call__cut_off_at=AT)
    late = MARCH_14.replace(hour=5)
    numbers = [box(n) for n in (1, 2, 3, 4)]
    visits = [VisitFactory(container=ContainerFactory(number=number), in_yard=True) for number in numbers[1:]]
    VisitRoleFactory(visit=visits[0], party=PartyFactory(code="other-line", kind="line"), role=VisitRole.Role.LINE)
    Visit.objects.filter(pk=visits[1].pk).update(departure_call=CallFactory(ship=True))
    Visit.objects.filter(pk=visits[2].pk).update(arrived_at=late)
    take_in(ship, LOAD, *numbers, at=late)
    assert trouble_of(ship, late) == [
        Trouble.NO_SUCH_BOX, Trouble.ANOTHER_LINE, Trouble.PLANNED_ELSEWHERE, Trouble.PAST_CUT_OFF,
    ]  # fmt: skip
    assert not Visit.objects.filter(departure_call=ship.call).exists()
    told = load_troubles(ship, late)
    assert [each.code for each in told] == ["no_such_box", "another_line", "planned_elsewhere", "past_cut_off"]
    assert all(each.remedy for each in told)


def test_a_call_that_is_over_or_has_given_the_box_up_keeps_it_from_no_ship(lyg):
    ship, other = ShipCallFactory(), ShipCallFactory()
    left = CallFactory(ship=True, phase="cancelled")
    VisitFactory(container=ContainerFactory(number=box(1)), in_yard=True, departure_call=left)
    shut_out = StowageLineFactory(ship=other, to_load=True)
    ships.cancel_lines([shut_out], reason="no room", by=BY, at=AT)
    take_in(ship, LOAD, box(1), shut_out.number)
    assert trouble_of(ship) == [None, None]
    assert Visit.objects.filter(departure_call=ship.call).count() == 2


def test_an_unknown_box_is_planned_once_it_is_announced(lyg):
    ship = ShipCallFactory(working=True)
    take_in(ship, LOAD, box(1))
    assert trouble_of(ship) == [Trouble.NO_SUCH_BOX]
    visit = VisitFactory(container=ContainerFactory(number=box(1)))
    with pytest.raises(ships.NothingToPlan):
        ships.plan_load(ship, by=BY, at=AT)
    take_in(ship, LOAD, box(1))
    visit.refresh_from_db()
    assert visit.departure_call == ship.call


def test_a_box_at_another_terminal_is_no_such_box(lyg):
    VisitFactory(container=ContainerFactory(number=box(1)), terminal=TerminalFactory(khorgos=True), in_yard=True)
    ship = ShipCallFactory()
    take_in(ship, LOAD, box(1))
    assert trouble_of(ship) == [Trouble.NO_SUCH_BOX]


@pytest.mark.parametrize(("which", "most"), [(DISCHARGE, 45), (LOAD, 45 + 30)])
def test_a_long_list_asks_no_more_questions_than_a_short_one(lyg, django_assert_max_num_queries, which, most):
    """To plan a box onto a ship is one UPDATE a box."""
    ship = ShipCallFactory()
    numbers = [box(n) for n in range(30)]
    for number in numbers:
        VisitFactory(container=ContainerFactory(number=number), in_yard=which is LOAD, departure_call=None)
    told = read_stowage_list(stowage_sheet(*numbers))
    with django_assert_max_num_queries(most):
        ships.receive_list(ship, which, told, by=BY, at=AT)
