"""The row behind an API key, with its party and its terminal."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from django.db import connection, models

from apps.common.prepared import Prepared
from apps.network.models import Terminal
from apps.parties.models import Party, PartyKey

TERMINAL: Final = frozenset(
    {"id", "public_id", "version", "code", "name", "un_locode", "zone_name", "currency", "active"}
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
    rows = _by_prefix().rows(prefix)
    if not rows:
        return None
    values = iter(rows[0])
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
