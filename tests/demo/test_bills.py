"""The demo's bills: papers of last month that a visitor can read and compute again."""

import json
from datetime import date, datetime

import pytest

from apps.billing.models import Dispute, Invoice, Statement
from apps.demo.services.bills import bill
from terminal.charges.recomputing import recompute
from tests.factories.billing import version
from tests.factories.charges import SHANGHAI
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import ZoneFactory

pytestmark = pytest.mark.django_db
FIRST_OF_MARCH = datetime(2026, 3, 1, 0, 30, tzinfo=SHANGHAI)


def test_three_shippers_have_a_bill_of_last_month_each_and_a_second_load_adds_none():
    version(valid_until=None), ZoneFactory(kind="general", usable_m2=9000)
    for code in ("altyn-metals", "haizhou-home", "steppe-grain", "tianshan-trading"):
        PartyFactory(code=code)
    for _ in range(2):
        bill(TerminalFactory(), at=FIRST_OF_MARCH)
    assert list(Invoice.objects.order_by("pk").values_list("status", flat=True)) == ["paid", "issued", "issued"]
    assert Dispute.objects.get().line.invoice.party.code == "haizhou-home"
    assert [paper.month for paper in Statement.objects.all()] == [date(2026, 2, 1)] * 3
    assert all(recompute(json.loads(paper.document)) == [] for paper in Statement.objects.all())


def test_a_site_without_a_tariff_bills_nobody():
    ZoneFactory(kind="general"), PartyFactory(code="altyn-metals")
    bill(TerminalFactory(), at=FIRST_OF_MARCH)
    assert not Invoice.objects.exists()
