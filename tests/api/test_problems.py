"""Whatever goes wrong, the answer is a problem document."""

import re

import orjson
import pytest
from django.test import Client, override_settings

from apps.common.api import views
from apps.common.api.catalogue import problem_catalogue
from tests.factories.api import Program

pytestmark = pytest.mark.django_db

BOX = "/api/v1/containers/CSQU3054383/"
VISITS = "/api/v1/visits/"
ADVICE = {"container": "CSQU3054383", "size_type": "22G1"}


def is_problem(answer, status: int, code: str) -> bool:
    document = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, document["status"], document["code"]) == (status, status, code)
    assert document["type"] == f"/problems#{code}"
    assert document["title"]
    assert document["detail"]
    return True


@pytest.mark.parametrize(
    ("path", "title"),
    [(f"{BOX}events/?cursor=odd", "Unknown cursor"), ("/api/v1/containers/MSKU1234567/", "Wrong check digit")],
)
def test_a_title_says_the_problem_in_words(astana: Program, path, title):
    assert astana.get(path).json()["title"] == title


WRONG_PATHS = ["/api/", "/api/v1/", "/api/v2/x", "/api/v1/containers", "/oauth/authorize/", "/api//", "/api/v1/a%0Ab/"]


@pytest.mark.parametrize("path", WRONG_PATHS)
def test_a_wrong_address_is_answered_by_a_problem(lyg, path):
    assert is_problem(Client().get(path), 404, "not-found")


def test_a_nul_byte_in_an_address_is_refused(astana: Program):
    assert is_problem(astana.get("/api/v1/containers/%00/"), 400, "bad-request")
    assert is_problem(astana.get(f"{BOX}events/?cursor=%00"), 400, "bad-request")


def test_a_wrong_method_is_405(astana: Program):
    answer = astana.post(BOX, {})
    assert is_problem(answer, 405, "method-not-allowed")
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/json;q=0", "image/*, text/*;q=0.3"])
def test_who_does_not_take_json_gets_406(astana: Program, accept):
    assert is_problem(astana.get(BOX, Accept=accept), 406, "not-acceptable")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, */*;q=0.1", "application/problem+json", ""])
def test_who_takes_json_gets_it(astana: Program, accept):
    assert astana.get(BOX, **({"Accept": accept} if accept else {})).status_code == 404


def test_another_media_type_than_json_is_415(astana: Program):
    answer = astana.client.post(VISITS, "container=CSQU3054383", content_type="application/x-www-form-urlencoded")
    assert is_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": NaN}', b"[" * 2000 + b"]" * 2000, b'"\\ud800"', b"1e999"])
def test_what_is_not_json_is_400_and_says_where(astana: Program, body):
    answer = astana.client.post(VISITS, body, content_type="application/json")
    assert is_problem(answer, 400, "parse-error")


def test_a_body_over_the_limit_is_413_with_and_without_a_key(astana: Program):
    body = b'["' + b"x" * (10 * 1024 * 1024) + b'"]'
    for headers in ({}, {"Idempotency-Key": "big"}):
        answer = astana.client.post(VISITS, body, content_type="application/json", headers=headers)
        assert is_problem(answer, 413, "too-large")


@pytest.mark.parametrize("body", [None, 1, "text", [], {}, [1], [[]], [None], {"container": None}])
def test_a_body_of_the_wrong_shape_is_422(astana: Program, body):
    assert is_problem(astana.post(VISITS, orjson.dumps(body)), 422, "invalid-content")


def test_what_is_wrong_with_the_whole_body_points_at_the_whole_body(astana: Program):
    assert [each["pointer"] for each in astana.post(VISITS, []).json()["errors"]] == [""]


def test_an_unknown_member_is_refused_wherever_it_stands(astana: Program):
    reference = {"kind": "smgs", "value": "1", "a/b~c": 1}
    body = [ADVICE, {**ADVICE, "colour": "red"}, {**ADVICE, "laden": 1, "references": [reference]}]
    errors = astana.post(VISITS, body).json()["errors"]
    assert {each["pointer"]: each["code"] for each in errors} == {
        "/1/colour": "unknown-member", "/2/laden": "wrong-type",
    }  # fmt: skip
    [error] = astana.post(VISITS, {**ADVICE, "references": [reference]}).json()["errors"]
    assert (error["pointer"], error["code"]) == ("/references/0/a~1b~0c", "unknown-member")


