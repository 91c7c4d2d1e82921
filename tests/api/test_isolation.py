"""A stranger with a good credential of its own walks every route and learns nothing."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from apps.billing import services as billing
from apps.common.ids import uuid7
from apps.customs import services as customs
from apps.gate import services as gate
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.trains import services as trains
from apps.warehouse.services import bonded, orders, stock
from apps.yard import services as yard
from terminal.charges.rules import Unit
from terminal.customs.goods import DocumentKind
from terminal.work import Work
from tests.factories.api import Program, program
from tests.factories.billing import version
from tests.factories.bonded import an_entry, bonded_lot
from tests.factories.cargo import stocked
from tests.factories.containers import (
    ContainerFactory,
    HoldFactory,
    ReferenceFactory,
    VisitFactory,
    VisitRoleFactory,
)
from tests.factories.customs import drafted
from tests.factories.edi import PartnerFactory, interchange, take
from tests.factories.gate import CLERK, book_truck, haulier, open_day_and_night
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.places import bookable_train
from tests.factories.warehouse import (
    DockDoorFactory,
    DockDurationFactory,
    ZoneFactory,
    book,
    book_again,
    book_door,
)
from tests.factories.webhooks import webhook_of
from tests.factories.yard import BlockFactory, EquipmentFactory
from tests.lasting import lasting

pytestmark = pytest.mark.django_db

DOCUMENT = yaml.safe_load((Path(settings.ROOT) / "docs" / "openapi.yaml").read_text())
SCOPES = "read book advise gate declare edi"
BOX, NEVER_SEEN = "CSQU3054383", "TCLU5088040"
NEVER_MADE = str(uuid7())
SOON = (timezone.now() + timedelta(days=20)).replace(hour=4, minute=0, second=0, microsecond=0)
QUERY = {
    "step": "load",
    "from": "2026-05-01",
    "to": "2026-05-02",
    "zone": "A",
    "area_m2": "10",
    "start": SOON.isoformat(),
    "end": (SOON + timedelta(days=1)).isoformat(),
    "work": "strip",
    "day": f"{SOON:%Y-%m-%d}",
    "origin": "KZALA",
    "destination": "JPTYO",
}
WEIGHTS = "/api/v1/visits/{public_id}/weights/"
GATE = "/api/v1/gate/"
WORK = "/api/v1/work-orders/"
TRAINS = "/api/v1/trains/"
PLACES = "/api/v1/train-bookings/"
BILLS, STATEMENTS = "/api/v1/invoices/", "/api/v1/statements/"
SERIES, DOORS = "/api/v1/warehouse/series/", "/api/v1/warehouse/dock-appointments/"
CARGO, STOCK = "/api/v1/warehouse/cargo-orders/", "/api/v1/warehouse/stock/"
KEPT, BOND = "/api/v1/warehouse/reservations/", "/api/v1/warehouse/bonded-entries/"
DECLARED, BROKERS, PUT_UP = "/api/v1/declarations/", "/api/v1/mandates/", "/api/v1/guarantees/"
HOOKS = "/api/v1/webhooks/"
EDI = "/api/v1/edi/interchanges/"
GOODS_LINE = {
    "hs_code": "100199",
    "goods": "grain",
    "origin": "KZ",
    "packages": 9,
    "gross_kg": "90.000",
    "value_minor": 900,
    "currency": "CNY",
}
TRAIN: dict[str, str] = {}
"""Trains everybody may know of, by whether Astana Grain has places on it."""
PAPER: dict[str, str] = {}
"""The paper of a declaration of Astana Grain."""
NEXT_WEEK = (timezone.now() + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
BODIES: dict[str, Any] = {
    "/api/v1/visits/": {"container": "{number}", "size_type": "22G1"},
    "/api/v1/tracking/": {"containers": ["{number}"]},
    "/api/v1/reports/": {
        "reports": [
            {"reference": "r", "container": "{number}", "what": "passed", "happened_at": "2026-05-02T03:20:00Z"},
        ],
    },
    WEIGHTS: {"gross_kg": 22_000, "how": "declared"},
    "/api/v1/what-if/": {"more_boxes": [{"count": 1}]},
    "/api/v1/warehouse/bookings/": {
        "zone": "A",
        "area_m2": "10",
        "start_at": QUERY["start"],
        "end_at": QUERY["end"],
        "work": "strip",
        "container": "{number}",
    },
    "/api/v1/warehouse/bookings/{public_id}/": {"area_m2": "5"},
    "/api/v1/warehouse/bookings/{public_id}/cancel/": {},
    SERIES: {
        "zone": "A",
        "area_m2": "10",
        "weekdays": [1],
        "from_clock": "08:00",
        "duration_minutes": 60,
        "first_on": f"{SOON:%Y-%m-%d}",
        "last_on": f"{SOON + timedelta(days=7):%Y-%m-%d}",
    },
    f"{SERIES}{{public_id}}/cancel/": {},
    DOORS: {
        "work": "strip",
        "start_at": SOON.isoformat(),
        "container": "{number}",
    },
    f"{DOORS}{{public_id}}/": {"plate": "B 2"},
    f"{DOORS}{{public_id}}/cancel/": {},
    CARGO: {
        "kind": "strip",
        "container": "{number}",
        "zone": "A",
        "lots": [
            {"goods": "wheat", "packages": 9, "package_kind": "bag", "gross_kg": "90.000", "hs_code": "100199"},
        ],
    },
    f"{CARGO}{{public_id}}/cancel/": {},
    **{f"{STOCK}{{public_id}}/{deed}/": {"packages": 1} for deed in ("reserve", "split", "withdraw")},
    f"{KEPT}{{public_id}}/end/": {},
    f"{GATE}appointments/": {
        "starts_at": NEXT_WEEK.isoformat(),
        "plate": "A 1",
        "boxes": [{"direction": "out", "container": "{number}"}],
    },
    f"{GATE}appointments/{{public_id}}/change/": {"plate": "B 2"},
    f"{GATE}appointments/{{public_id}}/cancel/": {},
    f"{GATE}delivery-orders/": {
        "container": "{number}",
        "haulier": "xugou-haulage",
        "valid_until": NEXT_WEEK.isoformat(),
    },
    f"{GATE}delivery-orders/{{public_id}}/revoke/": {},
    f"{GATE}pins/": {"container": "{number}", "valid_until": NEXT_WEEK.isoformat()},
    f"{GATE}pins/{{public_id}}/revoke/": {},
    f"{WORK}next/": {"machine": "RS1"},
    f"{WORK}{{public_id}}/quarantine/": {"cause": "not_found"},
    f"{TRAINS}{{public_id}}/consist/": {"wagons": [{"scheme": "CN7", "number": "5270001"}]},
    f"{TRAINS}{{public_id}}/bookings/": {"destination": "KZALA", "teu": "2", "boxes": 1},
    f"{PLACES}{{public_id}}/": {"boxes": 2},
    f"{PLACES}{{public_id}}/cancel/": {},
    **{f"{PLACES}{{public_id}}/{step}/": {"containers": ["{number}"]} for step in ("assign", "unassign")},
    **{f"{WORK}{{public_id}}/{step}/": {} for step in ("start", "confirm", "hand-back")},
    "/api/v1/quotes/": {
        "area": [{"zone_kind": "general", "area_m2": "10", "start_at": QUERY["start"], "end_at": QUERY["end"]}]
    },
    f"{BILLS}{{public_id}}/lines/{{position}}/dispute/": {"reason": "a lift too many"},
    DECLARED: {"regime": "import", "direction": "inbound", "containers": ["{number}"], "lines": [GOODS_LINE]},
    f"{DECLARED}{{public_id}}/": {"direction": "inbound"},
    **{f"{DECLARED}{{public_id}}/{deed}/": {} for deed in ("submit", "withdraw")},
    f"{DECLARED}{{public_id}}/answer/": {"reply": "the mill"},
    f"{DECLARED}{{public_id}}/amendments/": {"direction": "inbound", "reason": "wrong way"},
    f"{DECLARED}{{public_id}}/documents/": {"kind": "invoice", "name": "i.txt", "content": "SW52b2ljZQ=="},
    EDI: interchange("COPARN:D:95B:UN|BGM+27+AO-2+9'EQD+CN+{number}+22G1:102:5++2+5'CNT+16:1'", reference="AG2"),
    BROKERS: {"broker": "suwei-brokers"},
    f"{BROKERS}{{public_id}}/end/": {},
    HOOKS: {"url": "https://93.184.216.34/hook", "containers": ["{number}"]},
    f"{HOOKS}{{public_id}}/": {"description": "ours"},
    **{f"{HOOKS}{{public_id}}/{deed}/": {} for deed in ("rotate-secret", "end", "test")},
    f"{HOOKS}{{public_id}}/replay/": {"since": NEXT_WEEK.isoformat()},
}

SANDBOX = "/api/v1/sandbox/"
"""Nothing is played at a terminal in earnest."""

THEIRS = [
    f"/api/v1/containers/{BOX}/",
    "/api/v1/warehouse/bookings/",
    PLACES,
    SERIES,
    DOORS,
    CARGO,
    STOCK,
    BOND,
    BILLS,
    STATEMENTS,
    DECLARED,
    BROKERS,
    PUT_UP,
    HOOKS,
    "/api/v1/access-log/",
    EDI,
    *(f"{GATE}{kind}/" for kind in ("appointments", "delivery-orders", "pins")),
]
"""What Astana Grain reads of its own."""


NOT_FOR_PARTIES = "/api/v1/customs/authority/"
"""Customs' own systems sign what they ask there; no party's credential opens it: see tests/customs."""


def routes():
    for path, item in DOCUMENT["paths"].items():
        if path.startswith(NOT_FOR_PARTIES):
            continue
        for method, operation in item.items():
            yield pytest.param(path, method, operation, id=f"{method} {path}")


every_route = pytest.mark.parametrize(("path", "method", "operation"), list(routes()))


@pytest.fixture(scope="class")
def site(django_db_setup, django_db_blocker):
    """Two shippers who know nothing of each other, and what Astana Grain has here; made once for each class of tests.

    Not once for all: feeds of the journal, in other processes too, wait for what is not committed.
    """
    with lasting(django_db_blocker):
        astana, osaka = program("astana-grain", SCOPES), program("osaka-steel", SCOPES)
        yield astana, osaka, what_is_here(astana)


@pytest.fixture
def astana(site, db) -> Program:
    """Astana Grain's program."""
    return site[0]


