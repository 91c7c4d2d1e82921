"""Declaring over the API, by the party and its broker, to the release in each channel; and every bad word refused."""

import base64
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.customs import services
from apps.customs.models import Declaration
from apps.parties.models import Party
from terminal.lifecycle import Channel, DeclarationStatus
from tests.factories.api import Program, program
from tests.factories.bonded import bonded_lot
from tests.factories.calls import CallFactory
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.customs import OfficeFactory, officer_of
from tests.factories.declaring import a_broker, guarantee
from tests.factories.parties import PartyFactory

pytestmark = pytest.mark.django_db
URL, MANDATES = "/api/v1/declarations/", "/api/v1/mandates/"
LINE = {
    "hs_code": "5205.12", "goods": "cotton yarn", "origin": "UZ", "packages": 100, "gross_kg": "1000.000",
    "value_minor": 1_000_000, "currency": "CNY",
}  # fmt: skip
SCOPES = "read declare"


@pytest.fixture
def cotton():
    OfficeFactory()
    return program("almaty-cotton", SCOPES)


def box_of(who, **more):
    visit = VisitFactory(active=True, **more)
    VisitRoleFactory(visit=visit, party=who.party)
    return visit


def wish(*visits, **more):
    numbers = [each.container.number for each in visits]
    return {"regime": "import", "direction": "inbound", "containers": numbers, "lines": [LINE], **more}


def declared(who, **more):
    answer = who.post(URL, wish(box_of(who), **more))
    assert answer.status_code == 201, answer.content
    return answer.json()


def officer_and(document):
    row = Declaration.objects.get(public_id=document["id"])
    return row, {"by": officer_of(row.office), "at": timezone.now()}


def at(document, deed=""):
    return f"{URL}{document['id']}/{deed}"


def test_a_declaration_is_begun_read_changed_at_its_version_and_handed_in(cotton):
    visit = box_of(cotton)
    made = cotton.post(URL, wish(visit))
    assert (made.status_code, made["ETag"]) == (201, f'"{made.json()["version"]}"')
    document = cotton.get(made["Location"]).json()
    assert document == made.json()
    assert (document["status"], document["asked"]["what"]) == ("draft", "submit")
    assert (document["lines"][0]["hs_code"], document["hs_code"]) == ("520512", "520512")
    change = {"lines": [LINE, {**LINE, "goods": "thread"}]}
    changed = cotton.patch(at(document), change, **{"If-Match": made["ETag"]})
    assert len(changed.json()["lines"]) == 2
    assert cotton.patch(at(document), change, **{"If-Match": made["ETag"]}).status_code == 412
    handed_in = cotton.post(at(document, "submit/")).json()
    assert (handed_in["status"], handed_in["asked"]["what"]) == ("submitted", "wait")
    late = cotton.patch(at(document), change)
    assert (late.status_code, late.json()["code"]) == (409, "no-draft")


def test_the_same_wish_sent_twice_is_one_declaration(cotton):
    body, key = wish(box_of(cotton), submit=True), {"Idempotency-Key": "k-1"}
    first, second = (cotton.post(URL, body, **key) for _ in range(2))
    assert (first.json(), Declaration.objects.count()) == (second.json(), 1)


