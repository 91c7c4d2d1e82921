"""A thousand pre-advices, each taken, refused and answered by itself where the caller wants it so."""

import pytest
from django.utils import timezone

from apps.containers.models import Visit
from tests.factories.api import Program
from tests.factories.containers import container_number

pytestmark = pytest.mark.django_db

EACH, WHOLE = "/api/v1/visits/?all_or_none=false", "/api/v1/visits/"
BOX, WRONG = "CSQU3054383", "MSKU1234567"
SEAL = {"number": "CN771", "owner": "shipper"}


def row(number: str = BOX, **more):
    return {"container": number, "size_type": "22G1", **more}


def test_what_is_wrong_with_one_row_does_not_stop_the_others(astana: Program):
    sent = [row(), row(WRONG), row(container_number(7), size_type="9"), row(container_number(8), laden=1), "a box"]
    answer = astana.post(EACH, sent)
    said = answer.json()
    assert (answer.status_code, said["advised"], said["refused"]) == (200, 1, 4)
    assert [each["status"] for each in said["rows"]] == ["advised", *["refused"] * 4]
    assert [each["problem"]["errors"][0]["pointer"] for each in said["rows"][1:]] == [
        "/1/container", "/2/size_type", "/3/laden", "/4",
    ]  # fmt: skip
    assert said["rows"][1]["problem"]["errors"][0]["code"] == "wrong-check-digit"
    assert said["rows"][0]["visit"]["id"] == str(Visit.objects.get().public_id)


def test_a_row_that_only_the_terminal_refuses_is_found_among_the_others(astana: Program):
    sent = [row(container_number(serial)) for serial in range(9)]
    sent[5] = {**sent[5], "seals": [SEAL, SEAL]}
    said = astana.post(EACH, sent).json()
    assert [each["status"] for each in said["rows"]] == [*["advised"] * 5, "refused", *["advised"] * 3]
    assert said["rows"][5]["problem"]["errors"][0]["pointer"] == "/5"
    assert Visit.objects.count() == 8


def test_each_is_answered_as_alone_and_one_alone_is_no_list(astana: Program):
    alone = astana.post(WHOLE, row()).json()
    (each,) = astana.post(EACH, [row()]).json()["rows"]
    assert astana.post(EACH, row()).json().keys() == alone.keys()
    assert astana.post(EACH, row(WRONG)).status_code == 422
    assert {**each["visit"], "id": "", "advised_at": ""} == {**alone, "id": "", "advised_at": ""}


def test_without_being_asked_so_a_list_is_taken_whole_or_not_at_all(astana: Program):
    assert astana.post(WHOLE, [row(), row(WRONG)]).status_code == 422
    assert not Visit.objects.exists()


@pytest.mark.parametrize("sent", [[], [row()] * 1001])
def test_there_are_one_to_a_thousand(astana: Program, sent):
    assert astana.post(EACH, sent).status_code == 422


def test_a_thousand_are_answered_in_time(astana: Program):
    began = timezone.now()
    said = astana.post(EACH, [row(container_number(serial)) for serial in range(1000)]).json()
    assert said["advised"] == 1000
    assert (timezone.now() - began).total_seconds() < 10
