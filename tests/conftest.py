"""What every test stands on: real PostgreSQL and Valkey of the tests' own, one terminal, and a mail server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import migrated
from tests.smtp import Server, served

PROJECT = Path(__file__).parents[1]
LONGEST = (
    "tests/test_story.py",
    "tests/demo/test_generate.py",
    "tests/sandbox/test_playing.py",
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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Workers side by side begin with copies of one migrated database instead of migrating one each."""
    if run := getattr(request.config, "workerinput", {}).get("testrunuid"):
        with django_db_blocker.unblock():
            migrated.begin_with_a_copy(run)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Whoever distributed the tests takes away what the workers copied."""
    if session.config.pluginmanager.hasplugin("dsession"):
        migrated.forget()


@pytest.fixture
def lyg(db):
    """The Lianyungang terminal with its real figures."""
    from tests.factories.network import TerminalFactory

    return TerminalFactory()


@pytest.fixture
def server(settings) -> Iterator[Server]:
    """A mail server that runs, and settings that point at it."""
    with served(settings) as server:
        yield server