def test_members_called_as_those_of_an_error_are_told_apart_from_one(astana: Program):
    errors = astana.post(VISITS, {**ADVICE, "message": 1, "code": 1}).json()["errors"]
    assert [each["pointer"] for each in errors] == ["/message", "/code"]


def test_a_word_that_is_none_of_the_choices_is_refused_with_the_choices(astana: Program):
    [sent] = astana.post(VISITS, {**ADVICE, "direction": "up"}).json()["errors"]
    [asked] = astana.get(f"{BOX}readiness/?step=fly").json()["errors"]
    assert sent["detail"] == "“up” is not one of: unknown, inbound, outbound, through."
    assert asked["detail"] == "“fly” is not one of: load, gate_out, strip."


def test_every_wrong_thing_is_named_with_its_place(astana: Program):
    rows = [ADVICE, {"container": "MSKU1234567", "size_type": "9999", "laden": "yes", "gross_kg": "12"}]
    wrong = {each["pointer"]: each["code"] for each in astana.post(VISITS, rows).json()["errors"]}
    assert wrong == {"/1/laden": "wrong-type", "/1/gross_kg": "wrong-type"}
    rows[1] = {"container": "MSKU1234567", "size_type": "Q2G1"}
    errors = {each["pointer"]: each for each in astana.post(VISITS, rows).json()["errors"]}
    assert errors["/1/container"]["code"] == "wrong-check-digit"
    assert "5" in errors["/1/container"]["detail"]
    assert errors["/1/size_type"]["code"] == "unknown-size-type"


@pytest.mark.parametrize("part", ["", "events/", "readiness/?step=load"])
def test_a_wrong_check_digit_is_refused_with_the_right_one(astana: Program, part):
    answer = astana.get(f"/api/v1/containers/MSKU1234567/{part}")
    assert is_problem(answer, 422, "wrong-check-digit")
    assert answer.json()["expected"] == "5"


def test_a_cyrillic_letter_is_named(astana: Program):
    answer = astana.get("/api/v1/containers/СSQU3054383/")
    assert is_problem(answer, 422, "cyrillic-letter")
    assert answer.json()["position"] == 1


def test_a_wrong_host_is_refused_without_a_view(lyg):
    assert is_problem(Client(headers={"Host": "evil.example"}).get(BOX), 400, "bad-request")


def test_a_fault_of_ours_says_nothing_of_itself(astana: Program, monkeypatch):
    monkeypatch.setattr("apps.containers.api.views.require_container_number", lambda _: 1 / 0)
    astana.client.raise_request_exception = False
    answer = astana.get(BOX)
    assert is_problem(answer, 500, "server-error")
    assert "ZeroDivision" not in answer.content.decode()


@override_settings(DEBUG=False)
def test_a_fault_on_a_page_for_people_is_no_problem_document(rf):
    assert views.server_error(rf.get("/admin/"))["Content-Type"].startswith("text/html")


def test_problems_speak_the_readers_language(astana: Program):
    english = astana.get(BOX)
    russian = astana.get(BOX, **{"Accept-Language": "ru"})
    assert (english["Content-Language"], russian["Content-Language"]) == ("en", "ru")
    assert english.json()["code"] == russian.json()["code"]


def test_every_problem_has_its_place_on_the_page(client):
    page = client.get("/problems").content.decode()
    anchors = set(re.findall(r'<tr id="([^"]+)"', page))
    assert anchors == {each.code for each in problem_catalogue()}
    assert {"wrong-check-digit", "idempotency-key-reused", "not-ready", "no-room", "not-found"} <= anchors


def test_the_api_sets_no_cookie_and_says_what_a_cache_must_know(astana: Program):
    answer = astana.get(BOX)
    assert not answer.cookies
    assert "Authorization" in answer["Vary"]
    assert answer["X-Content-Type-Options"] == "nosniff"
