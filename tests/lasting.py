"""What the tests of a file begin with, made once instead of once for each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connection, transaction


@contextmanager
def lasting(blocker: Any) -> Iterator[None]:
    """Rows made before the yield are there for every test of the file; what a test does to them is undone after it.

    For a fixture of the file's scope, with pytest-django's blocker: a transaction around those of the tests, which is
    rolled back at the end. Each test would close the connection, and the transaction with it; so that is put off.
    """
    with blocker.unblock(), mock.patch.object(connection, "close"), transaction.atomic():
        yield
        transaction.set_rollback(True)
