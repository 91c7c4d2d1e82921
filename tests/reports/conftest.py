from decimal import Decimal

import pytest

from apps.journal.models import Entry
from apps.journal.services import record
from apps.reports.models import Bookmark, DailyThroughput
from apps.reports.services import fold_journal
from tests.factories.journal import crossing


@pytest.fixture
def box_in(lyg):
    """Journals a 20′ box coming off a train."""
    return lambda at, **said: record(crossing(lyg, at, **said))[0]


@pytest.fixture
def rows():
    """What is counted, as ``{day of May: TEU in}``."""
    return lambda: {row.on.day: Decimal(row.in_teu) for row in DailyThroughput.objects.all()}


@pytest.fixture
def fold():
    """Folds, and then stands behind all that was read, as if the test's own transaction had committed long ago."""

    def folded(at):
        days = fold_journal(at=at)
        last = Entry.objects.order_by("-pk").first()
        Bookmark.objects.update(xid=int(last.xid), entry_id=last.pk)
        return {day.day for day in days}

    return folded
