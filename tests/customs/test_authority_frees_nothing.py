"""No sequence of malformed, doubled or reordered messages ever lets a box leave that a correct reading would not."""

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.containers.selectors import what_stands_between
from apps.customs.services.authority import hearing
from terminal.customs.reading import reading
from terminal.customs.word import OF_DECLARATION, RESTRICTIVE, parse
from terminal.errors import Refused
from terminal.readiness import Owner, Step
from terminal.signatures import new_secret
from tests.factories.authority import of_box, say, word
from tests.factories.calls import MARCH_14
from tests.factories.customs import OfficeFactory, submitted

NOW = MARCH_14 + timedelta(hours=2)
GREEN = (("registered", 1, {}), ("channel", 2, {"channel": "green"}), ("paid", 3, {}), ("released", 4, {}))
RED = (("registered", 1, {}), ("channel", 2, {"channel": "red"}), ("inspected", 3, {}), ("assessed", 4, {}),
       ("paid", 5, {}), ("released", 6, {}))  # fmt: skip
WRONG = ("signature", "content", "office", "number", "form", "again")
"""What can be wrong with a message; "again": nothing, but it comes twice."""

other = st.tuples(st.sampled_from(sorted(OF_DECLARATION)), st.integers(1, 8), st.just({}))
stops = st.tuples(st.sampled_from(sorted(RESTRICTIVE)), st.integers(1, 6), st.just({}))
box = st.tuples(st.sampled_from(["hold", "hold_lifted", "seizure"]), st.sampled_from(["H-1", "H-2"]), st.just({}))


def noise(way):
    right = st.sampled_from(way)
    wrong = st.tuples(st.sampled_from(WRONG), right)
    return st.lists(st.one_of(right, right, right, other, stops, box, wrong), max_size=8)


stories = st.sampled_from([GREEN, RED]).flatmap(lambda way: st.tuples(noise(way), st.permutations(way)))


class Line:
    """One declaration over one box, and the line on which its authority speaks."""

    def __init__(self):
        self.declaration = submitted()
        self.box = self.declaration.visits.get()
        OfficeFactory(anti_smuggling=True)
        self.heard, self.holds, self.lifted = [], set(), set()

    def speak(self, kind, turn, more):
        if isinstance(turn, str):
            return self.speak_of_box(kind, turn)
        told = word(self.declaration, kind, turn, NOW, **more)
        self.heard.append(parse(told))
        return say(told, NOW)

    def speak_of_box(self, kind, hold):
        told = of_box(kind, self.box.container.number, "port-patrol", NOW, hold=hold, reference=f"{kind}-{hold}")
        receipt = say(told, NOW)
        if kind == "hold_lifted":
            self.lifted.add(hold)
        elif receipt.state == "applied":
            self.holds.add((kind, hold))
        return receipt

    def speak_wrongly(self, fault, message):
        kind, turn, more = message
        told = word(self.declaration, kind, turn, NOW, **more)
        bad = {
            "content": told | {"kind": "query", "channel": None, "reason": "other"},
            "office": told | {"office": "port-patrol", "reference": f"office-{turn}"},
            "number": told | {"declaration": "CD-2099-000001", "reference": f"number-{turn}"},
            "form": told | {"turn": str(turn)},
        }
        if fault == "content" and parse(told) not in self.heard:
            return
        if fault == "signature":
            say(told, NOW, secret=new_secret(b"q" * 32))
        elif fault == "again":
            if parse(told) in self.heard:
                say(told, NOW)
        else:
            say(bad[fault], NOW)

    def may_go(self):
        found = what_stands_between(self.box, Step.GATE_OUT, NOW)
        return not [each for each in found if each.owner is Owner.CUSTOMS]

    def should_stay(self):
        """What a correct reading of all that was rightly said has against it."""
        standing = {hold for kind, hold in self.holds if kind == "seizure" or hold not in self.lifted}
        return not reading(self.heard).releases or bool(standing)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories)
@example(([("release_revoked", 2, {})], RED))
@example(([("inspection_ordered", 3, {}), *RED[:2], ("rejected", 3, {})], RED))
def test_whatever_is_said_the_box_stays_where_a_correct_reading_says_so(monkeypatch, story):
    monkeypatch.setattr(hearing, "_boxes", lambda *_: [])
    said, way = story
    with transaction.atomic():
        line = Line()
        for each in [*said, *way]:
            with contextlib.suppress(Refused):
                line.speak_wrongly(*each) if len(each) == 2 else line.speak(*each)
            assert not (line.may_go() and line.should_stay()), each
        if not said:
            assert line.may_go()
        transaction.set_rollback(True)
