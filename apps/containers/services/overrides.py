"""Four eyes: a hold is overridden when one person proposes it and another confirms. Never customs'."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.containers.models import Hold
from apps.containers.selectors import reached_by
from apps.containers.services.holds import bring_hold_up_to_date, end_hold, lock_hold, require_not_kept, told
from apps.journal.services import record_many
from apps.parties.actors import Actor, NotYours
from apps.parties.models import User
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.readiness import Owner

RIGHT = "containers.override_hold"


class NotOverridable(Refused):
    """Customs' holds are lifted by customs, or not at all."""

    kind = "forbidden"
    message = gettext_noop("A hold of customs cannot be overridden by anybody.")


class OverrideAlreadyProposed(Refused):
    """One proposal at a time."""

    message = gettext_noop("The override was proposed already, by %(by)s; it waits for somebody else to confirm it.")


class NotProposed(Refused):
    """Nothing to confirm."""

    message = gettext_noop("Nobody has proposed to override this hold.")


class SecondPersonNeeded(Refused):
    """Who proposes an override cannot confirm it."""

    kind = "forbidden"
    message = gettext_noop("You proposed this override: somebody else has to confirm it.")


class ReasonNeeded(Malformed):
    """An override without a reason."""

    message = gettext_noop("Say why the hold is to be overridden.")


@transaction.atomic
def propose_override(hold: Hold, *, by: Actor, at: datetime, reason: str) -> Hold:
    """The first pair of eyes. The hold goes on to stand.

    Raises ``NotYours`` (``containers.override_hold``, and people only), ``NotOverridable``, ``KeptByItsOffice``,
    ``AlreadyLifted``, ``OverrideAlreadyProposed``, ``ReasonNeeded``.
    """
    row, person = _asked(hold, by)
    if not reason.strip():
        raise ReasonNeeded
    if row.override_proposed_by is not None:
        raise OverrideAlreadyProposed(by=row.override_proposed_by.get_username())
    values = {"override_proposed_by": person, "override_reason": reason.strip()[:200]}
    Hold.objects.filter(pk=row.pk).update(**values, version=F("version") + 1)
    row.override_proposed_by, row.override_reason, row.version = person, reason.strip()[:200], row.version + 1
    why = {"why": row.override_reason}
    record_many(told(row, reached_by(row), EventKind.HOLD_OVERRIDE_PROPOSED, why, by=by, at=at))
    bring_hold_up_to_date(hold, row)
    return hold


@transaction.atomic
def confirm_override(hold: Hold, *, by: Actor, at: datetime) -> Hold:
    """The second pair of eyes: the hold no longer stands.

    Raises ``NotYours``, ``NotOverridable``, ``AlreadyLifted``, ``NotProposed``, ``SecondPersonNeeded``.
    """
    row, person = _asked(hold, by)
    proposer = row.override_proposed_by
    if proposer is None:
        raise NotProposed
    if proposer == person:
        raise SecondPersonNeeded
    end_hold(row, by=by.label, at=at)
    both = {"why": row.override_reason, "proposed_by": Actor.person(proposer).label}
    record_many(told(row, reached_by(row), EventKind.HOLD_OVERRIDDEN, both, by=by, at=at))
    bring_hold_up_to_date(hold, row)
    return hold


def _asked(hold: Hold, by: Actor) -> tuple[Hold, User]:
    row = lock_hold(hold)
    if by.user is None:
        raise NotYours(right=RIGHT, terminal=row.terminal.name)
    by.require(RIGHT, row.terminal)
    if row.owner == Owner.CUSTOMS:
        raise NotOverridable
    require_not_kept(row, by)
    return row, by.user
