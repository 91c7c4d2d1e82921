"""What the authority said too early waits, and is done when its time has come, however much waits with it."""

from datetime import timedelta

import pytest

from apps.containers.models import Hold
from apps.customs.models import AuthorityMessage
from apps.customs.services.authority import retry_waiting, retrying
from tests.factories.authority import of_box, say, word
from tests.factories.calls import MARCH_14
from tests.factories.containers import ContainerFactory, VisitFactory
from tests.factories.customs import OfficeFactory, drafted, submitted
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db
NOW = MARCH_14 + timedelta(hours=2)


def unmatched():
    return AuthorityMessage.objects.filter(declaration=None)


def test_a_hold_is_placed_when_its_box_is_advised_however_many_wait_before_it(monkeypatch):
    monkeypatch.setattr(retrying, "AT_ONCE", 2)
    OfficeFactory(anti_smuggling=True)
    draft, number = drafted(), ContainerFactory.build().number
    for turn, kind in enumerate(("registered", "channel", "paid"), 1):
        say(word(draft, kind, turn, NOW), NOW)
    say(of_box("hold", number, "port-patrol", NOW), NOW)
    box = VisitFactory(container=ContainerFactory(number=number))
    assert retry_waiting(NOW) == 1
    assert Hold.objects.get(visit=box, lifted_at=None).reference == "H-1"


def test_what_came_before_anybody_knew_its_declaration_counts_with_the_next_that_comes():
    declaration = submitted()
    for turn, kind in ((3, "inspection_ordered"), (2, "channel")):
        say(word(declaration, kind, turn, NOW), NOW)
    Hold.objects.all().delete()
    AuthorityMessage.objects.update(declaration=None, fault="unknown-declaration")
    say(word(declaration, "registered", 1, NOW), NOW)
    declaration.refresh_from_db()
    assert (declaration.status, unmatched().count()) == ("inspection_ordered", 0)


def test_what_was_said_of_another_terminals_declaration_of_the_number_stays_apart():
    declaration = submitted()
    say(word(declaration, "released", 4, NOW), NOW)
    other = submitted(terminal=TerminalFactory(khorgos=True))
    AuthorityMessage.objects.update(declaration=None, fault="unknown-declaration", terminal=other.terminal)
    say(word(declaration, "registered", 1, NOW), NOW)
    assert unmatched().get().kind == "released"


def test_since_when_it_waits_is_not_forgotten_by_looking_again():
    say(word(submitted(), "paid", 3, NOW), NOW)
    before = AuthorityMessage.objects.values("state_since", "version").get()
    assert retry_waiting(NOW + timedelta(minutes=1)) == 0
    assert AuthorityMessage.objects.values("state_since", "version").get() == before
