"""The operator's page: one order at a time, refusals told, a second tap harmless."""

import pytest
from django.utils import timezone

from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import Standing, WorkOrder
from terminal.events import EventKind
from terminal.work import Work
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.yard import BlockFactory, EquipmentFactory

BY = Actor.itself("test")
PHONE = "/admin/yard/workorder/phone/"


@pytest.fixture
def block(lyg):
    return BlockFactory(terminal=lyg, code="A")


@pytest.fixture
def machine(lyg):
    return EquipmentFactory(terminal=lyg, code="RS1")


@pytest.fixture
def operator(client, lyg):
    client.force_login(staff("yard.carry_out_workorder", username="liu"))
    return client


def asked_for(block, bay=1):
    """A shift of a box that stands in the block."""
    visit = VisitFactory(terminal=block.terminal, in_yard=True)
    yard.place(visit, block, bay, 1, 1, by=BY, at=timezone.now())
    return yard.plan_orders([yard.NewOrder(kind=Work.SHIFT, visit=visit)], by=BY, at=timezone.now())[0]


def tap(client, do, order=None, **said):
    """A button, as it was when the page was shown; the page it leads to."""
    seen = {"order": order.public_id, "version": order.version} if order else {}
    return client.post(PHONE, {"do": do, **seen, **said}, follow=True)


def told(page):
    return [str(message) for message in page.context["messages"]]


@pytest.fixture
def in_hand(operator, block, machine):
    """An order that the operator took."""
    asked_for(block)
    tap(operator, "machine", machine="RS1")
    tap(operator, "next")
    return WorkOrder.objects.get()


def test_the_machine_is_remembered_and_the_next_order_taken(operator, block, machine):
    order = asked_for(block)
    assert "RS1" in operator.get(PHONE).content.decode()
    tap(operator, "machine", machine="RS1")
    page = tap(operator, "next")
    order.refresh_from_db()
    assert (order.state, order.equipment, order.operator.username) == ("dispatched", machine, "liu")
    assert order.visit.container.number[:4] in page.content.decode()
    assert order.target in page.content.decode()


def test_two_taps_on_next_take_one_order(operator, block, machine):
    asked_for(block), asked_for(block, bay=2)
    tap(operator, "machine", machine="RS1")
    tap(operator, "next")
    page = tap(operator, "next")
    assert WorkOrder.objects.in_hand().count() == 1
    assert told(page) == []


def test_nothing_to_do_is_said(operator, machine):
    tap(operator, "machine", machine="RS1")
    assert told(tap(operator, "next")) == ["Nothing to do for RS1 now."]


def test_start_and_done_move_the_box(operator, in_hand):
    tap(operator, "start", in_hand)
    in_hand.refresh_from_db()
    tap(operator, "done", in_hand)
    in_hand.refresh_from_db()
    assert (in_hand.state, in_hand.done_by) == ("done", "user:liu")
    assert str(Standing.objects.get()) == in_hand.went_to


def test_two_taps_on_done_confirm_once_and_say_nothing(operator, in_hand):
    tap(operator, "done", in_hand)
    page = tap(operator, "done", in_hand)
    assert told(page) == []
    assert Entry.objects.filter(kind=EventKind.WORK_ORDER_DONE.value).count() == 1


def test_an_order_somebody_else_changed_is_not_touched(operator, in_hand):
    yard.hand_back(WorkOrder.objects.get(), by=BY, at=timezone.now())
    page = tap(operator, "done", in_hand)
    assert "has changed" in told(page)[0]
    assert WorkOrder.objects.get().state == "planned"


def test_a_box_put_elsewhere_stands_there(operator, in_hand, block):
    tap(operator, "elsewhere", in_hand, other="a-05-03-1", why="it was nearer")
    assert str(Standing.objects.get()) == "A-05-03-1"
    assert WorkOrder.objects.get().place_reason == "it was nearer"


def test_other_places_that_would_do_are_offered_and_one_is_taken(operator, in_hand, block):
    BlockFactory(terminal=block.terminal, code="B")
    places = operator.get(PHONE).context["places"]
    assert 0 < len(places) <= 3
    assert in_hand.target not in places
    tap(operator, "elsewhere", in_hand, place=places[0], why="it was nearer")
    assert str(Standing.objects.get()) == places[0]


@pytest.mark.parametrize(
    ("other", "words"),
    [("A-05-03-2", "Nothing stands below"), ("A-05", "There is no cell"), ("Z-01-01-1", "There is no cell")],
)
def test_a_refusal_is_told_and_nothing_moves(operator, in_hand, other, words):
    stood = str(Standing.objects.get())
    page = tap(operator, "elsewhere", in_hand, other=other, why="it was nearer")
    assert words in told(page)[0]
    assert 'class="told error"' in page.content.decode()
    assert (str(Standing.objects.get()), WorkOrder.objects.get().state) == (stood, "dispatched")


def test_what_cannot_be_done_is_set_aside_with_its_cause(operator, in_hand):
    tap(operator, "cannot", in_hand, cause="not_found", note="empty")
    order = WorkOrder.objects.get()
    assert (order.state, order.cause, order.note) == ("quarantined", "not_found", "empty")


def test_an_order_handed_back_is_anybodys(operator, in_hand):
    tap(operator, "back", in_hand)
    order = WorkOrder.objects.get()
    assert (order.state, order.equipment) == ("planned", None)


def test_without_the_right_there_is_no_page(client, lyg):
    client.force_login(staff("yard.view_workorder", username="reader"))
    assert client.get(PHONE).status_code == 403
    assert client.post(PHONE, {"do": "next"}).status_code == 403


def test_another_terminals_order_is_out_of_reach(client, in_hand):
    khorgos = TerminalFactory(khorgos=True)
    client.force_login(staff("yard.carry_out_workorder", username="khorgos", terminal=khorgos))
    tap(client, "done", in_hand)
    assert WorkOrder.objects.get().state == "dispatched"
    assert client.get(PHONE, {"terminal": "cnlyg"}).status_code == 403


def test_the_page_asks_a_fixed_number_of_questions(operator, in_hand, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        assert operator.get(PHONE).status_code == 200


def test_the_short_address_leads_to_the_page(client):
    assert client.get("/phone/").headers["location"] == PHONE
