"""The floor of every load: COPY of the same rows into the same tables, with all their indexes and triggers."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def timed(work: Callable[[], object]) -> float:
    """Seconds a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def copy_out(tables: list[str], folder: Path) -> dict[str, int]:
    """Write the rows of tables into files of their names; how many rows each has."""
    return {table: _out(table, folder) for table in tables}


def _out(table: str, folder: Path) -> int:
    with _cursor() as cursor, (folder / table).open("wb") as file:
        cursor.copy_expert(f"COPY (SELECT * FROM {table} ORDER BY id) TO STDOUT", file)
        return int(cursor.rowcount)


def copy_in(tables: list[str], folder: Path) -> None:
    """Read them back, in the order given, in one transaction."""
    from django.db import transaction

    with transaction.atomic(), _cursor() as cursor:
        for table in tables:
            with (folder / table).open("rb") as file:
                cursor.copy_expert(f"COPY {table} FROM STDIN", file, 65_536)


def empty(tables: list[str]) -> None:
    """Take all rows out of tables and of those that refer to them."""
    with _cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def _cursor() -> Any:
    from django.db import connection

    return connection.cursor()
