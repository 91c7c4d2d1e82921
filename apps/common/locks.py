"""Locks that cannot be taken in the order everybody keeps to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import OperationalError, connection, transaction

from terminal.errors import Refused

BRIEFLY: Final = "500ms"
"""Shorter than PostgreSQL waits before it looks for a deadlock, which would break off either of the two."""

LOCK_NOT_AVAILABLE: Final = "55P03"


@contextmanager
def waiting_briefly(refusal: Refused) -> Iterator[None]:
    """Run the block in a savepoint that waits half a second for a lock; raise ``refusal`` when that was not enough.

    For locks that become known too late to be taken in their order: two who wait for each other would wait for ever.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", [BRIEFLY])
            yield
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
    except OperationalError as failure:
        if getattr(failure.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
            raise
        raise refusal from failure