@pytest.fixture
def osaka(site, db) -> Program:
    """A stranger's program: Osaka Steel."""
    return site[1]


@pytest.fixture
def wheat(site, db) -> dict[str, str]:
    """What Astana Grain has here."""
    return site[2]


def what_is_here(astana: Program) -> dict[str, str]:
    """A box in the yard on hold, an area booked for it, and one of everything a party can have."""
    visit = VisitFactory(container=ContainerFactory(number=BOX), active=True)
    VisitRoleFactory(visit=visit, party=astana.party)
    HoldFactory(visit=visit, reason="freight of Astana Grain unpaid", reference="INV-4711")
    ReferenceFactory(visit=visit, value="SMGS-20764311")
    booking = book(
        ZoneFactory(), 300, start=SOON, end=SOON + timedelta(days=1), party=astana.party, visit=visit, at=timezone.now()
    )
    return {
        **at_the_warehouse(astana, booking.zone),
        **at_the_gate(astana, visit),
        "number": BOX,
        "public_id": str(booking.public_id),
        "booking": booking.number,
        "visit": str(visit.public_id),
        "work_order": in_hand(visit),
        **on_a_train(astana, visit),
        **on_a_bill(astana, visit),
        **at_customs(astana),
        "hook": str(webhook_of(astana.party, "https://93.184.216.34/astana")[0].public_id),
        **by_edifact(astana),
    }


