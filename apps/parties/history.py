"""What another system tells of the past is taken in under the name of a source, by somebody who may."""

from datetime import datetime
from typing import Any

from apps.common.bulk import run
from apps.journal.services import write_history
from apps.network.models import Terminal
from apps.parties.actors import Actor


def begin_history(right: str, *, terminal: Terminal, source: str, by: Actor, at: datetime) -> dict[str, Any]:
    """Require the right, and let nobody else take in this source until the transaction ends.

    The parameters that statements about history share: ``terminal`` (key), ``source``, ``actor`` (label), ``at`` (now).
    Raises ``NotYours``.
    """
    by.require(right, terminal)
    facts = {"terminal": terminal.pk, "source": source, "actor": by.label, "at": at}
    run("SELECT pg_advisory_xact_lock(hashtextextended(%(source)s, 0))", facts)
    return facts


def write_down(select: str, facts: dict[str, Any]) -> int:
    """Write what a SELECT tells (see ``write_history``) into the journal, for whom ``begin_history`` was told of."""
    return write_history(select, facts, terminal_id=facts["terminal"], source=facts["source"], actor=facts["actor"])
