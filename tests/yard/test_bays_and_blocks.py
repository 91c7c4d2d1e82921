"""A box is as long in the books as it is on the ground; a block is as large as what stands in it needs."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from apps.common.integrity import violated_constraint
from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import Block, Standing
from tests.factories.containers import VisitFactory
from tests.factories.parties import staff
from tests.factories.yard import BlockFactory

BY = Actor.itself("test")


@pytest.fixture
def block(lyg):
    return BlockFactory(terminal=lyg)


def put(block, bay, row, tier, size_type="42G1", gross_kg=20_000):
    visit = VisitFactory(in_yard=True, gross_kg=gross_kg, container__size_type=size_type)
    return yard.place(visit, block, bay, row, tier, by=BY, at=timezone.now())


def run_and_check(*statements):
    """Statements past every service, and then what PostgreSQL checks at the end of a transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refuses(constraint, *statements):
    with pytest.raises(IntegrityError) as refused:
        run_and_check(*statements)
    assert violated_constraint(refused.value) == constraint


def rewritten(standing, bays):
    """The standing with its cells, told as if the box were that long."""
    cell = 'INSERT INTO yard_cell (standing_id, block_id, bay, "row", tier) VALUES (%s, %s, %s, %s, %s)'
    facts = [(standing.pk, standing.block_id, standing.bay + n, standing.row, standing.tier) for n in range(bays)]
    return [
        ("UPDATE yard_standing SET bays = %s WHERE id = %s", [bays, standing.pk]),
        ("DELETE FROM yard_cell WHERE standing_id = %s", [standing.pk]),
        *((cell, each) for each in facts),
    ]


LONG = "taken_bays_are_as_long_as_the_box"


def test_a_40_foot_box_does_not_stand_in_one_bay(block):
    standing = put(block, 1, 1, 1)
    refuses(LONG, ("DELETE FROM yard_cell WHERE standing_id = %s AND bay = 2", [standing.pk]))


def test_a_40_foot_box_is_not_written_down_as_short(block):
    standing = put(block, 1, 1, 1)
    refuses(LONG, *rewritten(standing, bays=1))


def test_a_20_foot_box_does_not_take_two_bays(block):
    standing = put(block, 1, 1, 1, size_type="22G1")
    refuses(LONG, *rewritten(standing, bays=2))


@pytest.mark.parametrize("elsewhere", ["bay = 4", '"row" = 2'])
def test_the_two_cells_of_a_long_box_lie_side_by_side(block, elsewhere):
    standing = put(block, 1, 1, 1)
    refuses(LONG, (f"UPDATE yard_cell SET {elsewhere} WHERE standing_id = %s AND bay = 2", [standing.pk]))


def test_a_box_without_a_cell_does_not_stand_anywhere(block):
    standing = put(block, 1, 1, 1)
    refuses(LONG, ("DELETE FROM yard_cell WHERE standing_id = %s", [standing.pk]))


def test_a_45_foot_box_covers_two_bays_and_may_go_again(block):
    standing = put(block, 3, 2, 1, size_type="L5G1")
    yard.lift_off([standing.visit], by=BY, at=timezone.now())
    run_and_check()
    assert not Standing.objects.exists()


@pytest.mark.parametrize(
    ("smaller", "constraint"),
    [
        ("bays = 5", "cell_lies_in_its_block"),
        ("rows = 2", "cell_lies_in_its_block"),
        ("tiers = 1", "stack_is_not_too_high"),
    ],
)
def test_a_block_is_not_made_smaller_than_what_stands_in_it(block, smaller, constraint):
    put(block, 5, 3, 1)
    put(block, 5, 3, 2)
    refuses(constraint, (f"UPDATE yard_block SET {smaller} WHERE id = %s", [block.pk]))


def test_a_block_without_boxes_there_may_be_made_smaller(block):
    put(block, 1, 1, 1)
    Block.objects.filter(pk=block.pk).update(bays=2, rows=1, tiers=1)


def test_the_planner_is_told_which_box_is_in_the_way_of_a_smaller_block(client, lyg, block):
    client.force_login(staff("yard.view_block", "yard.change_block", username="planner"))
    standing = put(block, 5, 3, 1)
    values = {"terminal": lyg.pk, "code": block.code, "kind": block.kind, "bays": 5, "rows": 3, "tiers": 4}
    page = client.post(reverse("admin:yard_block_change", args=[block.pk]), values).content.decode()
    assert standing.visit.container.number in page
    block.refresh_from_db()
    assert block.bays == 6
