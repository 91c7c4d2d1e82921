"""A cursor over the journal reads everything once, also what commits after later rows did."""

import time
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from apps.journal.models import Entry
from apps.journal.selectors import Place, horizon, read_on

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60


@contextmanager
def still_writing(write):
    """Another connection has written and does not commit before the block ends."""
    written, may_commit = Event(), Event()

    def work():
        with transaction.atomic():
            write()
            written.set()
            may_commit.wait(PATIENCE)
        connection.close()

    worker = Thread(target=work)
    worker.start()
    assert written.wait(PATIENCE)
    try:
        yield
    finally:
        may_commit.set()
        worker.join(PATIENCE)


def read_all(place, wanted):
    """Read until ``wanted`` rows came: transactions of other databases on the server may hold the end back a while."""
    rows, deadline = [], time.monotonic() + PATIENCE
    while len(rows) < wanted and time.monotonic() < deadline:
        more, place = read_on(place, limit=2)
        rows += more
        if not more:
            time.sleep(0.05)
    return [row.container_number for row in rows], place


def test_a_row_that_commits_late_is_read_late_and_not_skipped(discharged):
    discharged("KTZU0000018")
    seen, place = read_all(Place(), 1)
    with still_writing(lambda: discharged("KTZU0000023")):
        discharged("KTZU0000039")
        assert Entry.objects.count() == 2
        assert read_on(place) == ([], place), "the later row must wait for the one before it"
    rest, place = read_all(place, 2)
    assert seen + rest == ["KTZU0000018", "KTZU0000023", "KTZU0000039"]
    assert read_on(place) == ([], place)


def test_a_transaction_that_gives_up_holds_nobody_back_for_ever(discharged):
    with transaction.atomic():
        discharged("KTZU0000018")
        transaction.set_rollback(True)
    discharged("KTZU0000023")
    assert read_all(Place(), 1)[0] == ["KTZU0000023"]


def test_small_bites_read_the_same_as_one(discharged):
    with transaction.atomic():
        for _ in range(5):
            discharged()
    numbers, place = read_all(Place(), 5)
    assert len(numbers) == 5
    assert place.xid < horizon()


def test_a_reader_of_one_box_reads_only_that_box(discharged):
    discharged("KTZU0000018")
    discharged("KTZU0000023")
    read_all(Place(), 2)
    rows, _ = read_on(Place(), entries=Entry.objects.filter(container_number="KTZU0000023"))
    assert [row.container_number for row in rows] == ["KTZU0000023"]
