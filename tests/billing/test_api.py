"""Charges over the API: what a payer's program is told, and what nobody else's is."""

import json
from datetime import UTC, datetime

import pytest
from django.urls import include, path

from apps.billing.models import Dispute
from terminal.charges.recomputing import recompute
from tests.factories.api import Program
from tests.factories.billing import everything_billed, grounded, steppe_grain, version
from tests.factories.containers import VisitRoleFactory
from tests.factories.parties import PartyFactory

urlpatterns = [path("api/v1/", include("apps.billing.api.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
STAY = {"start_at": "2025-03-03T16:20:00+08:00", "end_at": "2025-03-12T11:00:00+08:00"}


def payer():
    return Program(steppe_grain(), "read book")


def stranger():
    return Program(PartyFactory(code="silk-forwarding"), "read book")


def test_a_quote_prices_boxes_and_area_to_the_cent_and_stores_nothing():
    version()
    asked = {"boxes": [{"size_type": "22G1", **STAY}], "area": [{"zone_kind": "bonded", "area_m2": "100.00", **STAY}]}
    told = payer().post("/api/v1/quotes/", asked).json()
    assert [line["amount"] for line in told["lines"]] == ["50.00", "1215.00"]
    assert (told["net"], told["gross"]) == ("1265.00", "1340.90")


def test_a_stay_that_ends_before_it_begins_has_no_price():
    version()
    backwards = {"start_at": STAY["end_at"], "end_at": STAY["start_at"]}
    answer = payer().post("/api/v1/quotes/", {"boxes": [{"size_type": "22G1", **backwards}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "end-before-clock")


def test_a_box_that_stands_tells_its_dates_why_and_what_has_accrued():
    version(valid_until=None)
    grounded(datetime(2025, 3, 3, 8, 20, tzinfo=UTC))
    told = payer().get("/api/v1/containers/CSQU3054383/charges/").json()
    assert told["dates"]["last_free_on"] == "2025-03-08"
    assert told["accrued"]["given"]["started"]["kind"] == "container-discharged"
    assert told["accrued"]["found"]["rule"]["days"] == 5
    assert told["lines"] == []


def test_a_payer_reads_its_bill_and_recomputes_it_by_api_alone():
    line = everything_billed()
    (told,) = payer().get("/api/v1/statements/").json()["results"]
    document = payer().get(f"/api/v1/statements/{told['id']}/").json()
    assert document == json.loads(line.statement.document)
    assert recompute(document) == []
    sheet = payer().get(f"/api/v1/statements/{told['id']}/statement.csv").content.decode()
    assert f"{line.what},teu_day" in sheet
    assert payer().get(f"/api/v1/statements/{told['id']}/statement.pdf").content.startswith(b"%PDF")


def test_a_payer_objects_to_a_line_once():
    line = everything_billed()
    where = f"/api/v1/invoices/{line.invoice.public_id}/"
    (shown,) = payer().get(where).json()["lines"]
    answer = payer().post(f"{where}lines/{shown['line']}/dispute/", {"reason": "two days too many"})
    assert (answer.status_code, answer.json()["status"]) == (201, "open")
    again = payer().post(f"{where}lines/{shown['line']}/dispute/", {"reason": "still"})
    assert (again.status_code, again.json()["code"]) == (409, "already-disputed")


def test_a_stranger_finds_nothing_of_anothers_charges():
    line = everything_billed()
    asks = stranger()
    for address in (
        f"invoices/{line.invoice.public_id}/",
        f"statements/{line.statement.public_id}/",
        f"statements/{line.statement.public_id}/statement.csv",
        f"statements/{line.statement.public_id}/statement.pdf",
        f"containers/{line.what}/charges/",
    ):
        assert asks.get(f"/api/v1/{address}").status_code == 404
    assert asks.get("/api/v1/invoices/").json()["results"] == asks.get("/api/v1/statements/").json()["results"] == []
    address = f"/api/v1/invoices/{line.invoice.public_id}/lines/1/dispute/"
    assert asks.post(address, {"reason": "theirs"}).status_code == 404
    assert Dispute.objects.count() == 1


def test_a_list_asks_the_same_few_questions_however_long_it_is(django_assert_max_num_queries):
    everything_billed()
    asks = payer()
    with django_assert_max_num_queries(6):
        assert len(asks.get("/api/v1/invoices/").json()["results"]) == 1
    with django_assert_max_num_queries(6):
        asks.get("/api/v1/statements/")


def test_whoever_has_a_part_in_a_box_but_does_not_pay_reads_nothing_of_its_charges():
    line = everything_billed()
    asks = stranger()
    VisitRoleFactory(visit=line.visit, party=asks.party, role="haulier", since=line.visit.arrived_at)
    assert asks.get(f"/api/v1/containers/{line.what}/charges/").status_code == 404
    assert payer().get(f"/api/v1/containers/{line.what}/charges/").json()["lines"][0]["amount"] == "50.00"
