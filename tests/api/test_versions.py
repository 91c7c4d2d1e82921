"""Every change can be meant for one version, and every POST can be sent twice: walked over the whole description."""

import json

import pytest

from apps.containers.models import Visit
from apps.parties.models import Party
from tests.api.test_isolation import BODIES, BOX, DOCUMENT, PAPER, SCOPES, WORK, id_of, routes, what_is_here
from tests.factories.api import Program, program
from tests.factories.parties import PartyFactory
from tests.lasting import lasting

pytestmark = pytest.mark.django_db

CHANGING = [
    each
    for each in routes()
    if each.values[1] in ("put", "patch", "delete") or each.values[0].endswith("/{public_id}/change/")
]
SENDING = [each for each in routes() if each.values[1] == "post"]
ONCE_ONLY = {
    "/api/v1/gate/pins/": "its answer holds digits that are told once and kept nowhere",
    "/api/v1/tracking/": "it changes nothing: asked again, it is answered anew",
}
"""POSTs that take no Idempotency-Key, and why."""

READING = [each for each in routes() if each.values[1] == "get" and "{" in each.values[0]]
TAGGED = [each for each in READING if "304" in each.values[2]["responses"]]
UNTAGGED = {
    "/api/v1/containers/{number}/availability/": "asked at this moment, which it says",
    "/api/v1/containers/{number}/charges/": "counted to this moment",
    "/api/v1/containers/{number}/events/": "a feed, read on with its cursor",
    "/api/v1/containers/{number}/readiness/": "asked at this moment, which it says",
    "/api/v1/declarations/{public_id}/documents/": "a list",
    "/api/v1/declarations/{public_id}/documents/{document}/": "a file, which never changes",
    "/api/v1/edi/interchanges/{public_id}/original/": "a file, which never changes",
    "/api/v1/statements/{public_id}/statement.pdf": "printed at this moment, which it says",
    "/api/v1/trains/{public_id}/bookings/": "a list",
    "/api/v1/warehouse/bonded-entries/{public_id}/ledger/": "a list",
    "/api/v1/warehouse/cargo-orders/{public_id}/tally.csv": "the order's, which has a version",
    "/api/v1/warehouse/cargo-orders/{public_id}/tally.pdf": "printed at this moment, which it says",
    "/api/v1/warehouse/cargo-orders/{public_id}/tally/": "the order's, which has a version",
    "/api/v1/webhooks/{public_id}/deliveries/": "a list",
}
"""What is read without an ETag, and why."""


@pytest.fixture(scope="class")
def site(django_db_setup, django_db_blocker):
    with lasting(django_db_blocker):
        astana = program("astana-grain", f"{SCOPES} figures")
        yield astana, what_is_here(astana)


def send(site, path: str, method: str, **headers: str):
    """The route asked by whoever it is for."""
    astana, wheat = site
    who = Program(astana.party, f"{SCOPES} figures")
    if path.startswith(WORK) or path.endswith("/consist/"):
        who = Program(PartyFactory(kind=Party.Kind.OWNER), "work")
    known = {"number": BOX, "public_id": id_of(wheat, path), "position": 1, "document": PAPER["theirs"]}
    if isinstance(BODIES[path], bytes):
        return who.client.post(path, BODIES[path], "application/edifact", headers=headers)
    body = json.dumps(BODIES[path]).replace("{number}", BOX)
    return getattr(who, method)(path.format(**known), body, **headers)


def parameters(operation, name: str) -> list[dict]:
    return [each for each in operation.get("parameters", []) if each["name"] == name]


class TestVersions:
    def test_there_are_changes_to_walk(self):
        assert len(CHANGING) > 4

    @pytest.mark.parametrize(("path", "method", "operation"), CHANGING)
    def test_what_can_be_changed_is_read_with_its_version(self, path, method, operation):
        assert parameters(operation, "If-Match")
        assert "412" in operation["responses"]
        assert "ETag" in DOCUMENT["paths"][path.removesuffix("change/")]["get"]["responses"]["200"]["headers"]

    @pytest.mark.parametrize(("path", "method", "operation"), CHANGING)
    def test_a_change_meant_for_another_version_is_refused(self, site, path, method, operation):
        answer = send(site, path, method, **{"If-Match": '"999999"'})
        assert (answer.status_code, answer.json()["code"]) == (412, "changed-since")


class TestReadingAgain:
    def test_whatever_is_read_has_an_etag_or_says_why_not(self):
        without = {
            each.values[0] for each in READING if "ETag" not in each.values[2]["responses"]["200"].get("headers", {})
        }
        assert without == set(UNTAGGED)

    @pytest.mark.parametrize(("path", "method", "operation"), TAGGED)
    def test_what_is_the_same_is_not_sent_again(self, site, path, method, operation):
        first = read(site, path)
        tag = first.headers["ETag"]
        assert (first.status_code, len(tag)) == (200, 26)
        for said in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = read(site, path, **{"If-None-Match": said})
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert read(site, path, **{"If-None-Match": '"other"'}).content == first.content

    def test_what_has_changed_is_sent_and_a_strangers_is_not_there_at_all(self, site):
        path = "/api/v1/containers/{number}/"
        tag = read(site, path).headers["ETag"]
        Visit.objects.filter(container__number=BOX).update(destination="UZTAS")
        again = read(site, path, **{"If-None-Match": tag})
        assert (again.status_code, again.headers["ETag"] != tag) == (200, True)
        stranger = program("osaka-steel").get(path.format(number=BOX), **{"If-None-Match": tag})
        assert (stranger.status_code, "ETag" in stranger.headers) == (404, False)


def read(site, path: str, **headers: str):
    astana, wheat = site
    who = Program(astana.party, f"{SCOPES} figures")
    return who.get(path.format(number=BOX, public_id=id_of(wheat, path)), **headers)


class TestSendingTwice:
    def test_every_post_takes_a_key_or_says_why_not(self):
        without = {each.values[0] for each in SENDING if not parameters(each.values[2], "Idempotency-Key")}
        assert without == set(ONCE_ONLY)

    @pytest.mark.parametrize(
        ("path", "method", "operation"), [each for each in SENDING if each.values[0] not in ONCE_ONLY]
    )
    def test_a_key_is_looked_at_before_anything_is_done(self, site, path, method, operation):
        answer = send(site, path, method, **{"Idempotency-Key": "two words"})
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-malformed")
