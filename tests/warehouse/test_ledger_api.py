"""Goods in bond over the API: the owner reads every row, nobody else any, and nobody writes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.warehouse.services import bonded
from tests.factories.api import program
from tests.factories.bonded import KEEPER, a_run, in_bond
from tests.factories.warehouse import APRIL_1

ENTRIES = "/api/v1/warehouse/bonded-entries/"

pytestmark = pytest.mark.django_db


def test_the_owner_reads_its_entries_and_their_ledgers_row_by_row():
    a_run()
    owner = program("almaty-cotton")
    (entry,) = owner.get(ENTRIES).json()["results"]
    assert (entry["packages"], entry["gross_kg"], entry["rows"]) == (23, "950.000", 4)
    read = owner.get(f"{ENTRIES}{entry['id']}/")
    assert read.json() == entry
    assert read["ETag"] == f'"{entry["version"]}"'
    page = owner.get(f"{ENTRIES}{entry['id']}/ledger/?limit=3").json()
    assert [row["kind"] for row in page["results"]] == ["receipt", "into-processing", "made"]
    rest = owner.get(f"{ENTRIES}{entry['id']}/ledger/?after={page['next']}").json()
    assert [(row["row"], row["gross_kg_after"]) for row in rest["results"]] == [(4, "950.000")]
    assert rest["next"] is None


def test_open_and_closed_entries_are_told_apart():
    lot = in_bond(10)
    bonded.destroy(lot, 10, document="DES-1", by=KEEPER, at=APRIL_1)
    bonded.close_entry(lot.entry, by=KEEPER, at=APRIL_1)
    in_bond(10, document="5230-2026-2")
    owner = program("almaty-cotton")
    opened, closed = (owner.get(f"{ENTRIES}?open={said}").json()["results"] for said in ("true", "false"))
    assert [each["document"] for each in opened] == ["5230-2026-2"]
    assert [each["document"] for each in closed] == ["5230-2026-1"]


def test_strangers_read_nothing_and_nobody_writes():
    entry = in_bond(10).entry
    stranger, owner = program("urumqi-steel"), program("almaty-cotton")
    assert stranger.get(ENTRIES).json()["results"] == []
    for where in (f"{ENTRIES}{entry.public_id}/", f"{ENTRIES}{entry.public_id}/ledger/"):
        assert stranger.get(where).status_code == 404
        assert owner.post(where, {}).status_code == 405


def test_a_ledger_takes_as_many_queries_however_long_it_is():
    lot = in_bond(10)
    owner, counts = program("almaty-cotton"), []
    for _ in range(3):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert owner.get(f"{ENTRIES}{lot.entry.public_id}/ledger/").status_code == 200
        counts.append(len(asked))
        for note in ("aired", "sorted", "labelled"):
            bonded.note_handling(lot, note=note, by=KEEPER, at=APRIL_1)
    assert counts[1] == counts[2]  # the first also looks the program up
