"""What every process asks of its database before it uses it: is the server new enough?"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.management.base import CommandError
from django.db import connections

from config.environment import too_old_a_server


class ServerTooOld(CommandError):
    """The server of ``DATABASE_URL`` lacks what the tables need. A command ends with this sentence alone."""


def refuse_an_old_server(*, connection: Any, **unused: Any) -> None:
    """Asked at every new connection, which costs nothing. Raises ``ServerTooOld``."""
    if sentence := _complaint(connection):
        connection.close()
        raise ServerTooOld(sentence)


def server_is_new_enough(*, databases: Sequence[str] | None, **unused: Any) -> list[CheckMessage]:
    """The same question as a system check, for ``manage.py check --database default`` and ``migrate``."""
    try:
        for alias in databases or ():
            connections[alias].ensure_connection()
    except ServerTooOld as refusal:
        return [Error(str(refusal), id="landbridge.E001")]
    return []


def _complaint(connection: Any) -> str | None:
    return too_old_a_server(connection.connection.server_version)
