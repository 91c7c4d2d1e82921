"""Many rows at once: COPY into a temporary table, then one statement a table. What taking in history is made of."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, count, islice, repeat
from operator import attrgetter
from types import NoneType
from typing import Any, Final

import orjson
from django.db import connection
from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED

from terminal.errors import Refused

NULL = r"\N"
"""What stands in a COPY line for no value."""

ROWS_OF_A_STATEMENT: Final = 1000


class _Text:
    """Lines as a file that COPY reads from: no more of them in memory than one bite.

    The driver would turn an exception in the middle into one of its own: it is kept in ``failure``, and the text ends.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.rest = ""
        self.failure: BaseException | None = None

    def read(self, size: int = 8192) -> str:
        """Up to ``size`` characters; nothing at the end."""
        try:
            return self._read(size)
        except BaseException as failure:
            self.failure = failure
            return ""

    def _read(self, size: int) -> str:
        taken, length = [self.rest], len(self.rest)
        while length < size and (line := next(self.lines, "")):
            taken.append(line)
            length += len(line)
        text = "".join(taken)
        self.rest = text[size:]
        return text[:size]


def run(sql: str, params: Any = None) -> int:
    """Run a statement; how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def ask(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    """The rows of an answer."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def copy(table: str, lines: Iterator[str]) -> None:
    """Write lines of tab-separated values (see ``line``) into a table."""
    text = _Text(lines)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} FROM STDIN", text, 65_536)
    if text.failure is not None:
        raise text.failure


def line(*values: Any) -> str:
    """One row for ``copy``: None is no value, moments and decimals as PostgreSQL reads them, text escaped.

    Dicts, lists and tuples become JSON.
    """
    return "\t".join(map(_field, values)) + "\n"


def _field(value: Any) -> str:
    return FIELDS.get(type(value), _other)(value)


def escaped(text: str) -> str:
    """Text as COPY reads it."""
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def _json(value: object) -> str:
    return escaped(orjson.dumps(value, default=str).decode())


def _other(value: object) -> str:
    return escaped(str(value))


FIELDS: Final[dict[type, Callable[[Any], str]]] = {
    str: escaped,
    int: str,
    NoneType: lambda _: NULL,
    bool: lambda value: "t" if value else "f",
    datetime: datetime.isoformat,
    **dict.fromkeys((dict, list, tuple), _json),
}
"""How a value of each type is written; others (decimals, enums) as they are shown. Asked millions of times."""


