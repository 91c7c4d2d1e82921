"""Statements the server plans once per connection, for the few questions that are asked thousands of times a minute."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections

ONCE: Final = "SET plan_cache_mode = force_generic_plan; SET jit = off"
"""Left to itself the server plans a statement five times more, and for ever where another plan is thought to be
cheaper: it hardly counts what planning costs, which for a long statement under row security is most of the time. A
compiler (where the server has one) takes longer than any of these statements.
"""
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
                cursor.execute(f"{ONCE}; PREPARE {self.name} ({', '.join(self.types)}) AS {self.statement}")
                known.add(self.name)
            given = [_array(each) if isinstance(each, list) else each for each in values]
            cursor.execute(f"{before}EXECUTE {self.name} ({', '.join(['%s'] * len(values))})", given)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _array(values: list[Any]) -> str:
    """A list as one value: read in a tenth of the time that as many constants of the statement take."""
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: object) -> str:
    text = str(value)
    if '"' in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


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
