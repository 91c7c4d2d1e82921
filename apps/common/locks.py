"""Locks: taken before anything is read, and those that cannot be taken in the order everybody keeps to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Model, QuerySet

from terminal.errors import Refused, gettext_noop

BRIEFLY: Final = "500ms"
"""Shorter than PostgreSQL waits before it looks for a deadlock, which would break off either of the two."""

LOCK_NOT_AVAILABLE: Final = "55P03"
DEADLOCK: Final = "40P01"


class CrossedAnother(Refused):
    """Two changes waited for each other, and PostgreSQL broke this one off."""

    message = gettext_noop("Something else was changing the same things at this moment. Nothing was done: ask again.")


def crossed(error: Exception) -> bool:
    """Whether the change was broken off because it and another one waited for each other."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "pgcode", "") == DEADLOCK


M = TypeVar("M", bound=Model)


# Note [Locked alone]
# A row whose lock had to be waited for is looked at anew by PostgreSQL, but beside the rows that were joined to it
# before the wait. Where it names another one by now, the two do not match: an inner join gives no row at all, a left
# join one whose key names something and whose object is None. So a row is locked by itself, and read with what it names
# in a statement that begins when the wait is over; what no longer fits the question is then not given.
# Two kinds of keys may be joined while locking: one that is written once (the terminal of a row, the train of a wagon),
# and one whose value the question fixes, as a row that names another by now is not asked for.
def lock_then_read(rows: QuerySet[M], *, no_key: bool = False) -> QuerySet[M]:
    """Lock the rows in the order of their keys until the transaction ends; those that fit still, to be read.

    See Note [Locked alone]. ``rows``: the question, with what is to be read beside the rows and in which order.
    """
    alone = rows.order_by("pk").select_for_update(of=("self",), no_key=no_key)
    return rows.filter(pk__in=list(alone.values_list("pk", flat=True)))


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
