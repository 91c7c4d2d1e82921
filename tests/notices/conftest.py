"""What tests of deliveries wait with."""

import time

import pytest


@pytest.fixture
def eventually():
    """Wait until something is so, at most so many seconds."""

    def wait(so, seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, "it never came to be"
            time.sleep(0.05)

    return wait
