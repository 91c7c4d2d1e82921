"""Statements the server plans once per connection, for the few questions that are asked thousands of times a minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Prepared:
    """A statement with ``$1``, ``$2`` … and the PostgreSQL types of its parameters, under a name of its own."""

    name: str
    types: Sequence[str]
    statement: str

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """Its rows for these values. The first use on a connection prepares it there."""
        with connection.cursor() as cursor:
            known = _known.setdefault(connection.connection, set())
            if self.name not in known:
                cursor.execute(f"PREPARE {self.name} ({', '.join(self.types)}) AS {self.statement}")
                known.add(self.name)
            cursor.execute(f"EXECUTE {self.name} ({', '.join(['%s'] * len(values))})", values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