def at_customs(astana: Program) -> dict[str, str]:
    """A declaration of theirs with a paper, a broker they named, and a guarantee."""
    declaration, by, at = drafted(party_code=astana.party.code), Actor.program(astana.party, "key"), timezone.now()
    paper = {"name": "invoice-Astana.txt", "kind": DocumentKind.INVOICE, "by": by, "at": at}
    broker = PartyFactory(code="xuwei-brokers", kind=Party.Kind.BROKER)
    who = {"terminal": declaration.terminal, "party": astana.party, "at": at}
    mandate = customs.name_broker(broker=broker, by=by, **who)
    suwei = PartyFactory(code="suwei-brokers", kind=Party.Kind.BROKER)
    for party in (astana.party, PartyFactory(code="osaka-steel")):  # so that naming it again is answered alike
        customs.name_broker(broker=suwei, by=CLERK.entrusted(), **{**who, "party": party})
    guaranteed = {"reference": "G-Astana", "amount_minor": 7_777_777, "currency": "CNY", "valid_from": at.date()}
    customs.put_up_guarantee(by=CLERK.entrusted(), **guaranteed, **who)
    PAPER["theirs"] = str(customs.add_document(declaration, BytesIO(b"Invoice"), **paper).public_id)
    return {
        "declaration": str(declaration.public_id),
        "declaration_number": declaration.number,
        "paper": PAPER["theirs"],
        "mandate": str(mandate.public_id),
        "named": broker.code,
        "security": "G-Astana",
    }


