"""Work orders for machines: who may, what they get, and that a repeated request does nothing twice."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.parties.models import Party, PartyKey
from apps.yard import services as yard
from apps.yard.models import Standing, WorkOrder
from terminal.events import EventKind
from terminal.work import Work
from tests.factories.api import Program
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, UserFactory, staff
from tests.factories.yard import BlockFactory, EquipmentFactory

BY = Actor.itself("test")
ORDERS = "/api/v1/work-orders/"


@pytest.fixture
def block(lyg):
    return BlockFactory(terminal=lyg, code="A")


@pytest.fixture
def crane(lyg):
    """A machine of one of the owners."""
    EquipmentFactory(terminal=lyg, code="RS1")
    return Program(PartyFactory(code="port-group", kind=Party.Kind.OWNER), "work")


def asked_for(block, bay=1):
    visit = VisitFactory(terminal=block.terminal, in_yard=True)
    yard.place(visit, block, bay, 1, 1, by=BY, at=timezone.now())
    return yard.plan_orders([yard.NewOrder(kind=Work.SHIFT, visit=visit)], by=BY, at=timezone.now())[0]


def at(order, verb):
    return f"{ORDERS}{order.public_id}/{verb}/"


def test_a_machine_takes_an_order_starts_it_and_confirms_it(crane, block):
    order = asked_for(block)
    given = crane.post(f"{ORDERS}next/", {"machine": "RS1"}).json()["order"]
    assert (given["id"], given["state"], given["origin"]) == (str(order.public_id), "dispatched", "A-01-01-1")
    assert crane.post(at(order, "start"), {}).json()["state"] == "in_progress"
    done = crane.post(at(order, "confirm"), {}).json()
    assert (done["state"], done["destination"]) == ("done", str(Standing.objects.get()))
    assert WorkOrder.objects.get().done_by.startswith("terminal:machine:key:")


def test_a_box_put_elsewhere_says_why(crane, block):
    order = asked_for(block)
    crane.post(f"{ORDERS}next/", {"machine": "RS1"})
    refused = crane.post(at(order, "confirm"), {"place": "A-05-03-1"})
    assert (refused.status_code, refused.json()["code"]) == (422, "say-why")
    assert crane.post(at(order, "confirm"), {"place": "A-05-03-1", "reason": "nearer"}).status_code == 200
    assert str(Standing.objects.get()) == "A-05-03-1"


def test_an_order_confirmed_twice_is_refused_and_with_the_same_key_answered_again(crane, block):
    order = asked_for(block)
    crane.post(f"{ORDERS}next/", {"machine": "RS1"})
    first = crane.post(at(order, "confirm"), {}, **{"Idempotency-Key": "tap"})
    again = crane.post(at(order, "confirm"), {}, **{"Idempotency-Key": "tap"})
    assert (again.status_code, again.content) == (200, first.content)
    refused = crane.post(at(order, "confirm"), {})
    assert (refused.status_code, refused.json()["code"]) == (409, "already-confirmed")
    assert Entry.objects.filter(kind=EventKind.WORK_ORDER_DONE.value).count() == 1


def test_an_order_is_set_aside_or_handed_back(crane, block):
    order = asked_for(block)
    crane.post(f"{ORDERS}next/", {"machine": "RS1"})
    assert crane.post(at(order, "hand-back"), {}).json()["state"] == "planned"
    crane.post(f"{ORDERS}next/", {"machine": "RS1"})
    aside = crane.post(at(order, "quarantine"), {"cause": "not_found", "note": "empty"}).json()
    assert (aside["state"], aside["cause"], aside["note"]) == ("quarantined", "not_found", "empty")


def test_nothing_to_do_is_no_order_and_a_busy_machine_gets_none(crane, block):
    assert crane.post(f"{ORDERS}next/", {"machine": "RS1"}).json() == {"order": None}
    asked_for(block), asked_for(block, bay=2)
    crane.post(f"{ORDERS}next/", {"machine": "RS1"})
    assert crane.post(f"{ORDERS}next/", {"machine": "RS1"}).json()["code"] == "machine-busy"
    assert crane.post(f"{ORDERS}next/", {"machine": "RS9"}).json()["code"] == "no-such-machine"


def test_the_open_orders_are_listed_by_machine_in_three_questions(crane, block, django_assert_num_queries):
    asked_for(block), asked_for(block, bay=2)
    crane.post(f"{ORDERS}next/", {"machine": "RS1"})
    with django_assert_num_queries(2):
        assert len(crane.get(ORDERS).json()["results"]) == 2
    assert len(crane.get(f"{ORDERS}?machine=RS1").json()["results"]) == 1
    page = crane.get(f"{ORDERS}?limit=1").json()
    assert len(crane.get(f"{ORDERS}?limit=1&cursor={page['next']}").json()["results"]) == 1


@pytest.mark.parametrize("kind", [Party.Kind.SHIPPER, Party.Kind.RAILWAY])
def test_the_scope_is_worth_nothing_to_a_party_that_does_not_own_the_terminal(lyg, block, kind):
    order = asked_for(block)
    stranger = Program(PartyFactory(code="stranger", kind=kind), "work read")
    assert stranger.get(ORDERS).status_code == 403
    assert stranger.post(at(order, "confirm"), {}).status_code == 403


def test_an_owners_program_without_the_scope_is_refused(lyg):
    reader = Program(PartyFactory(code="port-group", kind=Party.Kind.OWNER), "read")
    assert reader.get(ORDERS).status_code == 403


def test_another_terminals_order_is_not_there(crane, block):
    there = BlockFactory(terminal=TerminalFactory(khorgos=True))
    order = asked_for(there)
    assert crane.post(at(order, "confirm"), {}).status_code == 404
    assert crane.get(ORDERS).json()["results"] == []


def test_a_person_with_the_right_works_in_the_browser_and_one_without_does_not(client, block):
    asked_for(block)
    client.force_login(staff("yard.view_workorder", username="reader"))
    assert client.get(ORDERS).status_code == 403
    client.force_login(staff("yard.carry_out_workorder", username="liu"))
    assert len(client.get(ORDERS).json()["results"]) == 1


@pytest.mark.parametrize("page", ["parties_partykey_add", "parties_apiclient_add"])
def test_nobody_gives_the_scope_to_a_party_that_does_not_own_the_terminal(client, lyg, page):
    client.force_login(UserFactory(is_superuser=True))
    shipper = PartyFactory(code="astana-grain")
    owner = PartyFactory(code="port-group", kind=Party.Kind.OWNER)
    facts = {"name": "crane", "terminal": lyg.pk, "scopes": "read work"}
    refused = client.post(reverse(f"admin:{page}"), {**facts, "party": shipper.pk})
    assert "scopes" in refused.context["adminform"].errors
    assert client.post(reverse(f"admin:{page}"), {**facts, "party": owner.pk}).status_code == 302
    assert not PartyKey.objects.exclude(party=owner).exists()
