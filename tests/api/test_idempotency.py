"""A POST that is sent twice is done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from apps.common.models import RememberedAnswer
from apps.common.services import REMEMBERED_FOR, forget_answers
from apps.common.tasks import forget_answers as forgetting
from apps.containers.models import Visit
from tests.factories.api import Program, program
from tests.factories.network import TerminalFactory

VISITS = "/api/v1/visits/"
ADVICE = {"container": "CSQU3054383", "size_type": "22G1"}
OTHER = {"container": "TCLU5088040", "size_type": "22G1"}
KEY = {"Idempotency-Key": "monday-1"}


def test_the_same_request_gets_the_first_answer_again(astana: Program):
    first, again = astana.post(VISITS, ADVICE, **KEY), astana.post(VISITS, ADVICE, **KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Visit.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(astana: Program):
    astana.post(VISITS, ADVICE, **KEY)
    answer = astana.post(VISITS, OTHER, **KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert Visit.objects.count() == 1


def test_the_same_key_of_another_caller_is_another_key(astana: Program, osaka: Program):
    astana.post(VISITS, ADVICE, **KEY)
    answer = osaka.post(VISITS, OTHER, **KEY)
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer


def test_without_a_key_two_requests_are_two(astana: Program):
    astana.post(VISITS, ADVICE)
    astana.post(VISITS, ADVICE)
    assert Visit.objects.count() == 2
    assert not RememberedAnswer.objects.exists()


def test_a_refusal_is_not_remembered(astana: Program):
    assert astana.post(VISITS, {"container": "MSKU1234567", "size_type": "22G1"}, **KEY).status_code == 422
    assert astana.post(VISITS, ADVICE, **KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "clé"])
def test_a_malformed_key_is_refused(astana: Program, key):
    answer = astana.post(VISITS, ADVICE, **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-malformed")


def test_a_key_does_not_open_the_door(astana: Program, client):
    astana.post(VISITS, ADVICE, **KEY)
    assert client.post(VISITS, ADVICE, content_type="application/json", headers=KEY).status_code == 401


def test_a_crash_leaves_neither_the_effect_nor_the_key(astana: Program, monkeypatch):
    monkeypatch.setattr("apps.common.api.idempotency._remember", lambda *_: 1 / 0)
    astana.client.raise_request_exception = False
    assert astana.post(VISITS, ADVICE, **KEY).status_code == 500
    assert not Visit.objects.exists()
    assert not RememberedAnswer.objects.exists()
    monkeypatch.undo()
    assert astana.post(VISITS, ADVICE, **KEY).status_code == 201


def test_old_keys_are_forgotten_and_young_ones_are_not(astana: Program):
    astana.post(VISITS, ADVICE, **KEY)
    astana.post(VISITS, ADVICE, **{"Idempotency-Key": "today"})
    RememberedAnswer.objects.filter(key="monday-1").update(created_at=timezone.now() - REMEMBERED_FOR)
    assert forget_answers(at=timezone.now()) == 1
    assert forgetting() == 0
    assert list(RememberedAnswer.objects.values_list("key", flat=True)) == ["today"]
    assert timedelta(hours=24) <= REMEMBERED_FOR


@pytest.mark.django_db(transaction=True)
def test_a_request_under_way_makes_its_twin_wait_elsewhere():
    TerminalFactory()
    astana = program("astana-grain")
    answers = at_once(8, lambda: astana.post(VISITS, ADVICE, **KEY))
    statuses = sorted(answer.status_code for answer in answers)
    assert Visit.objects.count() == 1
    assert statuses.count(201) >= 1
    assert set(statuses) <= {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"still-in-flight"}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert astana.post(VISITS, ADVICE, **KEY)["Idempotent-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_a_twin_of_a_request_that_holds_its_key_is_409():
    TerminalFactory()
    astana = program("astana-grain")
    from django.db import transaction

    from apps.common.api.idempotency import _lock

    name = f"key:{astana.headers['Authorization'][8:16]}"
    with transaction.atomic():
        _lock(name, "monday-1")
        (answer,) = at_once(1, lambda: astana.post(VISITS, ADVICE, **KEY))
    assert (answer.status_code, answer.json()["code"]) == (409, "still-in-flight")
    assert astana.post(VISITS, ADVICE, **KEY).status_code == 201


def at_once(count: int, ask):
    start = Barrier(count)

    def asking(_):
        start.wait()
        try:
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(asking, range(count)))