def on_a_bill(astana: Program, visit) -> dict[str, str]:
    """A lift of the box, on an invoice of theirs and on a statement."""
    version(valid_until=None)
    at, by = timezone.now(), CLERK.entrusted()
    billing.charge_extra_work(visit, party=astana.party, unit=Unit.LIFT, service="", count=1, by=by, at=at)
    who = {"terminal": visit.terminal, "party": astana.party, "by": by}
    (paper,) = billing.invoice(**who, at=at)
    (statement,) = billing.state_month(**who, month=at.date(), at=at + timedelta(days=40))
    return {"invoice": str(paper.public_id), "bill": paper.number, "statement": str(statement.public_id)}


def at_the_warehouse(astana: Program, zone) -> dict[str, str]:
    """Bookings that come again, a door, goods in stock (some kept back, some to be handed out) and goods in bond."""
    DockDurationFactory(terminal=zone.terminal)
    DockDoorFactory(zone=zone)
    who = {"party": astana.party, "by": CLERK.entrusted(), "at": timezone.now()}
    days = {"first_on": SOON.date(), "last_on": SOON.date() + timedelta(days=6)}
    return {
        "series": str(book_again(zone=zone, **days, **who).public_id),
        "door": str(book_door(zone.terminal, SOON, **who).public_id),
        **in_stock(astana, zone),
    }


def in_stock(astana: Program, zone) -> dict[str, str]:
    """A lot of theirs, packages of it kept back, others to be handed out; and an entry in bond."""
    now = {"by": CLERK.entrusted(), "at": timezone.now()}
    lot, in_bond = stocked(100, owner=astana.party, zone=zone), bonded_lot(10, owner=astana.party)
    wish = {"terminal": zone.terminal, "party": astana.party, "planned": [orders.Planned(lot=lot, packages=5)]}
    entry = an_entry("5230-Astana", owner=astana.party, ends_on=SOON.date(), at=now["at"])
    bonded.take_into_bond(entry, [in_bond], **now)
    return {
        "lot": str(lot.public_id),
        "lot_number": lot.number,
        "kept": str(stock.reserve(lot, 5, **now).public_id),
        "cargo": str(orders.order_withdrawal(**wish, **now).public_id),
        "entry": str(entry.public_id),
        "entry_number": entry.number,
    }


def on_a_train(astana: Program, visit) -> dict[str, str]:
    """Places on a train that they booked, one of them for the box."""
    now = {"by": Actor.itself("test"), "at": timezone.now()}
    wish = {"destination": "KZALA", "teu": Decimal(4), "boxes": 3, "reference": "PO-Astana", **now}
    train, twin = (bookable_train(SOON, number="X9014") for _ in range(2))
    booking = trains.book_slots(train=train, party=astana.party, **wish)
    trains.book_slots(train=twin, party=PartyFactory(code="somebody-else"), **wish)
    trains.assign_containers(booking, [visit], **now)
    TRAIN.update(theirs=str(train.call.public_id), another=str(twin.call.public_id))
    return {"places": str(booking.public_id), "places_number": booking.number, "po": "PO-Astana"}


