"""Statements the server plans once per connection, for the few questions that are asked thousands of times a minute."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections

_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Prepared:
    """A statement with ``$1``, ``$2`` … and the PostgreSQL types of its parameters, under a name of its own."""

    name: str
    types: Sequence[str]
    statement: str

    def rows(self, *values: Any, before: str = "") -> list[tuple[Any, ...]]:
        """Its rows for these values. The first use on a connection prepares it there.

        ``before`` is SQL sent in front of it in the same message (``… ; ``).
        """
        with _cursor() as cursor:
            known = _known.setdefault(cursor.connection, set())
            if self.name not in known:
                cursor.execute(f"PREPARE {self.name} ({', '.join(self.types)}) AS {self.statement}")
                known.add(self.name)
            cursor.execute(f"{before}EXECUTE {self.name} ({', '.join(['%s'] * len(values))})", values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


@contextmanager
def _cursor() -> Iterator[Any]:
    """The driver's own cursor, where nobody counts or logs what is asked."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    if database.queries_logged or database.execute_wrappers:
        with database.cursor() as cursor:
            yield cursor
    else:
        with database.wrap_database_errors, database.connection.cursor() as cursor:
            yield cursor