@pytest.mark.parametrize("channel", list(Channel))
def test_from_declaration_to_release_in_each_channel(cotton, channel):
    document = declared(cotton, submit=True)
    row, officer = officer_and(document)
    services.register(row, **officer)
    services.assign_channel(row, channel, **officer)
    if channel is Channel.YELLOW:
        services.query(row, question="Which mill?", **officer)
        asked = cotton.get(at(document)).json()["asked"]
        assert (asked["what"], asked["question"]) == ("answer", "Which mill?")
        assert cotton.post(at(document, "answer/"), {"reply": "Tashkent No. 2"}).status_code == 200
        row.refresh_from_db()
    if channel is Channel.RED:
        services.move(row, DeclarationStatus.INSPECTED, **officer)
    if channel is not Channel.GREEN:
        services.assess(row, duty_minor=77_000, currency="CNY", **officer)
        asked = cotton.get(at(document)).json()
        assert (asked["asked"]["what"], asked["duty_minor"], asked["currency"]) == ("pay", 77_000, "CNY")
        services.pay(row, **officer)
        services.release(row, **officer)
    now = cotton.get(at(document)).json()
    assert (now["status"], now["channel"], now["asked"]["what"]) == ("released", channel.value, "nothing")
    assert [each["status"] for each in now["clocks"]["periods"]][:2] == ["draft", "submitted"]
    assert now["clocks"]["periods"][-1]["ended_at"] is not None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"lines": [LINE, {**LINE, "hs_code": "5205"}]}, "wrong-hs-code"),
        ({"lines": [{**LINE, "hs_code": "770100"}]}, "wrong-hs-code"),
        ({"lines": [{**LINE, "origin": "XX"}]}, "wrong-origin"),
        ({"lines": [{**LINE, "currency": "1¥$"}]}, "wrong-currency"),
        ({"lines": [LINE, {**LINE, "currency": "USD"}]}, "mixed-currencies"),
        ({"lines": [{**LINE, "gross_kg": "0"}]}, "wrong-figure"),
        ({"containers": []}, "nothing-declared"),
        ({"containers": ["TCLU5088040"]}, "not-yours-to-declare"),
        ({"lots": [{"lot": str(uuid.uuid4()), "packages": 1}]}, "not-yours-to-declare"),
        ({"train": str(uuid.uuid4())}, "no-such-train"),
        ({"ends": str(uuid.uuid4())}, "no-such-declaration"),
        ({"least_yield_percent": "90", "most_yield_percent": "80"}, "yield-out-of-order"),
        ({"declarant": "nobody"}, "not-its-broker"),
        ({"broker": "nobody"}, "not-its-broker"),
    ],
)
def test_every_bad_word_is_refused_with_its_name_and_leaves_nothing_behind(cotton, wrong, code):
    answer = cotton.post(URL, {**wish(box_of(cotton)), **wrong})
    assert answer.json()["code"] == code, answer.content
    assert answer.status_code in (403, 404, 422)
    assert not Declaration.objects.exists()


def test_a_wrong_code_says_in_which_line_and_what_would_be_right(cotton):
    answer = cotton.post(URL, wish(box_of(cotton), lines=[LINE, {**LINE, "hs_code": "12"}])).json()
    assert answer["line"] == 2
    assert "6, 8 or 10 digits" in answer["detail"]


def test_a_box_is_found_where_it_stands_and_not_where_it_is_only_announced(cotton):
    stands = box_of(cotton)
    announced = VisitFactory(container=stands.container)
    VisitRoleFactory(visit=announced, party=cotton.party)
    cotton.post(URL, wish(stands))
    assert [*Declaration.objects.get().visits.all()] == [stands]


def test_a_train_is_declared_whole(cotton):
    train = CallFactory()
    visit = box_of(cotton, arrival_call=train)
    body = {"regime": "transit", "direction": "through", "train": str(train.public_id), "lines": [LINE]}
    document = cotton.post(URL, {**body, "submit": True}).json()
    assert (document["train"], document["containers"]) == (str(train.public_id), [visit.container.number])
    mixed = cotton.post(URL, {**body, "containers": [visit.container.number]})
    assert mixed.json()["code"] == "only-transit-by-train"


def test_a_broker_declares_for_who_named_it_and_sees_it_until_it_is_taken_back(cotton):
    broker = Program(a_broker(), SCOPES)
    body = {**wish(box_of(cotton)), "declarant": "almaty-cotton"}
    nobody = broker.post(URL, {**body, "declarant": "nobody-here"})
    refused = broker.post(URL, body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-its-broker") == (
        nobody.status_code, nobody.json()["code"],
    )  # fmt: skip
    mandate = cotton.post(MANDATES, {"broker": "suwei-brokers"})
    assert mandate.status_code == 201
    assert [each["party"] for each in broker.get(MANDATES).json()["results"]] == ["almaty-cotton"]
    made = broker.post(URL, body).json()
    assert (made["declarant"], made["broker"]) == ("almaty-cotton", "suwei-brokers")
    assert cotton.get(at(made)).status_code == 200
    stranger_ends = broker.post(f"{MANDATES}{mandate.json()['id']}/end/")
    assert stranger_ends.json()["code"] == "no-such-mandate"
    assert cotton.post(f"{MANDATES}{mandate.json()['id']}/end/").json()["until"] is not None
    assert broker.post(at(made, "submit/")).json()["code"] == "no-such-declaration"
    assert broker.get(URL).json()["results"] == []
    assert cotton.post(at(made, "submit/")).status_code == 200


def test_who_is_no_broker_is_not_named(cotton):
    PartyFactory(code="wheat")
    for broker in ("wheat", "nobody"):
        assert cotton.post(MANDATES, {"broker": broker}).json()["code"] == "not-a-broker"
    PartyFactory(code="suwei-brokers", kind=Party.Kind.BROKER)
    past = (timezone.now() - timedelta(days=1)).isoformat()
    said = cotton.post(MANDATES, {"broker": "suwei-brokers", "until": past})
    assert said.json()["code"] == "mandate-is-over"


