"""Stops a server after its last user: ``python -m config.embedded.keeper KIND FOLDER``."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from config.embedded.lease import Server, gate, stop_if_unused, try_lock, wait_until_unused
from config.embedded.postgres import Postgres
from config.embedded.processes import left_behind, wait_until
from config.embedded.valkey import Valkey

GRACE_SECONDS = 1.0


def keep(server: Server, office: int) -> None:
    """Wait for the last user to leave, give the next command a moment to come, then stop the server.

    The office (the lock that says a keeper waits) is given up inside the gate: who comes next appoints a new one.
    """
    while True:
        wait_until_unused(server.folder)
        wait_until(lambda: not server.lives(), seconds=GRACE_SECONDS)
        with gate(server.folder):
            if stop_if_unused(server):
                os.close(office)
                return


def end_left_behind(folder: Path) -> None:
    """End a server whose folder was deleted: nobody can find it there any more, to use it or to stop it."""
    for pid in left_behind(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def main(kind: str, folder: str) -> None:
    """One keeper per server; a second one has nothing to do."""
    kinds: dict[str, type[Postgres] | type[Valkey]] = {"postgres": Postgres, "valkey": Valkey}
    server = kinds[kind].at(Path(folder))
    try:
        office = try_lock(server.folder / "keeper")
        if office is not None:
            keep(server, office)
    except FileNotFoundError:
        if server.folder.exists():
            raise
        end_left_behind(server.folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
