"""What every test stands on: real PostgreSQL and Valkey of the tests' own, and one terminal."""

import pytest


@pytest.fixture
def lyg(db):
    """The Lianyungang terminal with its real figures."""
    from tests.factories.network import TerminalFactory

    return TerminalFactory()