def test_an_amendment_waits_for_customs_once_it_was_taken_up(cotton):
    document = declared(cotton, submit=True)
    at_once = cotton.post(at(document, "amendments/"), {"direction": "through", "reason": "wrong way"}).json()
    assert (at_once["direction"], at_once["amendments"]) == ("through", [])
    row, officer = officer_and(document)
    services.register(row, **officer)
    row.refresh_from_db()
    ask = {"lines": [{**LINE, "goods": "thread"}], "reason": "other goods"}
    stale = cotton.post(at(document, "amendments/"), ask, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    asked = cotton.post(at(document, "amendments/"), ask, **{"If-Match": f'"{row.version}"'}).json()
    assert (asked["goods"], asked["amendments"][0]["status"]) == ("cotton yarn", "asked")
    again = cotton.post(at(document, "amendments/"), ask)
    assert again.json()["code"] == "amendment-under-way"
    services.accept_amendment(row.amendments.get(), answer="seen", **officer)
    now = cotton.get(at(document)).json()
    assert (now["goods"], now["amendments"][0]["status"], now["amendments"][0]["answer"]) == (
        "thread", "accepted", "seen",
    )  # fmt: skip


def test_papers_go_with_a_declaration_and_are_handed_out_to_nobody_else(cotton):
    document = declared(cotton)
    paper = {"kind": "invoice", "name": "i.txt", "content": base64.b64encode(b"Invoice 4711").decode()}
    added = cotton.post(at(document, "documents/"), paper)
    assert (added.status_code, added.json()["media_type"]) == (201, "text/plain")
    assert cotton.get(added["Location"]).content == b"Invoice 4711"
    assert [each["sha256"] for each in cotton.get(at(document, "documents/")).json()["results"]] == [
        added.json()["sha256"]
    ]
    wheat = program("wheat", SCOPES)
    assert wheat.get(added["Location"]).status_code == 404
    other = declared(cotton)
    assert cotton.get(added["Location"].replace(document["id"], other["id"])).status_code == 404
    for wrong in ({"content": "not base64!"}, {"content": ""}, {"kind": "photo"}):
        assert cotton.post(at(document, "documents/"), {**paper, **wrong}).status_code == 422
    cotton.post(at(document, "withdraw/"), {"reason": "sold"})
    assert cotton.post(at(document, "documents/"), paper).json()["code"] == "no-more-documents"


def test_nothing_is_answered_that_was_not_asked_and_nothing_taken_back_that_is_decided(cotton):
    document = declared(cotton, submit=True)
    assert cotton.post(at(document, "answer/"), {"reply": "?"}).json()["code"] == "nothing-asked"
    row, officer = officer_and(document)
    services.register(row, channel=Channel.GREEN, **officer)
    assert cotton.post(at(document, "withdraw/")).json()["code"] == "step-not-allowed"
    late = cotton.post(at(document, "amendments/"), {"direction": "through", "reason": "wrong way"}).json()
    assert (late["code"], "declare anew" in late["detail"]) == ("decided-already", True)


def test_a_party_reads_what_stands_on_its_guarantee(cotton):
    guarantee(1_000_000)
    lot = bonded_lot(100)
    body = {"regime": "bonded_entry", "direction": "inbound", "lines": [LINE], "submit": True}
    document = cotton.post(URL, {**body, "lots": [{"lot": str(lot.public_id), "packages": 100}]}).json()
    row, officer = officer_and(document)
    services.register(row, channel=Channel.GREEN, **officer)
    (told,) = cotton.get("/api/v1/guarantees/").json()["results"]
    assert (told["taken_minor"], told["free_minor"]) == (300_000, 700_000)
    assert told["charges"][0]["declaration"] == row.number
    now = cotton.get(at(document)).json()
    assert (now["lots"][0]["packages"], now["ends_on"] is not None) == (100, True)
    assert program("wheat", SCOPES).get("/api/v1/guarantees/").json()["results"] == []


def test_lists_ask_as_much_for_many_as_for_one(cotton, django_assert_max_num_queries):
    guarantee(), guarantee(reference="G-2")
    for n in range(3):
        declared(cotton)
        cotton.post(MANDATES, {"broker": PartyFactory(code=f"broker-{n}", kind=Party.Kind.BROKER).code})
    for path, most in ((URL, 5), (MANDATES, 2), ("/api/v1/guarantees/", 3)):
        with django_assert_max_num_queries(most):
            assert cotton.get(path).json()["results"]


def test_a_key_without_the_scope_declares_nothing(cotton):
    reader = Program(cotton.party, "read book")
    assert reader.post(URL, wish(box_of(cotton))).status_code == 403
