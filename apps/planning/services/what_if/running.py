"""Running it: in one transaction, with the services the terminal works with, and rolled back whatever comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import OperationalError, connection, transaction

from apps.common.locks import LOCK_NOT_AVAILABLE
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.planning.services.what_if.changes import Change
from apps.planning.services.what_if.figures import Effects, effects, look
from apps.trains.services import plan_tracks
from terminal.errors import Malformed, Refused, gettext_noop

RIGHT: Final = "reports.view_dailythroughput"
MOST_CHANGES: Final = 20
WAITS: Final = "2s"
LASTS: Final = "20s"
TOO_LONG: Final = "57014"
ONE_AT_A_TIME: Final = 7_365_111


class NothingTried(Malformed):
    """A question without a change, or with more than one answer takes."""

    message = gettext_noop("Name 1 to %(most)s changes, not %(count)s.")


class AnotherIsAsked(Refused):
    """What is tried out holds locks for a moment: one at a time."""

    message = gettext_noop("Somebody else is trying something out at this moment. Ask again in a few seconds.")


class SiteIsBusy(Refused):
    """What would have to be changed is being worked on, or the answer took too long; real work goes first."""

    message = gettext_noop("The terminal is working on the same things at this moment. Ask again in a few seconds.")


@dataclass(frozen=True)
class WhatIf:
    """The answer: every figure before and after, at one moment. Nothing of it was kept."""

    terminal: Terminal
    at: datetime
    changes: Sequence[Change]
    effects: Effects


# Note [Tried out, not simulated]
# The changes are made by the production services, in a transaction that is always rolled back: so what is answered
# follows the very rules the terminal works by, and no second model of them can go out of step. It holds locks like any
# other change, so it waits two seconds at most for another's, no statement of it lasts longer than twenty, and it runs
# once at a time. What lies outside the database (mail, webhooks, messages to partners) is fed from rows that never come
# to be.
def what_if(terminal: Terminal, changes: Sequence[Change], *, by: Actor, at: datetime) -> WhatIf:
    """What these changes, all together, would do to every figure. Nothing is kept.

    Raises ``NotYours`` (without the right to read figures), ``NothingTried``, ``NoSuchTarget``, ``AnotherIsAsked``,
    ``SiteIsBusy``, and what the services refuse.
    """
    by.require(RIGHT, terminal)
    if not 1 <= len(changes) <= MOST_CHANGES:
        raise NothingTried(most=MOST_CHANGES, count=len(changes))
    try:
        with transaction.atomic():
            found = _tried(terminal, changes, at)
            transaction.set_rollback(True)
    except OperationalError as failure:
        if getattr(failure.__cause__, "pgcode", "") not in (LOCK_NOT_AVAILABLE, TOO_LONG):
            raise
        raise SiteIsBusy from failure
    return WhatIf(terminal, at, changes, found)


def _tried(terminal: Terminal, changes: Sequence[Change], at: datetime) -> Effects:
    _keep_out_of_the_way(terminal)
    me = Actor.itself("what if")
    before = look(terminal, at)
    for change in changes:
        change.make(terminal, by=me, at=at)
    plan_tracks(terminal, by=me, at=at)
    return effects(before, look(terminal, at))


def _keep_out_of_the_way(terminal: Terminal) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [ONE_AT_A_TIME, terminal.pk])
        if not cursor.fetchone()[0]:
            raise AnotherIsAsked
        cursor.execute("SET LOCAL lock_timeout = %s", [WAITS])
        cursor.execute("SET LOCAL statement_timeout = %s", [LASTS])
