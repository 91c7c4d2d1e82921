from decimal import Decimal

import pytest

from apps.journal.services import record
from apps.reports.models import DailyThroughput
from tests.factories.journal import crossing


@pytest.fixture
def box_in(lyg):
    """Journals a 20′ box coming off a train."""
    return lambda at, **said: record(crossing(lyg, at, **said))[0]


@pytest.fixture
def rows():
    """What is counted, as ``{day of May: TEU in}``."""
    return lambda: {row.on.day: Decimal(row.in_teu) for row in DailyThroughput.objects.all()}
