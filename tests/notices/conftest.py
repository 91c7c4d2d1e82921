"""A real mail server of the test's own, and patience."""

import time
from collections.abc import Iterator

import pytest

from tests.smtp import Server, served


@pytest.fixture
def server(settings) -> Iterator[Server]:
    """A mail server that runs, and settings that point at it."""
    with served(settings) as server:
        yield server


@pytest.fixture
def eventually():
    """Wait until something is so, at most so many seconds."""

    def wait(so, seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, "it never came to be"
            time.sleep(0.05)

    return wait
