"""Every change can be meant for one version, and every POST can be sent twice: walked over the whole description."""

import json

import pytest

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
