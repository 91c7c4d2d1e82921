"""Times for which nobody pays: entered, ended, and withdrawn where they were a mistake."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.billing.models import Pause
from apps.billing.services.accounts import StorageIsClosed, refreshed, require_near
from apps.billing.services.rows import RIGHT, hold_visit, journal_visit, lock_accounts, require_why
from apps.common.integrity import refusals
from apps.containers.models import Visit
from apps.parties.actors import Actor
from terminal.charges.storage import EmptyPause
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.moments import require_zone


class PauseIsOver(Refused):
    """A pause that ended, or was withdrawn, does not end again."""

    message = gettext_noop("This pause is over: withdraw it and enter it again, as it really was.")


@transaction.atomic
def start_pause(
    visit: Visit,
    *,
    kind: str,
    reason: str,
    starts_at: datetime,
    by: Actor,
    at: datetime,
    ends_at: datetime | None = None,
) -> Pause:
    """Nobody pays for the box from ``starts_at`` on (to ``ends_at``, else until the pause is ended).

    Raises ``NotYours``, ``PayerReadsWhy``, ``EmptyPause``, ``StorageIsClosed``, ``YearsAway``, ``NaiveTime``.
    """
    require_zone(at, starts_at, ends_at)
    row = _open(visit, by, at)
    require_near(starts_at.date(), row.terminal, at)
    if ends_at is not None and ends_at <= starts_at:
        raise EmptyPause(start=starts_at.isoformat(), end=ends_at.isoformat())
    said = {"kind": kind, "reason": require_why(reason)[:200], "starts_at": starts_at, "ends_at": ends_at}
    ended_by = by.label[:120] if ends_at else ""
    pause = Pause.objects.create(visit=row, entered_by=by.label[:120], ended_by=ended_by, **said)
    journal_visit(row, EventKind.STORAGE_PAUSED, by=by, at=at, reason=reason, **{"from": starts_at.isoformat()})
    if ends_at is not None:
        journal_visit(row, EventKind.STORAGE_RESUMED, by=by, at=at, reason=reason, to=ends_at.isoformat())
    refreshed(row, by=by, at=at)
    return pause


@transaction.atomic
def end_pause(pause: Pause, *, ends_at: datetime, by: Actor, at: datetime) -> Pause:
    """The box is paid for again from ``ends_at``. Raises ``NotYours``, ``PauseIsOver``, ``EmptyPause``."""
    require_zone(at, ends_at)
    row = _open(pause.visit, by, at)
    if ends_at <= pause.starts_at:
        raise EmptyPause(start=pause.starts_at.isoformat(), end=ends_at.isoformat())
    goes_on = Pause.objects.filter(pk=pause.pk, ends_at=None, withdrawn=False)
    with refusals(a_pause_ends_after_it_began=EmptyPause(start=pause.starts_at.isoformat(), end=ends_at.isoformat())):
        if not goes_on.update(ends_at=ends_at, ended_by=by.label[:120], version=F("version") + 1):
            raise PauseIsOver
    journal_visit(row, EventKind.STORAGE_RESUMED, by=by, at=at, reason=pause.reason, to=ends_at.isoformat())
    refreshed(row, by=by, at=at)
    pause.refresh_from_db()
    return pause


@transaction.atomic
def withdraw_pause(pause: Pause, *, by: Actor, at: datetime) -> Pause:
    """It was a mistake and counts nowhere. Raises ``NotYours``, ``PauseIsOver``, ``StorageIsClosed``."""
    require_zone(at)
    row = _open(pause.visit, by, at)
    if not Pause.objects.filter(pk=pause.pk, withdrawn=False).update(withdrawn=True, version=F("version") + 1):
        raise PauseIsOver
    journal_visit(row, EventKind.STORAGE_RESUMED, by=by, at=at, reason=pause.reason, withdrawn=True)
    refreshed(row, by=by, at=at)
    pause.refresh_from_db()
    return pause


def _open(visit: Visit, by: Actor, at: datetime) -> Visit:
    by.require(RIGHT, visit.terminal)
    account = lock_accounts([hold_visit(visit)], at)[visit.pk]
    if account.closed_at is not None:
        raise StorageIsClosed(number=account.visit.container.number)
    return account.visit
