"""Refusals: a name for programs, a sentence for people, facts for both."""

import json

import pytest

from terminal.errors import Malformed, Refused, gettext_noop
from terminal.identifiers import require_container_number


class NoRoomAtAll(Refused):
    message = gettext_noop("No room for %(area_m2)s m².")


def every_refusal(of=Refused):
    for refusal in of.__subclasses__():
        if refusal.__module__.startswith("terminal."):
            yield refusal
        yield from every_refusal(refusal)


REFUSALS = sorted(set(every_refusal()), key=lambda each: each.__name__)


def test_a_refusal_has_a_name_for_programs_and_a_sentence_for_people():
    refusal = NoRoomAtAll(area_m2=40)
    assert refusal.code() == "no-room-at-all"
    assert str(refusal) == "No room for 40 m²."
    assert refusal.facts == {"area_m2": 40}


def test_what_cannot_be_right_is_content_and_what_cannot_be_done_now_is_state():
    assert Malformed.kind == "content"
    assert Refused.kind == "state"


def test_no_two_refusals_share_a_name():
    codes = [refusal.code() for refusal in REFUSALS]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    "refusal", sorted(set(every_refusal()), key=lambda each: each.__name__), ids=lambda r: r.code()
)
def test_every_refusal_says_something_of_its_own(refusal):
    assert refusal.__doc__
    assert refusal.message not in (Refused.message, "") or refusal is Malformed


def test_the_facts_of_a_refusal_are_plain_json():
    with pytest.raises(Malformed) as refused:
        require_container_number("MSKU1234567")
    assert json.loads(json.dumps(refused.value.facts)) == refused.value.facts
