"""Reading as a party: while it lasts, the database shows that party's rows and lets nothing be written."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from psycopg2 import Error

_FORGET = "RESET ROLE; RESET landbridge.party"


@contextmanager
def own_rows(party_id: int) -> Iterator[None]:
    """Within it only rows of that party are there."""
    before = reading_as()
    _become(party_id)
    try:
        yield
    finally:
        _become(before)


@contextmanager
def everybodys_rows() -> Iterator[None]:
    """Within it all rows are there again, for what is counted over all (room left, a queue) and tells of nobody.

    Outside of a party's request it changes nothing.
    """
    before = reading_as()
    if before is None:
        yield
        return
    _become(None)
    try:
        yield
    finally:
        _become(before)


def look_as(party_id: int) -> str:
    """SQL that makes the statement sent behind it in one message see rows of that party alone.

    Both go as one transaction of their own, with which the role ends: one message instead of three. Within a
    transaction that runs already it would last as long as that: use ``own_rows`` there.
    """
    role = connection.ops.quote_name(settings.PARTY_ROLE)
    return f"SET LOCAL ROLE {role}; SET LOCAL landbridge.party = '{party_id:d}'; "


def reading_as() -> int | None:
    """The party whose rows this connection sees; ``None``: all."""
    told: int | None = getattr(connection, "landbridge_party", None)
    return told


def _become(party_id: int | None) -> None:
    """Change the role. A connection that cannot be changed back is closed: nobody else may meet it like that.

    Within a transaction that failed nothing has to be done: it takes the change back itself when it is rolled back.
    """
    if party_id is None:
        connection.landbridge_party = None  # type: ignore[attr-defined]
        if connection.connection is None:
            return  # the next connection sees all from its beginning
    connection.ensure_connection()
    role = connection.ops.quote_name(settings.PARTY_ROLE)
    try:
        with connection.connection.cursor() as cursor:
            cursor.execute(_FORGET if party_id is None else f"SET ROLE {role}; SET landbridge.party = '{party_id:d}'")
    except Error:
        if party_id is not None:
            raise
        if not connection.in_atomic_block:
            connection.close()
    connection.landbridge_party = party_id  # type: ignore[attr-defined]
