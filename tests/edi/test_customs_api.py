"""Customs' own system hands in CUSRES, signed like its messages."""

import pytest
from django.test import Client
from django.utils import timezone

from apps.customs.models import AuthorityMessage
from apps.edi.models import Interchange
from terminal.edifact.acknowledging import read_answers
from terminal.signatures import headers, new_secret
from tests.edi.test_taking import ONE
from tests.factories.api import program
from tests.factories.authority import SECRET
from tests.factories.customs import submitted
from tests.factories.edi import PartnerFactory, interchange

pytestmark = pytest.mark.django_db

PATH = "/api/v1/customs/authority/interchanges/"


@pytest.fixture
def partner(lyg):
    return PartnerFactory(customs=True)


def post(raw, *, secret=SECRET, system="lyg-customs", kind="application/edifact"):
    signed = headers(secret, identifier="msg_1", at=timezone.now(), body=raw)
    return Client().post(PATH, raw, content_type=kind, headers={"Customs-System": system, **signed})


def decision(declaration, reference="CR1", turn=1):
    at = timezone.now().astimezone(declaration.terminal.zone)
    told = (
        f"CUSRES:D:95B:UN|BGM+962+RES-1+11'NAD+CM+{declaration.office.code}'DTM+137:{at:%Y%m%d%H%M}:203'GIS+1'"
        f"RFF+ABT:{declaration.number}'RFF+AEG:{turn}'"
    )
    return interchange(told, reference=reference, between="CUSTOMS:ZZZ+RAILTERM")


def test_a_signed_decision_is_carried_out_and_answered_at_once(partner):
    declaration = submitted()
    first, again = post(decision(declaration)), post(decision(declaration))
    declaration.refresh_from_db()
    assert (first.status_code, again.status_code, declaration.status) == (201, 200, "registered")
    contrl, aperak = (read_answers(each["text"].encode())[0] for each in first.json()["replies"])
    assert (contrl.accepted, aperak.accepted, aperak.answers) == (True, True, "RES-1")
    assert AuthorityMessage.objects.count() == 1


def test_what_is_refused_says_where(partner):
    answer = post(interchange(ONE, between="CUSTOMS:ZZZ+RAILTERM"))
    assert (answer.status_code, answer.json()["code"], answer.json()["fault"]["code"]) == (
        422, "interchange-refused", "not-agreed-on",
    )  # fmt: skip
    assert Interchange.objects.came().get().fate == "refused"


@pytest.mark.parametrize("wrong", [{"secret": new_secret(b"z" * 32)}, {"system": "nobody"}])
def test_nobody_else_speaks_for_customs(partner, wrong):
    assert post(decision(submitted()), **wrong).status_code == 401
    assert program("almaty-cotton", "edi declare").post(PATH, {}).status_code == 401
    assert not Interchange.objects.exists()


def test_without_an_agreement_and_without_a_body_nothing_is_taken(partner):
    assert post(interchange(ONE, between="OTHER+RAILTERM")).json()["code"] == "no-edi-partner"
    assert post(b"").status_code == 422
    assert post(decision(submitted()), kind="application/json").status_code == 415
    assert post(b"x" * 70_000).status_code == 413
