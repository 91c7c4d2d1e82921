"""Two shippers who know nothing of each other."""

import pytest

from tests.factories.api import Program, program

SCOPES = "read book advise gate declare"


@pytest.fixture
def astana(lyg) -> Program:
    """Astana Grain's program."""
    return program("astana-grain", SCOPES)


@pytest.fixture
def osaka(lyg) -> Program:
    """A stranger's program: Osaka Steel."""
    return program("osaka-steel", SCOPES)
