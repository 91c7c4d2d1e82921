"""In which order a service locks rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def locked_tables(*tables: str) -> Iterator[list[str]]:
    """The tables of these that are locked within, in the order of the locks."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    for query in queries:
        if " FOR " in query["sql"]:
            found += [table for table in tables if f'FROM "{table}"' in query["sql"]][:1]
