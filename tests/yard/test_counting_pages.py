"""Counting on the screen: begun for a block or a row, walked with a phone, taken from a sheet, and cleared up."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.common.models import Attachment
from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import Count, Discrepancy, Sighting, Standing
from apps.yard.services import counting
from apps.yard.services.counting import Seen
from tests.factories.containers import ContainerFactory, VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.yard import BlockFactory

BY = Actor.itself("test")
NOW = timezone.now()
SEE = ["yard.view_count", "yard.view_discrepancy", "yard.view_standing", "common.view_attachment"]
ADD = reverse("admin:yard_count_add")
CASES = reverse("admin:yard_discrepancy_changelist")


@pytest.fixture
def block(lyg):
    return BlockFactory(terminal=lyg, code="A", bays=3, rows=2)


@pytest.fixture
def planner(client, lyg):
    person = staff(*SEE, "yard.change_standing", username="wang.fang", terminal=lyg)
    client.force_login(person)
    return person


@pytest.fixture
def count(block):
    return counting.start_count(block, 1, by=BY, at=NOW)


def stands(block, bay, tier=1, **more):
    visit = VisitFactory(in_yard=True, terminal=block.terminal, **more)
    yard.place(visit, block, bay, 1, tier, by=BY, at=NOW)
    return visit.container.number


def walk(count, stack=""):
    return reverse("admin:yard_count_walk", args=[count.pk]) + (f"?stack={stack}" if stack else "")


def seen(count):
    rows = count.sightings.exclude(number="").order_by("bay", "tier")
    return list(rows.values_list("bay", "tier", "number"))


class TestBeginning:
    def test_a_row_is_counted_by_whoever_may_say_where_boxes_stand(self, client, planner, block):
        client.post(ADD, {"block": block.pk, "row": 2})
        assert str(Count.objects.get()) == "A-02"
        told = client.post(ADD, {"block": block.pk, "row": 2}).content.decode()
        assert "being counted already" in told

    def test_who_may_only_look_begins_none_and_walks_none(self, client, lyg, count):
        client.force_login(staff(*SEE, username="clerk", terminal=lyg))
        assert client.get(ADD).status_code == 403
        assert client.get(walk(count)).status_code == 403
        assert client.get(reverse("admin:yard_count_changelist")).status_code == 200

    def test_a_block_of_another_terminal_is_not_offered(self, client, planner):
        other = BlockFactory(terminal=TerminalFactory(code="kzhor"))
        client.post(ADD, {"block": other.pk})
        assert not Count.objects.exists()


class TestWalking:
    def test_the_walk_begins_at_the_first_stack_and_goes_on_to_the_next(self, client, planner, block, count):
        number = stands(block, 1)
        page = client.get(walk(count))
        assert page.context["cell"] == "A-01-01"
        assert number[4:10] in page.content.decode()
        assert client.post(walk(count, "1-1"), {"do": "as_booked"}).url == walk(count, "2-1")
        assert seen(count) == [(1, 1, number)]

    def test_an_empty_stack_and_one_as_booked_are_looked_at_and_no_case(self, client, planner, block, count):
        stands(block, 1)
        for bay in (1, 2, 3):
            client.post(walk(count, f"{bay}-1"), {"do": "as_booked"})
        assert "Every stack was looked at" in client.get(walk(count)).content.decode()
        client.post(walk(count), {"do": "close"})
        assert not Discrepancy.objects.exists()
        assert Standing.objects.get().verified_at

    def test_what_is_neither_ticked_nor_read_is_not_there(self, client, planner, block, count):
        below, upper = stands(block, 1), stands(block, 1, tier=2)
        other = stands(block, 2)
        client.post(walk(count, "1-1"), {"do": "read", "ok1": below, "n2": f"{other[:4]} {other[4:10]} {other[10:]}"})
        assert seen(count) == [(1, 1, below), (1, 2, other)]
        gone = client.post(walk(count), {"do": "close"}).url
        assert gone == f"{CASES}?count__id__exact={count.pk}"
        assert dict(Discrepancy.objects.values_list("number", "finding")) == {upper: "missing", other: "elsewhere"}

    def test_a_second_look_takes_the_place_of_the_first(self, client, planner, block, count):
        stands(block, 1)
        client.post(walk(count, "1-1"), {"do": "as_booked"})
        client.post(walk(count, "1-1"), {"do": "empty"})
        assert seen(count) == []
        assert Sighting.objects.filter(count=count, bay=1).exists()

    def test_a_number_that_cannot_be_stays_on_the_page_with_what_is_wrong(self, client, planner, count):
        page = client.post(walk(count, "1-1"), {"do": "read", "n1": "MSKU1234567"}).content.decode()
        assert "MSKU1234567" in page
        assert 'class="told error"' in page
        assert not Sighting.objects.exists()

    def test_a_long_box_is_counted_in_its_lower_bay_alone(self, client, planner, block, count):
        stands(block, 1, container=ContainerFactory(size_type="42G1"))
        assert client.post(walk(count, "1-1"), {"do": "as_booked"}).url == walk(count, "3-1")
        client.post(walk(count), {"do": "close"})
        assert not Discrepancy.objects.exists()

    def test_a_box_on_a_short_one_and_a_stranger_is_seen_to_reach_over(self, client, planner, block, count):
        stands(block, 1)
        short = stands(block, 2)
        stands(block, 1, tier=2, container=ContainerFactory(size_type="42G1"))
        page = client.get(walk(count, "2-1")).content.decode()
        assert "counted in the bay before" in page
        client.post(walk(count, "2-1"), {"do": "as_booked"})
        assert seen(count) == [(2, 1, short)]

    def test_a_walk_costs_the_same_for_many_boxes(self, client, planner, block, count, django_assert_max_num_queries):
        for bay in (1, 2, 3):
            stands(block, bay)
        with django_assert_max_num_queries(12):
            client.get(walk(count))


class TestSheets:
    def test_the_sheet_to_fill_in_says_what_is_booked(self, client, planner, block, count):
        number = stands(block, 2)
        do = reverse("admin:yard_count_do", args=[count.pk, "receive_count"])
        own = reverse("admin:yard_count_booked", args=[count.pk])
        assert own in client.get(do).content.decode()
        assert client.get(own).content.decode().splitlines() == ["bay,row,tier,container_number", f"2,1,1,{number}"]

    def test_a_sheet_is_shown_beside_the_books_before_it_is_taken_in(self, client, planner, block, count):
        number = stands(block, 2)
        do = reverse("admin:yard_count_do", args=[count.pk, "receive_count"])
        sheet = SimpleUploadedFile("count.csv", f"bay,row,tier,container_number\n1,1,1,{number}\n2,1,1,\n".encode())
        page = client.post(do, {"sheet": sheet}).content.decode()
        assert "Other than booked: 2" in page
        assert not Sighting.objects.exists()
        client.post(do, {"answered": "1", "sheet": str(Attachment.objects.get().public_id)})
        assert seen(count) == [(1, 1, number)]

    def test_every_fault_of_a_sheet_is_told(self, client, planner, count):
        do = reverse("admin:yard_count_do", args=[count.pk, "receive_count"])
        sheet = SimpleUploadedFile("count.csv", b"bay,row,tier,container_number\nx,1,1,\n1,1,1,MSKU1234567\n")
        assert "2 faults" in client.post(do, {"sheet": sheet}).content.decode()


class TestCases:
    @pytest.fixture
    def mixed_up(self, block, count):
        one, other = stands(block, 1), stands(block, 2)
        counting.note_seen(count, [Seen(1, 1, 1, other), Seen(2, 1, 1, one)], by=BY, at=NOW)
        return counting.close_count(count, by=BY, at=NOW)

    def test_boxes_that_were_mixed_up_are_corrected_together_from_the_list(self, client, planner, mixed_up):
        chosen = {"action": "correct_together", "_selected_action": [case.pk for case in mixed_up]}
        page = client.post(CASES, chosen, follow=True).content.decode()
        assert "2 cases corrected" in page
        assert set(Discrepancy.objects.values_list("state", flat=True)) == {"corrected"}

    def test_one_of_them_alone_is_refused_in_words(self, client, planner, mixed_up):
        do = reverse("admin:yard_discrepancy_do", args=[mixed_up[0].pk, "correct"])
        assert "is taken by another box" in client.post(do, {"answered": "1"}, follow=True).content.decode()

    def test_a_case_is_dismissed_with_a_reason(self, client, planner, mixed_up):
        do = reverse("admin:yard_discrepancy_do", args=[mixed_up[0].pk, "dismiss"])
        client.post(do, {"answered": "1", "reason": "read from the wrong side"})
        assert Discrepancy.objects.get(pk=mixed_up[0].pk).note == "read from the wrong side"

    def test_who_may_only_look_corrects_nothing(self, client, lyg, mixed_up):
        client.force_login(staff(*SEE, username="clerk", terminal=lyg))
        client.post(CASES, {"action": "correct_together", "_selected_action": [case.pk for case in mixed_up]})
        assert set(Discrepancy.objects.values_list("state", flat=True)) == {"open"}


def test_positions_nobody_has_seen_for_long_are_found(client, planner, block):
    fresh, old, never = stands(block, 1), stands(block, 2), stands(block, 3)
    of = Standing.objects.filter
    of(visit__container__number=fresh).update(verified_at=NOW)
    of(visit__container__number=old).update(verified_at=NOW - timedelta(days=40))
    of(visit__container__number=never).update(placed_at=NOW - timedelta(days=8))

    def found(asked):
        page = client.get(reverse("admin:yard_standing_changelist"), {"unverified": asked})
        return {row.visit.container.number for row in page.context["cl"].result_list}

    assert found("30") == {old}
    assert found("7") == {old, never}
    assert found("never") == {never}
