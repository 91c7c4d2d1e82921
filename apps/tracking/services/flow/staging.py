"""The lines of a file in a temporary table: the database sorts, joins and compares them, however many they are."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db import connection
from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED

from apps.common.ids import uuid7
from apps.tracking.services.flow.rows import Stay

STAYS: Final = """
DROP TABLE IF EXISTS flow_stay, flow_call, flow_visit, flow_id;
CREATE TEMPORARY TABLE flow_stay (
    line integer, number varchar(11), size_type varchar(4), teu numeric(4, 2), laden boolean, goods varchar(20),
    gross_kg integer, in_at timestamptz, in_mode varchar(5), in_vehicle varchar(40), out_at timestamptz,
    out_mode varchar(5), out_vehicle varchar(40), destination varchar(5),
    box_uuid uuid, visit_uuid uuid, in_uuid uuid, out_uuid uuid
) ON COMMIT DROP
"""

IDS: Final = """
CREATE TEMPORARY TABLE flow_id (n bigint, row_uuid uuid, arrived_uuid uuid, departed_uuid uuid) ON COMMIT DROP
"""


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
    """Write lines of tab-separated values into a table."""
    text = _Text(lines)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} FROM STDIN", text, 65_536)
    if text.failure is not None:
        raise text.failure


def stage(stays: Iterable[Stay]) -> None:
    """Write the stays into ``flow_stay``, with the identifiers of the rows they will become."""
    run(STAYS)
    copy("flow_stay", (_line(stay) for stay in stays))
    run("ANALYZE flow_stay")


def stage_ids(many: int) -> None:
    """Fill ``flow_id`` with three new identifiers for each ``n`` from 1."""
    run(
        "CREATE TEMPORARY TABLE flow_id (n bigint, row_uuid uuid, arrived_uuid uuid, departed_uuid uuid) ON COMMIT DROP"
    )
    copy("flow_id", (f"{n}\t{uuid7().hex}\t{uuid7().hex}\t{uuid7().hex}\n" for n in range(1, many + 1)))
    run("ANALYZE flow_id")


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


def _line(stay: Stay) -> str:
    gross = r"\N" if stay.gross_kg is None else str(stay.gross_kg)
    out_at = r"\N" if stay.out_at is None else stay.out_at.isoformat()
    return "\t".join(
        (
            str(stay.line), stay.number, stay.size_type, str(stay.teu), "t" if stay.laden else "f", stay.goods, gross,
            stay.in_at.isoformat(), stay.in_mode, _escaped(stay.in_vehicle), out_at, stay.out_mode,
            _escaped(stay.out_vehicle), stay.destination, uuid7().hex, uuid7().hex, uuid7().hex, uuid7().hex + "\n",
        )
    )  # fmt: skip


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")
