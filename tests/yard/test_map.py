"""The yard map: what stands where, in constant queries, for those whose terminal it is."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import Block, HeldCell
from apps.yard.selectors import BlockPlan, StandingBox
from terminal.work import Work
from tests.factories.calls import CallFactory
from tests.factories.containers import HoldFactory, VisitFactory, container_number
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.yard import BlockClosureFactory, BlockFactory, EquipmentFactory

BY = Actor.itself("test")
RIGHTS = ("yard.view_block", "yard.view_standing")
SHORT, LONG = "22G1", "45G1"
MAP = "/admin/yard/block/map/"


@pytest.fixture
def block(lyg):
    return BlockFactory(terminal=lyg, code="A")


@pytest.fixture
def reader(client, lyg):
    client.force_login(staff(*RIGHTS, username="reader"))
    return client


def put(block, bay, row, tier, size_type=SHORT, **facts):
    facts = {"container__size_type": size_type, "gross_kg": 20_000, **facts}
    visit = VisitFactory(terminal=block.terminal, in_yard=True, **facts)
    return yard.place(visit, block, bay, row, tier, by=BY, at=timezone.now())


def stack(page, block, bay, row):
    """The class and the words of one stack of the map."""
    pattern = rf'<a class="([^"]*)" href="{block.pk}/{bay}/#r{row}" title="([^"]*)">'
    return re.search(pattern, page.content.decode()).groups()


def questions(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("by", ["fill", "age", "destination", "status"])
def test_the_map_asks_no_more_for_many_boxes_than_for_few(reader, block, by):
    def one_more(bay):
        HoldFactory(visit=put(block, bay, 2, 1, departure_call=CallFactory()).visit)

    one_more(1)
    reader.get(MAP)
    few = questions(reader, f"{MAP}?by={by}")
    for bay in range(2, 7):
        one_more(bay)
    BlockClosureFactory(block=BlockFactory(terminal=block.terminal))
    assert questions(reader, f"{MAP}?by={by}") == few <= 16


def test_boxes_in_no_cell_are_told_beside_the_blocks(reader, block):
    put(block, 2, 1, 1)
    assert "without-cell" not in reader.get(MAP).content.decode()
    for size_type in (SHORT, LONG):
        VisitFactory(terminal=block.terminal, in_yard=True, container__size_type=size_type)
    VisitFactory(terminal=TerminalFactory(khorgos=True), in_yard=True)
    assert "2 boxes, 3 TEU, stand without a known cell" in reader.get(MAP).content.decode()


def test_a_stack_tells_its_boxes_from_the_top(reader, block):
    put(block, 2, 1, 1)
    top = put(block, 2, 1, 2, destination="KZALA")
    css, told = stack(reader.get(MAP), block, 2, 1)
    first = told.split("\n")[1]
    assert css == "n2"
    assert told.startswith("A-02-01 · 2/4")
    assert top.visit.container.number in first
    assert "KZALA" in first


def test_a_long_box_stands_in_both_its_bays(reader, block):
    put(block, 3, 1, 1, LONG)
    page = reader.get(MAP)
    assert stack(page, block, 3, 1)[0] == stack(page, block, 4, 1)[0] != stack(page, block, 5, 1)[0]


def test_closed_bays_are_hatched_and_held_cells_marked(reader, block):
    BlockClosureFactory(block=block, first_bay=2, last_bay=2)
    order = yard.plan_orders(
        [yard.NewOrder(kind=Work.SHIFT, visit=put(block, 1, 1, 1).visit)], by=BY, at=timezone.now()
    )[0]
    yard.hand_out(order, equipment=EquipmentFactory(), by=BY, at=timezone.now())
    held, page = HeldCell.objects.get(), reader.get(MAP)
    assert " x" in stack(page, block, 2, 3)[0]
    assert " h" in stack(page, block, held.bay, held.row)[0]
    HeldCell.objects.update(until=timezone.now() - timedelta(minutes=1))
    assert " h" not in stack(reader.get(MAP), block, held.bay, held.row)[0]


def test_the_status_of_a_stack_is_the_worst_of_its_boxes(reader, block):
    at = timezone.now()
    leaving = CallFactory(scheduled_departure_at=at + timedelta(minutes=1))
    put(block, 1, 1, 1, departure_call=leaving)
    HoldFactory(visit=put(block, 1, 1, 2).visit)
    put(block, 2, 1, 1)
    page = reader.get(f"{MAP}?by=status")
    assert stack(page, block, 1, 1)[0] == "s0"
    assert stack(page, block, 2, 1)[0] == "s1"


def test_age_is_told_by_the_oldest_box(reader, block):
    put(block, 1, 1, 1, arrived_at=timezone.now() - timedelta(days=90))
    put(block, 1, 1, 2, arrived_at=timezone.now())
    put(block, 2, 1, 1, arrived_at=timezone.now())
    page = reader.get(f"{MAP}?by=age")
    assert (stack(page, block, 1, 1)[0], stack(page, block, 2, 1)[0]) == ("a5", "a1")


def test_a_stack_of_several_destinations_says_so(reader, block):
    put(block, 1, 1, 1, destination="KZALA")
    put(block, 1, 1, 2, destination="KZALA")
    put(block, 1, 1, 3, destination="UZTAS")
    assert stack(reader.get(f"{MAP}?by=destination"), block, 1, 1)[0] == "d1 m"


@pytest.mark.parametrize("term", ["CSQU305", "csqu 3054 383", "4383", "054383"])
def test_a_box_is_found_by_any_part_of_its_number(reader, block, term):
    put(block, 1, 1, 1, container__number=container_number(305438, "CSQ"))
    put(block, 2, 1, 1)
    page = reader.get(MAP, {"q": term})
    assert [box.number for box in page.context["found"]] == ["CSQU3054383"]
    assert stack(page, block, 1, 1)[0].endswith(" f")
    assert not stack(page, block, 2, 1)[0].endswith(" f")


def test_what_came_from_outside_is_no_markup(reader, block):
    put(block, 1, 1, 1, destination="<b>\"'")
    page = reader.get(f"{MAP}?by=destination").content.decode()
    assert '<b>"' not in page
    assert "&lt;b&gt;&quot;" in page


def test_the_map_is_of_the_readers_terminal_only(client, block):
    khorgos = TerminalFactory(khorgos=True)
    there = BlockFactory(terminal=khorgos, code="ZZ")
    client.force_login(staff(*RIGHTS, username="khorgos", terminal=khorgos))
    page = client.get(MAP)
    assert [drawn.plan.block for drawn in page.context["blocks"]] == [there]
    assert client.get(MAP, {"terminal": "cnlyg"}).status_code == 403
    assert client.get(reverse("admin:yard_bay", args=[block.pk, 1])).status_code == 404


@pytest.mark.parametrize("right", RIGHTS)
def test_half_the_rights_do_not_open_the_map(client, block, right):
    client.force_login(staff(right, username="half"))
    assert client.get(MAP).status_code == 403
    assert client.get(reverse("admin:yard_bay", args=[block.pk, 1])).status_code == 404


def test_a_bay_shows_every_box_with_what_digging_costs(reader, block):
    low = put(block, 2, 1, 1, LONG)
    top = put(block, 2, 1, 2, LONG)
    page = reader.get(reverse("admin:yard_bay", args=[block.pk, 3]))
    cuts = {cut.box.number: cut for _tier, cuts in page.context["tiers"] for cut in cuts if cut.box}
    assert cuts[low.visit.container.number].over == [top.visit.container.number]
    assert cuts[top.visit.container.number].over == []
    assert "02+03" in page.content.decode()
    assert reverse("admin:containers_visit_change", args=[low.visit_id]) in page.content.decode()


def seen(number, bay, tier, bays=1):
    """A box as the map sees it, in row 1."""
    at = timezone.now()
    facts = (number, "22G1", True, 20_000, "KZALA", at, at, None, None, None)
    return StandingBox(1, bay, bays, 1, tier, int(number), *facts)


def test_what_stands_on_a_box_through_others_is_counted():
    plan = BlockPlan(Block(bays=6, rows=1, tiers=4))
    low, beside, bridge, beyond = seen("1", 2, 1), seen("2", 3, 1), seen("3", 2, 2, bays=2), seen("4", 3, 3)
    for box in (low, beside, bridge, beyond):
        for spot in box.spots:
            plan.stacks[spot].append(box)
    assert [box.number for box in plan.over(low)] == ["4", "3"]
    assert plan.over(beyond) == []


def test_a_bay_asks_no_more_for_a_full_one(reader, block):
    put(block, 1, 1, 1, departure_call=CallFactory())
    address = reverse("admin:yard_bay", args=[block.pk, 1])
    reader.get(address)
    few = questions(reader, address)
    for row, tier in [(1, 2), (2, 1), (2, 2), (3, 1)]:
        put(block, 1, row, tier, departure_call=CallFactory())
    assert questions(reader, address) == few <= 18


def test_there_is_no_bay_beyond_the_last(reader, block):
    assert reader.get(reverse("admin:yard_bay", args=[block.pk, block.bays + 1])).status_code == 404
