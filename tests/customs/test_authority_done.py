"""What officers did at the terminal is heard and no more; what they did not do, or did otherwise, is a jump."""

from datetime import timedelta
from itertools import permutations

import pytest

from apps.customs import services
from apps.customs.models import AuthorityMessage
from terminal.lifecycle import Channel, DeclarationStatus
from tests.factories.authority import say, word
from tests.factories.calls import MARCH_14
from tests.factories.customs import officer_of, submitted

pytestmark = pytest.mark.django_db
NOW, UNTIL = MARCH_14 + timedelta(hours=2), MARCH_14 + timedelta(days=30)
DUE = {"duty": {"amount": 5000, "currency": "CNY"}}
GREEN = (("registered", {}), ("channel", {"channel": "green"}), ("assessed", {}), ("paid", {}), ("released", {}))


def tell(declaration, *steps):
    for turn, (kind, more) in enumerate(steps, 1):
        receipt = say(word(declaration, kind, turn, NOW, **more), NOW)
    return receipt


def fault(kind):
    return AuthorityMessage.objects.get(kind=kind).fault


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_assessed_after_the_authoritys_own_green_is_a_jump_in_every_order(order):
    declaration = submitted()
    told = [
        word(declaration, "registered", 1, NOW), word(declaration, "channel", 2, NOW, channel="green"),
        word(declaration, "assessed", 3, NOW),
    ]  # fmt: skip
    for n in order:
        say(told[n], NOW)
    declaration.refresh_from_db()
    assert (declaration.status, declaration.heard, fault("assessed")) == ("assessed", 2, "lifecycle-jump")


def released_by_an_officer(valid_until=None):
    declaration = submitted()
    by = officer_of(declaration.office)
    return services.register(declaration, channel=Channel.GREEN, valid_until=valid_until, by=by, at=MARCH_14)


@pytest.mark.parametrize(
    ("here", "told", "outcome"),
    [
        (None, UNTIL, "lifecycle-jump"), (UNTIL, None, "lifecycle-jump"), (UNTIL, UNTIL, "done-here"),
        (UNTIL, UNTIL + timedelta(days=1), "lifecycle-jump"), (None, None, "done-here"),
    ],
)  # fmt: skip
def test_a_release_that_runs_out_is_not_done_by_one_that_does_not(here, told, outcome):
    declaration = released_by_an_officer(here)
    until = {"valid_until": told.isoformat()} if told else {}
    assert tell(declaration, *GREEN[:4], ("released", until)).fault == outcome


def assessed_by_an_officer(**duty):
    declaration = submitted()
    by = {"by": officer_of(declaration.office), "at": MARCH_14}
    services.register(declaration, channel=Channel.YELLOW, **by)
    return services.assess(declaration, **duty, **by)


@pytest.mark.parametrize(
    ("here", "outcome"),
    [
        ({"duty_minor": 5000, "currency": "CNY"}, "done-here"),
        ({"duty_minor": 4999, "currency": "CNY"}, "lifecycle-jump"),
        ({"duty_minor": 5000, "currency": "USD"}, "lifecycle-jump"), ({}, "lifecycle-jump"),
    ],
)  # fmt: skip
def test_a_duty_that_no_officer_stated_is_not_done(here, outcome):
    declaration = assessed_by_an_officer(**here)
    assert tell(declaration, ("registered", {}), ("channel", {}), ("assessed", DUE)).fault == outcome


def test_an_assessment_that_says_nothing_of_the_duty_is_done_whatever_is_due():
    declaration = assessed_by_an_officer(duty_minor=5000, currency="CNY")
    assert tell(declaration, ("registered", {}), ("channel", {}), ("assessed", {})).fault == "done-here"


def test_what_waits_and_was_said_twice_is_not_taken_for_told():
    declaration = submitted()
    for reference in ("first", "second"):
        say(word(declaration, "inspected", 3, NOW, reference=reference), NOW)
    by = {"by": officer_of(declaration.office), "at": MARCH_14}
    services.register(declaration, channel=Channel.RED, **by)
    services.move(declaration, DeclarationStatus.INSPECTED, **by)
    tell(declaration, ("registered", {}), ("channel", {"channel": "red"}))
    faults = dict(AuthorityMessage.objects.values_list("reference", "fault"))
    assert (faults["first"], faults["second"]) == ("done-here", "said-before")


def test_another_word_of_a_turn_stops_though_one_like_it_was_passed_over_before():
    declaration = submitted()
    for reference in ("first", "second"):
        say(word(declaration, "released", 2, NOW, reference=reference), NOW)
    tell(declaration, ("registered", {}), ("channel", {"channel": "green"}))
    assert say(word(declaration, "released", 2, NOW, reference="third"), NOW).fault == "doubled-turn"
