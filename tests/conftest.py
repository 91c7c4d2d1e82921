"""What every test stands on: real PostgreSQL and Valkey of the tests' own, and one terminal."""

from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
LONGEST = (
    "tests/test_story.py",
    "tests/demo/test_generate.py",
    "tests/platform/test_run.py",
    "tests/demo/test_load.py",
    "tests/browser/test_a_shift.py",
    "tests/platform/test_compose.py",
    "tests/tracking/test_crash.py",
    "tests/terminal/traffic/test_believable.py",
    "tests/platform/test_embedded.py",
    "tests/notices/test_desk.py",
    "tests/terminal/traffic/test_told.py",
)
"""Files of half a minute and more. What starts many processes is mixed with what does not."""


def pytest_collection_modifyitems(items):
    """The longest files first: a worker that began one last would work alone while the others are done."""
    place = {PROJECT / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture
def lyg(db):
    """The Lianyungang terminal with its real figures."""
    from tests.factories.network import TerminalFactory

    return TerminalFactory()
