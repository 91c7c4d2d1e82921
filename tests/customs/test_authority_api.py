"""Customs' own system over HTTP: signed or not heard, a receipt or a problem."""

from datetime import timedelta

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from apps.customs.api.authority import MessageIn
from apps.customs.models import AuthorityMessage
from terminal.customs.word import FIELDS
from terminal.signatures import headers, new_secret
from tests.factories.api import program
from tests.factories.authority import SECRET, AuthorityFactory, word
from tests.factories.customs import submitted

pytestmark = pytest.mark.django_db
PATH = "/api/v1/customs/authority/messages/"


def post(told, *, secret=SECRET, system="lyg-customs", at=None, **more):
    AuthorityFactory()
    raw = told if isinstance(told, bytes) else orjson.dumps(told)
    signed = headers(secret, identifier="msg_1", at=at or timezone.now(), body=raw)
    return Client().post(
        PATH, raw, content_type="application/json", headers={"Customs-System": system, **signed, **more}
    )


@pytest.fixture
def told():
    return word(submitted(), "registered", 1, timezone.now())


def test_a_signed_message_is_answered_with_what_became_of_it(told):
    first, again = post(told), post(told)
    assert (first.status_code, first.json()["state"], first.json()["declaration"]["status"]) == (
        200, "applied", "registered",
    )  # fmt: skip
    assert (again.json()["known"], AuthorityMessage.objects.get().times) == (True, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": new_secret(b"z" * 32)}, {"system": "nobody"}, {"system": ""},
        {"at": timezone.now() - timedelta(minutes=6)}, {"webhook-signature": ""},
    ],
)  # fmt: skip
def test_nobody_else_is_heard(told, wrong):
    answer = post(told, **wrong)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"].startswith("Signature")
    assert not AuthorityMessage.objects.exclude(state="unreadable").exists()


def test_no_partys_credential_speaks_for_customs(told):
    assert program("wheat").post(PATH, told).status_code == 401


def test_what_cannot_be_read_and_what_stands_for_something_else_are_problems(told):
    unreadable = post(b'{"kind": "released"}')
    assert (unreadable.status_code, unreadable.json()["code"]) == (422, "unreadable-message")
    post(told)
    other = post({**told, "kind": "rejected", "reason": "other"})
    assert (other.status_code, other.json()["code"]) == (409, "other-content")


def test_what_is_too_long_is_not_read(told):
    assert post({**told, "reason": "x" * 70_000}).status_code == 413


def test_the_document_names_the_fields_that_are_read():
    assert set(MessageIn().fields) == FIELDS
