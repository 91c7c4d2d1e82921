"""Figures over HTTP: for those who may read them, exact, and not more days than one answer holds."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from apps.parties.models import PartyKey
from apps.reports.services import fold_journal
from tests.factories.journal import may
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

urlpatterns = [path("api/v1/", include("apps.reports.api.urls"))]

DAILY = "/api/v1/throughput/daily/"


@pytest.fixture
def owner(lyg):
    """The program of an owner of the joint venture, allowed to read figures."""
    return program(lyg, "figures")


def program(terminal, scopes):
    _, key = PartyKey.objects.create_key(
        name="ktze",
        party=PartyFactory(code="ktz-express"),
        terminal=terminal,
        scopes=scopes,
        expiry_date=timezone.now() + timedelta(days=1),
    )
    return Client(headers={"Authorization": f"Api-Key {key}"})


def test_an_owner_reads_every_day_with_exact_decimals(owner, box_in):
    box_in(may(1), teu="2.25")
    fold_journal(at=may(3))
    answer = owner.get(DAILY, {"from": "2026-05-01", "to": "2026-05-02"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["terminal"], told["zone"]) == ("cnlyg", "Asia/Shanghai")
    first, second = told["days"]
    assert (first["on"], first["in_rail"], first["in_teu"], first["throughput_teu"]) == (
        "2026-05-01",
        1,
        "2.250",
        "1.125",
    )
    assert (second["in_rail"], second["yard_boxes"], second["yard_teu"]) == (0, 1, "2.250")


def test_a_shipper_without_the_scope_is_refused(lyg):
    answer = program(lyg, "read book advise").get(DAILY, {"from": "2026-05-01", "to": "2026-05-02"})
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_nobody_reads_without_saying_who_they_are(lyg):
    assert Client().get(DAILY, {"from": "2026-05-01", "to": "2026-05-02"}).status_code == 401


@pytest.mark.parametrize(
    ("span", "code"),
    [
        ({"from": "2026-05-02", "to": "2026-05-01"}, "ends-before-it-begins"),
        ({"from": "2025-01-01", "to": "2026-05-01"}, "too-many-days"),
        ({"from": "2026-05-01"}, "invalid-content"),
        ({"from": "yesterday", "to": "2026-05-01"}, "invalid-content"),
    ],
)
def test_a_span_that_cannot_be_answered_says_why(owner, span, code):
    answer = owner.get(DAILY, span)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_four_hundred_days_are_answered(owner):
    assert len(owner.get(DAILY, {"from": "2025-03-28", "to": "2026-05-01"}).json()["days"]) == 400


def test_a_manager_reads_the_figures_of_the_terminal_they_serve_and_of_no_other(lyg, box_in, client):
    khorgos = TerminalFactory(khorgos=True)
    client.force_login(staff("reports.view_dailythroughput", username="wang", terminal=lyg))
    span = {"from": "2026-05-01", "to": "2026-05-01"}
    assert client.get(DAILY, span).json()["terminal"] == "cnlyg"
    refused = client.get(DAILY, {**span, "terminal": khorgos.code})
    assert (refused.status_code, refused.json()["code"]) == (403, "not-yours")


def test_a_gate_clerk_does_not_read_figures(lyg, client):
    client.force_login(staff("calls.view_call", username="zhao", terminal=lyg))
    assert client.get(DAILY, {"from": "2026-05-01", "to": "2026-05-01"}).status_code == 403