def at_the_gate(astana: Program, visit) -> dict[str, str]:
    """A truck of theirs that brings another box, and two rights to collect this one."""
    open_day_and_night(visit.terminal)
    now = {"at": timezone.now(), "by": CLERK}
    truck = book_truck(haulier=astana.party, starts_at=NEXT_WEEK, plate="苏G 4711", **now)
    said = {"issued_by": astana.party, "valid_until": NEXT_WEEK, **now}
    order = gate.issue_delivery_order(visit, haulier=haulier(), **said)
    pin, digits = gate.issue_pin(visit, **said)
    return {
        "truck": str(truck.public_id),
        "turn": truck.number,
        "plate": truck.plate,
        "delivery_order": str(order.public_id),
        "order": order.number,
        "pin": str(pin.public_id),
        "digits": digits,
    }


def by_edifact(astana: Program) -> dict[str, str]:
    """An interchange of theirs, with its answers."""
    partner = PartnerFactory(code="ag-edi", name="Astana Grain", party=astana.party)
    came = take(interchange("COPARN:D:95B:UN|BGM+12+RO-1+9'EQD+CN++22G1:102:5++2+4'CNT+16:1'"), partner, timezone.now())
    return {"interchange": str(came.public_id), "edi_partner": partner.code}


def in_hand(visit) -> str:
    """An order to shift the box, handed out."""
    BlockFactory(terminal=visit.terminal, code="A")
    EquipmentFactory(terminal=visit.terminal, code="RS1")
    now = {"by": CLERK.entrusted(), "at": timezone.now()}
    order = yard.plan_orders([yard.NewOrder(kind=Work.SHIFT, visit=visit)], **now)[0]
    return str(yard.hand_out(order, equipment=None, **now).public_id)


def id_of(wheat: dict[str, str], path: str) -> str:
    """The public id the route means."""
    if path.startswith(WORK):
        return wheat["work_order"]
    if path.startswith((TRAINS, PLACES)):
        return TRAIN["theirs"] if path.startswith(TRAINS) else wheat["places"]
    if path.startswith((SERIES, DOORS)):
        return wheat["series" if path.startswith(SERIES) else "door"]
    goods = {HOOKS: "hook", EDI: "interchange", CARGO: "cargo", STOCK: "lot", KEPT: "kept", BOND: "entry"}
    if kind := next((each for each in goods if path.startswith(each)), None):
        return wheat[goods[kind]]
    if path.startswith((DECLARED, BROKERS)):
        return wheat["declaration" if path.startswith(DECLARED) else "mandate"]
    if path.startswith((BILLS, STATEMENTS)):
        return wheat["invoice" if path.startswith(BILLS) else "statement"]
    known = {WEIGHTS: "visit", "appointments": "truck", "delivery-orders": "delivery_order", "pins": "pin"}
    part = path.removeprefix(GATE).partition("/")[0] if path.startswith(GATE) else path
    return wheat[known.get(part, "public_id")]


def call(who: Program, path: str, method: str, operation: dict[str, Any], number: str, public_id: str):
    """The route asked for one thing."""
    filled = path.format(number=number, public_id=public_id, position=1, document=PAPER.get("theirs", NEVER_MADE))
    wanted = [
        each["name"] for each in operation.get("parameters", []) if each["in"] == "query" and each.get("required")
    ]
    query = urlencode({name: QUERY[name] for name in wanted})
    if method == "get":
        return who.get(f"{filled}?{query}" if query else filled)
    if path == EDI:
        return who.client.post(filled, BODIES[path].replace(b"{number}", number.encode()), "application/edifact")
    body = json.dumps(BODIES[path]).replace("{number}", number)
    return getattr(who, method)(filled, body)


NAMED_AGAIN = ("/api/v1/visits/", "/api/v1/tracking/", HOOKS, f"{GATE}appointments/", DECLARED)
"""Where the answer repeats the container that was asked about."""