def stage(table: str, columns: str, lines: Iterable[str]) -> None:
    """A temporary table of these columns (as in CREATE TABLE) with these lines, gone with the transaction."""
    run(f"DROP TABLE IF EXISTS {table}; CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
    copy(table, iter(lines))
    run(f"ANALYZE {table}")


def stage_rows(table: str, columns: dict[str, str], rows: Iterable[object], uuids: tuple[str, ...] = ("uuid",)) -> None:
    """Stage objects: a column by its type for every attribute named, ``n`` (from 1) and new identifiers before them."""
    read, new, numbers = attrgetter(*columns), endless_uuid7_texts(), count(1)
    typed = ["n bigint", *(f"{name} uuid" for name in uuids), *(f"{name} {kind}" for name, kind in columns.items())]
    lines = (line(next(numbers), *islice(new, len(uuids)), *read(row)) for row in rows)
    stage(table, ", ".join(typed), lines)


def stage_from(table: str, select: str, params: dict[str, Any] | None = None) -> None:
    """A temporary table of what a SELECT finds, gone with the transaction."""
    run(f"DROP TABLE IF EXISTS {table}; CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS {select}", params)
    run(f"ANALYZE {table}")


def keep_new(table: str, key: tuple[str, ...], known: str, params: dict[str, Any]) -> None:
    """Of rows staged by ``stage_rows``, keep the first of each ``key`` that is not known.

    ``known`` is a SELECT that finds something for a row (``told``) that is.
    """
    same = " AND ".join(f"first.{name} = told.{name}" for name in key)
    run(f"DELETE FROM {table} told WHERE EXISTS ({known} OFFSET 0)", params)
    run(f"DELETE FROM {table} told USING {table} first WHERE {same} AND first.n < told.n")


def known_as(alias: str, reference: str) -> str:
    """The condition under which a row (``alias``) is the one that the source knows under ``reference``, as SQL.

    For tables with ``terminal_id``, ``source`` and ``source_ref``; needs the parameters ``terminal`` and ``source``.
    """
    return f"{alias}.terminal_id = %(terminal)s AND {alias}.source = %(source)s AND {alias}.source_ref = {reference}"


def endless_uuid7_texts() -> Iterator[str]:
    """``uuid7_texts`` for as many rows as there will be."""
    return chain.from_iterable(map(uuid7_texts, repeat(256)))


def uuid7_texts(many: int) -> Iterator[str]:
    """Identifiers as ``apps.common.ids.uuid7`` makes them, as hexadecimal text, for staging by the million."""
    noise = os.urandom(10 * many).hex()
    stamp = f"{time.time_ns() // 1_000_000:012x}7"
    for at in range(0, 20 * many, 20):
        yield f"{stamp}{noise[at : at + 3]}{'89ab'[int(noise[at + 3], 16) & 3]}{noise[at + 4 : at + 19]}"


def hyphened(text: str) -> str:
    """An identifier of ``uuid7_texts`` as it is told."""
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def stage_ids(table: str, many: int) -> None:
    """A temporary table with an identifier ``uuid`` for each ``n`` from 1 to ``many``."""
    stage(table, "n bigint, uuid uuid", (f"{n}\t{text}\n" for n, text in enumerate(uuid7_texts(many), 1)))


def iso(moment: str) -> str:
    """SQL for a moment as ``datetime.isoformat`` writes it in UTC; ``moment`` is SQL too."""
    local = f"({moment}) AT TIME ZONE 'UTC'"
    fraction = f"CASE WHEN date_trunc('second', {local}) <> {local} THEN to_char({local}, '.US') ELSE '' END"
    return f"(to_char({local}, 'YYYY-MM-DD\"T\"HH24:MI:SS') || {fraction} || '+00:00')"


def across(columns: str, rows: Iterable[Iterable[str]]) -> str:
    """SQL that puts each of ``rows`` (SQL for the ``columns``) beside every row before it, as ``step``."""
    values = ", ".join(f"({', '.join(row)})" for row in rows)
    return f"CROSS JOIN LATERAL (VALUES {values}) AS step({columns})"


class Keys(dict[str, int]):
    """Primary keys by code, looked up once for many rows. A code that is not there raises its refusal."""

    def __init__(self, rows: Iterable[tuple[str, int]], absent: Callable[[str], Refused]) -> None:
        super().__init__(rows)
        self.absent = absent

    def __missing__(self, code: str) -> int:
        raise self.absent(code)


def take_statistics(*models: type[Model]) -> None:
    """Tell the planner how many rows there are by now, within the transaction that wrote them."""
    run(f"ANALYZE {', '.join(model._meta.db_table for model in models)}")


def insert_from(model: type[Model], columns: dict[str, str], rows: str, params: dict[str, Any]) -> int:
    """``INSERT … SELECT``: SQL for the ``columns`` named, the model's own default for those that are not.

    The key and what the database fills in by itself are left to the database unless named.
    """
    values, defaults = dict(columns), dict(params)
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if column not in values and not field.primary_key and field.db_default is NOT_PROVIDED:
            values[column] = f"%(default_{column})s"
            defaults[f"default_{column}"] = field.get_db_prep_save(field.get_default(), connection)
    names = ", ".join(f'"{name}"' for name in values)
    table = model._meta.db_table
    return run(f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values.values())} {rows}', defaults)


def update_rows(rows: Sequence[Model], *names: str) -> None:
    """Write these fields of the rows in hand by their keys, in one statement a thousand.

    For many rows with many values Django's own way (a CASE over all rows for every field) takes ten times as long.
    """
    for start in range(0, len(rows), ROWS_OF_A_STATEMENT):
        _update(rows[start : start + ROWS_OF_A_STATEMENT], names)


def _update(rows: Sequence[Model], names: Iterable[str]) -> None:
    meta = rows[0]._meta
    fields: list[Any] = [meta.get_field(name) for name in names]
    told = [
        [row.pk, *(each.get_db_prep_save(getattr(row, each.attname), connection) for each in fields)] for row in rows
    ]
    one = f"({', '.join(['%s'] * (len(fields) + 1))})"
    columns = ", ".join(f'"{each.column}" = told.v{at}::{each.db_type(connection)}' for at, each in enumerate(fields))
    names_of = ", ".join(["pk", *(f"v{at}" for at in range(len(fields)))])
    run(
        f'UPDATE "{meta.db_table}" SET {columns} FROM (VALUES {", ".join([one] * len(rows))}) AS told({names_of})'
        f' WHERE "{meta.db_table}"."{meta.pk.column}" = told.pk',
        [value for row in told for value in row],
    )
