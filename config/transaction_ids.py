"""See that a restored journal does not lie ahead of its server's transaction counter.

# Note [Places in the journal]
Every row of the journal carries the 64-bit id of the transaction that wrote it. Readers follow these ids and stop
before the oldest transaction that runs. A new server counts from the beginning again: restored rows would lie in its
future and be read by nobody, and what is written next would lie behind the places clients remember. So the embedded
server begins a new epoch, the upper half of the counter, which PostgreSQL keeps in one place only: no row, no
visibility and no age changes by it. A server of somebody else's cannot be stopped by us; there, ids are used up.
"""

from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any, Self

import psycopg2

from config import environment
from config.embedded.errors import CannotStart
from config.embedded.lease import Lease
from config.embedded.postgres import Postgres

EPOCH = 1 << 32
MOST_USED_UP = 20_000_000
"""Ids used up one by one on an outside server; more would take it more than some minutes."""

BATCH = 100_000
USE_UP = "DO $$ BEGIN FOR n IN 1..%s LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"


@dataclass(frozen=True)
class Counter:
    """A server by its identifier, and the id its next transaction gets."""

    server: str = ""
    next_id: int = 0

    @classmethod
    def of(cls, place: dict[str, str]) -> Self:
        """The counter of the server at this place (libpq's names)."""
        ask = "SELECT system_identifier::text, pg_snapshot_xmax(pg_current_snapshot())::text FROM pg_control_system()"
        ((server, next_id),) = _rows(place, ask)
        return cls(server, int(next_id))

    @classmethod
    def told(cls, manifest: dict[str, Any]) -> Self:
        """As it stood when the backup was made; nothing in backups from before it was written down."""
        return cls(**manifest.get("counter", {}))

    def as_manifest(self) -> dict[str, Any]:
        """The form ``told`` reads."""
        return asdict(self)


def bring_beyond(saved: Counter, restored: dict[str, str]) -> None:
    """Move the counter of the restored database's server beyond all that was restored.

    See Note [Places in the journal]. Raises ``CannotStart`` where that is impossible.
    """
    present = Counter.of(restored)
    wanted = max(saved.next_id, _highest_in_journal(restored) + 1)
    if present.server == saved.server and present.next_id >= wanted:
        return
    if embedded := _embedded():
        lease, server = embedded
        lease.while_stopped(lambda: server.begin_epoch(max(wanted, present.next_id) // EPOCH + 1))
    elif present.next_id < wanted:
        use_up(restored, wanted)


def use_up(place: dict[str, str], wanted: int) -> None:
    """Use up transaction ids until ``wanted`` is the next. Raises ``CannotStart`` when they are too many."""
    missing = wanted - Counter.of(place).next_id
    if missing > MOST_USED_UP:
        raise CannotStart(
            f"The server's transaction counter lies {missing:,} behind the backup's, so its journal could not be read "
            f"on. Stop the server, run `pg_resetwal --epoch={wanted // EPOCH + 1} DATA_FOLDER`, start it, then restore "
            "again. Nothing was changed."
        )
    while (missing := wanted - Counter.of(place).next_id) > 0:
        _rows(place, "SET synchronous_commit = off", USE_UP % min(missing, BATCH))


def _embedded() -> tuple[Lease, Postgres] | None:
    held = ((lease, lease.server) for lease in environment.leases)
    return next(((lease, server) for lease, server in held if isinstance(server, Postgres)), None)


def _highest_in_journal(place: dict[str, str]) -> int:
    if _rows(place, "SELECT to_regclass('journal_entry')") == [(None,)]:
        return 0
    ((highest,),) = _rows(place, "SELECT coalesce(max(xid)::text, '0') FROM journal_entry")
    return int(highest)


def _rows(place: dict[str, str], *statements: str) -> list[tuple[Any, ...]]:
    try:
        with closing(psycopg2.connect(**place)) as line, line.cursor() as cursor:  # type: ignore[call-overload]
            line.autocommit = True
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    except psycopg2.Error as error:
        raise CannotStart(f"The server's transaction counter: {str(error).splitlines()[0]}.") from error
