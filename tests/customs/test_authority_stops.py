"""What stops by the authority's word stands until that very word is done, or an officer clears it up."""

from datetime import timedelta

import pytest

from apps.containers.models import Hold
from apps.containers.selectors import what_stands_between
from apps.customs import services
from apps.customs.models import AuthorityMessage
from terminal.readiness import Owner, Step
from tests.factories.authority import say, word
from tests.factories.calls import MARCH_14
from tests.factories.customs import declarant_of, drafted, submitted
from tests.factories.declaring import YARN

pytestmark = pytest.mark.django_db
NOW = MARCH_14 + timedelta(hours=2)
RED = (("registered", {}), ("channel", {"channel": "red"}), ("inspected", {}), ("assessed", {}), ("paid", {}),
       ("released", {}))  # fmt: skip


def told(declaration, steps, first=1):
    return [word(declaration, kind, turn, NOW, **more) for turn, (kind, more) in enumerate(steps, first)]


def codes(declaration):
    found = what_stands_between(declaration.visits.get(), Step.GATE_OUT, NOW)
    return [each.code for each in found if each.owner is Owner.CUSTOMS]


def standing():
    return Hold.objects.filter(lifted_at=None)


def test_a_doubled_turn_stops_the_boxes_though_a_stop_of_that_turn_has_ended():
    declaration = submitted()
    way = told(declaration, [("registered", {}), ("channel", {}), ("inspection_ordered", {})])
    for message in [way[2], *way[:2], *told(declaration, RED[2:], 4)]:
        say(message, NOW)
    assert (codes(declaration), Hold.objects.exclude(lifted_at=None).exists()) == ([], True)
    doubled = say(word(declaration, "rejected", 3, NOW), NOW)
    assert (doubled.fault, codes(declaration)) == ("doubled-turn", ["hold"])


def test_the_stop_of_a_jump_outlives_the_message_that_fits_its_turn():
    declaration = submitted()
    way = told(declaration, RED)
    jump = say(word(declaration, "release_revoked", 2, NOW), NOW)
    assert (jump.state, standing().count()) == ("waiting", 1)
    for message in way:
        say(message, NOW)
    declaration.refresh_from_db()
    assert (declaration.status, codes(declaration)) == ("released", ["hold"])
    assert AuthorityMessage.objects.get(kind="release_revoked").fault == "lifecycle-jump"


@pytest.mark.parametrize("first", ["a", "z"])
def test_one_stop_said_twice_before_its_turn_ends_with_its_step(first):
    declaration = submitted()
    way = told(declaration, RED)
    second = {"a": "z", "z": "a"}[first]
    for name in (first, second):
        receipt = say({**way[1], "reference": name}, NOW)
    assert (receipt.state, receipt.fault, standing().count()) == ("superseded", "said-before", 1)
    for message in [way[0], *way[2:]]:
        say(message, NOW)
    declaration.refresh_from_db()
    assert (declaration.status, codes(declaration)) == ("released", [])


def test_what_stops_behind_a_step_that_is_refused_stops_though_it_never_waited_for_a_turn():
    declaration = drafted()
    declaration.lines.create(line=1, **{name: getattr(YARN, name) for name in YARN.__dataclass_fields__})
    green = [("registered", {}), ("channel", {"channel": "green"}), ("paid", {}), ("released", {})]
    first, *others = told(declaration, [*green, ("release_revoked", {})])
    for message in others:
        say(message, NOW)
    services.submit(declaration, by=declarant_of(declaration), at=NOW)
    say(first, NOW)
    faults = dict(AuthorityMessage.objects.values_list("kind", "fault"))
    assert (faults["released"], faults["release_revoked"]) == ("guarantee-too-small", "earlier-message-missing")
    assert "hold" in codes(declaration)
