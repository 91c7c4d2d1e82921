"""The demo's goods in bond: two ledgers that a visitor can read, and say yes or no to."""

import pytest
from django.db import connection
from django.utils import timezone

from apps.demo.services.bond import put_in_bond
from apps.warehouse.models import BondedEntry, LedgerRow
from apps.warehouse.services import bonded
from tests.factories.bonded import bonded_zone
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory

pytestmark = pytest.mark.django_db


def test_there_are_two_ledgers_with_something_to_read_and_a_second_load_adds_nothing():
    bonded_zone(), PartyFactory(code="altyn-metals"), PartyFactory(code="steppe-grain")
    at = timezone.now()
    for _ in range(2):
        put_in_bond(TerminalFactory(), at=at)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    stored, processed = BondedEntry.objects.order_by("pk")
    assert [row.kind for row in stored.rows.all()] == [
        "receipt", "receipt", "sampling", "split", "split", "removal",
    ]  # fmt: skip
    assert processed.runs.get().in_norm
    assert LedgerRow.objects.filter(happened_at__gt=at).count() == 0
    assert len(bonded.warn_of_periods(at=at)) == 1


def test_a_site_without_a_bonded_store_has_none():
    put_in_bond(TerminalFactory(), at=timezone.now())
    assert not BondedEntry.objects.exists()
