"""Objects become staged rows as they are, and only what is new stays."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from apps.common.bulk import ask, keep_new, stage_rows

pytestmark = pytest.mark.django_db
COLUMNS = {"name": "text", "at": "timestamptz", "done": "boolean", "papers": "jsonb"}


@dataclass(frozen=True)
class Told:
    name: str
    at: datetime | None = None
    done: bool = False
    papers: Any = field(default_factory=dict)


def staged(*told, **how):
    stage_rows("told_rows", COLUMNS, iter(told), **how)
    return ask("SELECT n, name, at, done, papers::text FROM told_rows ORDER BY n")


def test_text_moments_and_papers_are_kept_as_they_are():
    odd = 'X9014\t"东方\\N, 1"\nand on\r'
    at = datetime(2023, 3, 14, 2, 15, 0, 500, tzinfo=UTC)
    assert staged(Told(odd, at, True), Told("X9015")) == [(1, odd, at, True, "{}"), (2, "X9015", None, False, "{}")]
    stage_rows("told_rows", COLUMNS, [Told("X", papers={"cell": odd, "at": [at]})])
    assert ask("SELECT papers ->> 'cell', (papers -> 'at' ->> 0)::timestamptz FROM told_rows") == [(odd, at)]


def test_every_row_has_identifiers_of_its_own():
    staged(*(Told(str(n)) for n in range(600)), uuids=("uuid", "other"))
    ids = {UUID(str(each)) for row in ask("SELECT uuid, other FROM told_rows") for each in row}
    assert len(ids) == 1200
    assert {each.version for each in ids} == {7}


def test_the_first_of_a_name_stays_unless_it_is_known():
    staged(Told("X9014"), Told("X9015"), Told("X9014", done=True), Told("X9016"))
    keep_new("told_rows", ("name",), "SELECT WHERE told.name = %(known)s", {"known": "X9015"})
    assert ask("SELECT name, done FROM told_rows ORDER BY n") == [("X9014", False), ("X9016", False)]
