"""A partner's program hands interchanges in, and reads what became of its own and nobody else's."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from apps.containers.models import Visit
from apps.edi.models import Interchange
from terminal.edifact.acknowledging import read_answers
from tests.edi.test_taking import A_SHIP_NOBODY_KNOWS, ONE, TWO
from tests.factories.api import program
from tests.factories.edi import PartnerFactory, interchange

pytestmark = pytest.mark.django_db

INTERCHANGES = "/api/v1/edi/interchanges/"
EDIFACT = "application/edifact"


@pytest.fixture
def line(lyg):
    PartnerFactory()
    return program("yellow-sea-line", "edi")


def send(who, data, kind=EDIFACT, **headers):
    return who.client.post(INTERCHANGES, data, content_type=kind, headers=headers)


def test_an_interchange_is_taken_and_answered_with_what_became_of_it(line):
    answer = send(line, interchange(ONE))
    said = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"{INTERCHANGES}{said['id']}/")
    assert (said["fate"], said["types"], said["reference"], said["fault"]) == ("taken", ["COPARN"], "IC1", None)
    (message,) = said["messages"]
    assert (message["document"], message["done"][0]["what"], message["left"]) == ("AO-1", "visit-advised", [])
    assert [each["types"] for each in said["answers"]] == [["CONTRL"], ["APERAK"]]
    assert line.get(answer["Location"]).json() == said


def test_original_and_answers_are_fetched_to_the_byte(line):
    said = send(line, interchange(ONE)).json()
    original = line.get(said["original"])
    assert (original.content, original["Content-Type"]) == (interchange(ONE), EDIFACT)
    contrl = line.get(said["answers"][0]["original"])
    assert read_answers(contrl.content)[0].accepted is True


def test_the_same_again_is_answered_as_the_first_time(line):
    first, again = send(line, interchange(ONE)), send(line, interchange(ONE))
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert (Visit.objects.count(), again.json()["times"]) == (1, 2)


def test_under_an_idempotency_key_the_first_answer_comes_again(line):
    key = {"Idempotency-Key": str(uuid4())}
    first, again = send(line, interchange(ONE), **key), send(line, interchange(ONE), **key)
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
    other = send(line, interchange(TWO, reference="IC2"), **key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "application/edifact; charset=utf-8"])
def test_other_names_for_bytes_are_taken_too(line, kind):
    assert send(line, interchange(ONE), kind).status_code == 201


def test_a_file_of_a_form_is_taken(line):
    file = SimpleUploadedFile("advice.edi", interchange(ONE))
    answer = line.client.post(INTERCHANGES, {"file": file}, content_type=MULTIPART_CONTENT)
    assert answer.status_code == 201
    assert Interchange.objects.came().get().original.name == "advice.edi"


def test_a_refusal_says_where_and_is_kept_with_its_answers(line):
    answer = send(line, interchange(ONE.replace("4383", "4384")), **{"Idempotency-Key": str(uuid4())})
    said = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert (said["code"], said["fault"]["code"], said["fault"]["cause"]) == (
        "interchange-refused", "refused-element", "wrong-check-digit",
    )  # fmt: skip
    assert [said["fault"][name] for name in ("segment", "tag", "element", "component", "message")] == [
        4, "EQD", 2, 1, "1",
    ]  # fmt: skip
    assert [each["types"] for each in said["answers"]] == [["CONTRL"]]
    assert line.get(answer["Location"]).json()["fate"] == "refused"


def test_what_may_be_right_another_time_is_409(line):
    assert send(line, interchange(ONE)).status_code == 201
    answer = send(line, interchange(TWO))
    assert (answer.status_code, answer.json()["fault"]["code"]) == (409, "reference-used")


def test_what_is_not_known_here_is_422_at_its_place(line):
    answer = send(line, interchange(A_SHIP_NOBODY_KNOWS))
    assert (answer.status_code, answer.json()["fault"]["code"]) == (422, "unknown-here")


def test_nothing_agreed_on_is_403_for_a_stranger_and_for_an_unknown_sender(line):
    stranger = program("osaka-steel", "edi")
    for who, data in ((stranger, interchange(ONE)), (line, interchange(ONE, between="OSAKA+LYGSEA"))):
        answer = send(who, data)
        assert (answer.status_code, answer.json()["code"]) == (403, "no-edi-partner")
    assert not Interchange.objects.exists()


def test_a_party_with_several_agreements_says_by_which(line):
    PartnerFactory(code="second", sender_code="SECOND")
    bare = interchange(ONE)[len("UNB+UNOC:3+LINEAGENT:ZZZ+LYGSEA:ZZZ+260503:0800+IC1'") :].replace(b"UNZ+1+IC1'", b"")
    answer = send(line, bare)
    assert (answer.status_code, answer.json()["code"]) == (422, "which-partner")
    assert send(line, interchange(ONE, between="SECOND:ZZZ+LYGSEA")).json()["partner"] == "second"


def test_without_the_scope_nothing_is_taken_or_read(line):
    reader = program("yellow-sea-line", "read advise")
    assert [send(reader, interchange(ONE)).status_code, reader.get(INTERCHANGES).status_code] == [403, 403]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * 5_000_001, EDIFACT, 413),
        (b"x" * 10_000_000, EDIFACT, 413),
        (b"x" * 11_000_000, EDIFACT, 413),
        (b'{"a": 1}', "application/json", 415),
        (b"", EDIFACT, 422),
        (b"\x00\xff\xfe", EDIFACT, 422),
        (b"x", "", 415),
    ],
)
@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k1"}])
def test_whatever_else_comes_is_a_problem_document(line, body, kind, status, key):
    answer = send(line, body, kind, **key)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_a_form_without_a_file_is_refused(line):
    for form in ({}, {"file": "no file"}):
        answer = line.client.post(INTERCHANGES, form, content_type=MULTIPART_CONTENT)
        assert answer.status_code == 422


def test_own_interchanges_are_listed_both_ways_the_newest_first(line):
    first, second = (send(line, interchange(told, reference=name)).json() for told, name in ((ONE, "R1"), (TWO, "R2")))
    listed = line.get(f"{INTERCHANGES}?direction=in").json()
    assert [each["id"] for each in listed["results"]] == [second["id"], first["id"]]
    assert len(line.get(INTERCHANGES).json()["results"]) == 6
    page = line.get(f"{INTERCHANGES}?limit=4").json()
    rest = line.get(f"{INTERCHANGES}?limit=4&cursor={page['next']}").json()
    assert (len(page["results"]), len(rest["results"]), rest["next"]) == (4, 2, None)


def test_a_list_asks_a_fixed_number_of_questions(line, django_assert_max_num_queries):
    for n in range(4):
        send(line, interchange(ONE.replace("AO-1", f"AO-{n}"), reference=f"R{n}"))
    with django_assert_max_num_queries(4):
        line.get(INTERCHANGES)


def test_a_strangers_interchange_is_not_there(line):
    said = send(line, interchange(ONE)).json()
    PartnerFactory(code="osaka", sender_code="OSAKA", party__code="osaka-steel")
    stranger = program("osaka-steel", "edi")
    assert stranger.get(INTERCHANGES).json()["results"] == []
    for path in (f"{INTERCHANGES}{said['id']}/", said["original"], said["answers"][0]["original"]):
        assert stranger.get(path).status_code == 404
