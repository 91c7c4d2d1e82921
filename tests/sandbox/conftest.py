"""A sandbox, and an hour of it played at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from apps.sandbox.models import Stage
from apps.sandbox.script import SCRIPT
from apps.sandbox.services import begin_day, open_sandbox, play_one

BEGAN = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
"""A Thursday morning; at the sandbox it is Wednesday's."""


@pytest.fixture
def stage(lyg) -> Stage:
    """A sandbox whose first day has begun."""
    return begin_day(open_sandbox(), at=BEGAN)


def play_until(stage: Stage, minute: float, look: Callable[[float], None] = lambda minute: None) -> Stage:
    """Play its hour minute by minute, looking after each, up to and with this one."""
    for each in sorted({cue.minute for cue in SCRIPT if cue.minute <= minute}):
        play_one(stage.pk, BEGAN + timedelta(minutes=each), most=len(SCRIPT))
        look(each)
    stage.refresh_from_db()
    return stage
