from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from apps.journal.services import Happening, record
from terminal.events import EventKind

MORNING = datetime(2026, 5, 2, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def discharged():
    """Writes that a box was discharged from a train, this morning unless said otherwise."""

    def write(number="CSQU3054383", **said):
        said = {"at": MORNING, "terminal_id": 1, "actor": "user:wang", "kind": EventKind.CONTAINER_DISCHARGED, **said}
        return record(Happening(container_number=number, **said))[0]

    return write
