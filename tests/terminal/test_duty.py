"""What customs is told of a call: nothing that was found or listed is lost between the two reports."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.customs.duty import Carrier, Discrepancy, Found, Listed, Result, Tally, arrival_report, tally_report

CARRIER = Carrier(terminal="CNLYG", mode="rail", number="X9013", arrived_at=datetime(2026, 5, 1, 2, 15, tzinfo=UTC))
NUMBERS = st.sampled_from([f"KTZU{n:07d}" for n in range(12)])
SEALS = st.sets(st.sampled_from("ABC")).map(tuple)
LOAD = st.sampled_from([None, True, False])
KG = st.none() | st.integers(2_000, 30_000)
LISTED = st.builds(Listed, number=NUMBERS, seals=SEALS, laden=LOAD, gross_kg=KG)
FOUND = st.builds(Found, number=NUMBERS, seals=SEALS, laden=LOAD, gross_kg=KG)


def once(boxes):
    return st.lists(boxes, unique_by=lambda box: box.number)


@settings(max_examples=40)
@given(once(LISTED), once(FOUND), st.dictionaries(NUMBERS, st.just("optional")))
def test_what_was_listed_was_found_or_is_short_or_stays_and_what_was_found_was_listed_or_is_over(listed, found, kept):
    told = tally_report(CARRIER, Tally(listed=listed, found=found, retained=kept))
    counts, boxes = told["counts"], {box["number"]: Result(box["result"]) for box in told["boxes"]}
    assert counts["listed"] == len(listed) == counts["as_listed"] + counts["short"] + counts["remains_on_board"]
    assert counts["found"] == len(found) == counts["as_listed"] + counts["over"]
    assert len(told["boxes"]) == len(boxes) == len({box.number for box in [*listed, *found]})
    assert {number for number, result in boxes.items() if result is Result.OVER} == (
        {box.number for box in found} - {box.number for box in listed}
    )
    only_in_one = {each["number"] for each in told["differences"] if isinstance(each["listed"], bool | None)}
    assert {number for number, result in boxes.items() if result is not Result.AS_LISTED} <= only_in_one


@settings(max_examples=40)
@given(once(LISTED), once(FOUND))
def test_a_report_is_plain_json_and_does_not_hang_on_the_order_of_its_boxes(listed, found):
    told = tally_report(CARRIER, Tally(listed=listed, found=found))
    assert json.loads(json.dumps(told)) == told
    assert told == tally_report(CARRIER, Tally(listed=listed[::-1], found=found[::-1]))
    arrival = arrival_report(CARRIER, listed)
    assert json.loads(json.dumps(arrival)) == arrival == arrival_report(CARRIER, listed[::-1])
    assert arrival["count"] == len(listed)


@given(LISTED)
def test_a_box_is_listed_again_as_an_earlier_report_has_it(box):
    assert Listed.again(box.content()).content() == box.content()


def what(listed, found):
    tally = Tally(listed=[Listed(number="A", **listed)], found=[Found(number="A", **found)])
    return [each["what"] for each in tally_report(CARRIER, tally)["differences"]]


def test_a_difference_is_what_two_have_said_and_more_than_scales_may_differ():
    assert what({"seals": ("1",)}, {}) == []
    assert what({"seals": ("1", "2")}, {"seals": ("2", "1")}) == []
    assert what({}, {"seals": ("1",)}) == [Discrepancy.OTHER_SEALS]
    assert what({"laden": False}, {"laden": True}) == [Discrepancy.OTHER_LOAD]
    assert what({"laden": None}, {"laden": True}) == []
    assert what({"gross_kg": 20_000}, {"gross_kg": 20_600}) == []
    assert what({"gross_kg": 20_000}, {"gross_kg": 20_601}) == [Discrepancy.OTHER_WEIGHT]
    assert what({"gross_kg": None}, {"gross_kg": 20_601}) == []