def faceless(answer, *names: str) -> tuple[int, str]:
    """The answer without what differs between any two answers: ids and moments made for it, and the names asked for."""
    text = answer.content.decode()
    for name in names:
        text = text.replace(name, "·")
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "·", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+Z|whsec_[A-Za-z0-9+/=]+", "·", text)
    return answer.status_code, re.sub(r"(TB|WB|WD|WS|CD)-\d{4}-\d+", "·", text)


class TestReading:
    @every_route
    def test_a_stranger_learns_nothing(self, wheat, osaka: Program, path, method, operation):
        there = call(osaka, path, method, operation, wheat["number"], id_of(wheat, path))
        absent = call(osaka, path, method, operation, NEVER_SEEN, TRAIN["another"] if TRAINS in path else NEVER_MADE)
        assert faceless(there, BOX) == faceless(absent, NEVER_SEEN)
        own = [BOX] if path in NAMED_AGAIN else []
        own.append(id_of(wheat, path))  # asked for, and so no news
        for secret in {*wheat.values(), "astana", "Astana", "INV-4711", "SMGS-20764311"} - set(own):
            assert secret not in there.content.decode().replace("/api/v1/containers/", "")


class TestASandbox:
    """A credential at a sandbox, were it of the same company, reads nothing of a terminal in earnest."""

    @every_route
    def test_it_learns_nothing_of_the_terminal_in_earnest(self, wheat, astana: Program, path, method, operation):
        playing = Program(astana.party, SCOPES, terminal=TerminalFactory(code="sandbox", sandbox=True))
        with transaction.atomic():  # what it does there is undone, or the second would find it
            there = call(playing, path, method, operation, wheat["number"], id_of(wheat, path))
            transaction.set_rollback(True)
        absent = call(playing, path, method, operation, NEVER_SEEN, TRAIN["another"] if TRAINS in path else NEVER_MADE)
        assert faceless(there, BOX) == faceless(absent, NEVER_SEEN)


class TestChanging:
    @every_route
    def test_a_stranger_changes_nothing(self, wheat, astana: Program, osaka: Program, path, method, operation):
        before = all_of(astana)
        call(osaka, path, method, operation, wheat["number"], id_of(wheat, path))
        assert all_of(astana) == before


def all_of(who: Program) -> list[bytes]:
    """What a program reads of its own; stock also says of which moment, which is left out."""
    return [re.sub(rb'^{"at":"[^"]+"', b"", who.get(theirs).content) for theirs in THEIRS]


@every_route
def test_without_a_credential_every_route_is_401(lyg, path, method, operation):
    for headers in ({}, {"Authorization": "Api-Key abcdefgh.abcdefghabcdefghabcdefghabcdefgh"}):
        client = Client(headers=headers)
        answer = getattr(client, method)(path.format(number=BOX, public_id=NEVER_MADE, position=1, document=NEVER_MADE))
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert "WWW-Authenticate" in answer


@every_route
def test_without_its_scope_every_route_is_403(lyg, path, method, operation):
    (scope,) = next(way["oauth2"] for way in operation["security"] if "oauth2" in way)
    others = {"read", "book", "advise", "gate", "declare", "edi", "figures"} - {scope}
    answer = call(program("astana-grain", " ".join(others)), path, method, operation, BOX, NEVER_MADE)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission-denied")


class TestTheOwner:
    @every_route
    def test_the_owner_is_answered(self, wheat, astana: Program, path, method, operation):
        who = Program(astana.party, "read book advise gate declare edi figures")
        if path.startswith(WORK) or path.endswith("/consist/"):  # the terminal's own machines and systems
            who = Program(PartyFactory(kind=Party.Kind.OWNER), "work")
        answer = call(who, path, method, operation, wheat["number"], id_of(wheat, path))
        assert answer.status_code in ((404,) if path == SANDBOX else (200, 201, 202, 409))


def test_the_description_and_the_health_are_for_everybody(lyg, client):
    for path in ("/api/openapi.json", "/api/docs/", "/healthz", "/problems"):
        assert client.get(path).status_code == 200


def test_the_docs_need_nothing_from_elsewhere(lyg, client):
    page = client.get("/api/docs/").content.decode()
    assert "/api/openapi.json" in page
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page)
