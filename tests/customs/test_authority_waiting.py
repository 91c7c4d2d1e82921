"""What the authority said too early waits, and is done when its time has come, however much waits with it."""

from datetime import timedelta
from threading import Event, Thread
from time import sleep

import orjson
import pytest
from django.db import connection, transaction

from apps.containers.models import Hold
from apps.customs.models import AuthorityMessage, Declaration
from apps.customs.services.authority import hear_many, many, retry_waiting, retrying
from apps.customs.services.authority.retrying import retry
from terminal.customs.word import parse
from tests.factories.authority import AuthorityFactory, of_box, say, word
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


def test_what_many_told_and_nobody_has_looked_at_yet_counts_with_the_next_that_comes(monkeypatch):
    declaration = submitted()
    for turn, (kind, more) in enumerate((("registered", {}), ("channel", {"channel": "green"}), ("paid", {})), 1):
        say(word(declaration, kind, turn, NOW, **more), NOW)
    kept = word(declaration, "release_revoked", 5, NOW)
    monkeypatch.setattr(many, "retry", lambda number, at: False)
    hear_many([(parse(kept), orjson.dumps(kept).decode())], AuthorityFactory(), NOW)
    say(word(declaration, "released", 4, NOW), NOW + timedelta(seconds=1))
    declaration.refresh_from_db()
    assert (declaration.release_revoked_at is not None, unmatched().count()) == (True, 0)


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


def lock_declaration(declaration):
    Declaration.objects.select_for_update(no_key=True).get(pk=declaration.pk)


def lock_hold(declaration):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('customs hold', hashtext('H-1')))")


def a_box_of(declaration, kind):
    return of_box(kind, declaration.visits.get().container.number, "clearance", NOW)


ON_ONE_THING = {
    "declaration": (lambda d: word(d, "channel", 2, NOW), lock_declaration, lambda d: word(d, "registered", 1, NOW)),
    "hold": (lambda d: a_box_of(d, "hold_lifted"), lock_hold, lambda d: a_box_of(d, "hold")),
}
"""What waits, who is at the same thing first, and what that one then does with what waits."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("thing", ON_ONE_THING)
def test_looking_again_and_hearing_more_of_one_thing_wait_for_each_other_in_one_order(thing):
    waits, lock, comes = ON_ONE_THING[thing]
    declaration = submitted()
    say(waits(declaration), NOW)
    row = AuthorityMessage.objects.get()
    told = []

    def look_again():
        try:
            told.append(retry(row.pk, NOW))
        finally:
            connection.close()

    with transaction.atomic():
        lock(declaration)
        again = Thread(target=look_again)
        again.start()
        sleep(0.3)
        say(comes(declaration), NOW)
    again.join()
    row.refresh_from_db()
    assert (row.state, told) == ("applied", [False])


def meanwhile(monkeypatch, happens):
    """Let something happen when what the message is about was looked for, and before the message is locked."""
    look = retrying.lock_what_it_is_about

    def looked_for(row, message):
        found = look(row, message)
        happens()
        return found

    monkeypatch.setattr(retrying, "lock_what_it_is_about", looked_for)


def of_nobody(declaration):
    """A message about it, from before it was known."""
    say(word(declaration, "channel", 2, NOW) | {"declaration": "CD-2026-009999"}, NOW)
    return AuthorityMessage.objects.get()


def appears(declaration):
    Declaration.objects.filter(pk=declaration.pk).update(number="CD-2026-009999")


@pytest.mark.django_db(transaction=True)
def test_a_declaration_that_appears_while_its_message_is_looked_at_is_not_waited_for_with_the_message_in_hand(
    monkeypatch,
):
    declaration = submitted()
    row = of_nobody(declaration)
    looked, locked, told = Event(), Event(), []
    meanwhile(monkeypatch, lambda: looked.set() or locked.wait(5))

    def look_again():
        try:
            told.append(retry(row.pk, NOW))
        finally:
            connection.close()

    again = Thread(target=look_again)
    again.start()
    looked.wait(5)
    appears(declaration)
    declaration.refresh_from_db()
    with transaction.atomic():
        lock_declaration(declaration)
        locked.set()
        sleep(0.3)
        say(word(declaration, "registered", 1, NOW), NOW)
    again.join()
    row.refresh_from_db()
    assert (row.state, told) == ("applied", [False])


def test_what_another_has_found_the_declaration_of_meanwhile_is_left_to_it(monkeypatch):
    declaration = submitted()
    row = of_nobody(declaration)

    def another_hears_more():
        appears(declaration)
        declaration.refresh_from_db()
        say(word(declaration, "paid", 4, NOW), NOW)

    meanwhile(monkeypatch, another_hears_more)
    assert not retry(row.pk, NOW)
    row.refresh_from_db()
    assert (row.declaration, row.fault) == (declaration, "earlier-message-missing")


def test_one_that_cannot_be_looked_at_keeps_no_hold_behind_it_from_being_placed(caplog):
    OfficeFactory(anti_smuggling=True)
    broken, number = (ContainerFactory.build().number for _ in range(2))
    for each in (broken, number):
        say(of_box("hold", each, "port-patrol", NOW, hold=each), NOW)
    AuthorityMessage.objects.filter(container_number=broken).update(body="{")
    box = VisitFactory(container=ContainerFactory(number=number))
    assert (retry_waiting(NOW), Hold.objects.get(lifted_at=None).visit) == (1, box)
    assert "could not be acted on" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_message_another_is_at_is_left_to_it():
    say(word(submitted(), "channel", 2, NOW), NOW)
    row, told = AuthorityMessage.objects.get(), []

    def look_again():
        try:
            told.append(retry(row.pk, NOW))
        finally:
            connection.close()

    with transaction.atomic():
        AuthorityMessage.objects.select_for_update().get()
        again = Thread(target=look_again)
        again.start()
        again.join(2)
        left_alone = told == [False]
    again.join()
    assert left_alone


def test_what_waits_no_more_is_not_done_again():
    say(word(submitted(), "registered", 1, NOW), NOW)
    before = AuthorityMessage.objects.values("state", "state_since", "version").get()
    assert not retry(AuthorityMessage.objects.get().pk, NOW + timedelta(hours=1))
    assert AuthorityMessage.objects.values("state", "state_since", "version").get() == before
