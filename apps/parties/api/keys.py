"""The row behind an API key, with its party and its terminal."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from django.db import connection, models

from apps.common.prepared import Prepared
from apps.network.models import Terminal
from apps.parties.models import Party, PartyKey

TERMINAL: Final = frozenset(
    {
        "id",
        "public_id",
        "version",
        "code",
        "name",
        "un_locode",
        "zone_name",
        "currency",
        "active",
        "sandbox",
        "day_began_at",
    }
)


# Note [A key costs one plain statement]
# Every request of a simple client begins here. Having the ORM compile the same join anew took longer than the rest of
# the request, so the statement is written once, from the models' own columns, and planned once per connection. Nothing
# is remembered between requests: a key that is revoked is refused by the next one.
@cache
def _by_prefix() -> Prepared:
    columns = [f'{table}."{field.column}"' for table, model in _parts() for field in _fields(model)]
    return Prepared(
        "party_key",
        ("varchar",),
        f"SELECT {', '.join(columns)} FROM {PartyKey._meta.db_table} AS key "
        f"JOIN {Party._meta.db_table} AS party ON party.id = key.party_id "
        f"JOIN {Terminal._meta.db_table} AS terminal ON terminal.id = key.terminal_id "
        "WHERE key.prefix = $1 AND NOT key.revoked",
    )


def read_key(prefix: str) -> PartyKey | None:
    """The key with this prefix unless it was revoked, its party and terminal in hand. Its secret is not checked."""
    row = row_by_prefix(prefix)
    return None if row is None else key_from(row)


STAMP: Final = """
SELECT concat_ws('.', key.id, key.xmin, party.xmin, terminal.xmin)
FROM parties_partykey AS key
JOIN parties_party AS party ON party.id = key.party_id
JOIN network_terminal AS terminal ON terminal.id = key.terminal_id
WHERE key.prefix = {prefix} AND NOT key.revoked
"""
"""SQL for what changes whenever the row of a key, of its party or of its terminal does; nothing for one revoked."""


def row_by_prefix(prefix: str) -> tuple[Any, ...] | None:
    """The row of ``read_key`` as it comes from the database."""
    return next(iter(_by_prefix().rows(prefix)), None)


def key_from(row: tuple[Any, ...]) -> PartyKey:
    """The key in such a row, with its party and terminal."""
    values = iter(row)
    key, party, terminal = (_read(model, values) for _table, model in _parts())
    key.party, key.terminal = party, terminal
    return key  # type: ignore[no-any-return]


def _parts() -> tuple[tuple[str, type[models.Model]], ...]:
    return ("key", PartyKey), ("party", Party), ("terminal", Terminal)


@cache
def _fields(model: type[models.Model]) -> tuple[Any, ...]:
    """All columns but a terminal's rated figures, which no request needs and each can fetch."""
    kept = TERMINAL if model is Terminal else {field.name for field in model._meta.concrete_fields}
    return tuple(field for field in model._meta.concrete_fields if field.name in kept)


def _read(model: type[models.Model], values: Iterator[Any]) -> Any:
    names = [field.attname for field in _fields(model)]
    return model.from_db(connection.alias, names, [next(values) for _ in names])
