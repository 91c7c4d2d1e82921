"""What waits is looked at again: the box, the declaration or the report may have come meanwhile."""

import logging
from datetime import datetime
from typing import Final

from django.db import transaction

from apps.customs.models import AuthorityMessage
from apps.customs.services.authority.acting import act, lock_what_it_is_about
from apps.customs.services.authority.marks import said
from terminal.customs.word import MessageState

logger = logging.getLogger(__name__)

AT_ONCE: Final = 500


def retry_waiting(at: datetime) -> int:
    """Act on what waits and can be acted on by now, the first kept first; how many of those looked at wait no longer.

    All that wait are looked at, so many at a time, so that nothing stands behind what waits for good, nor behind one
    that cannot be looked at: that is logged.
    """
    waiting = AuthorityMessage.objects.filter(state=MessageState.WAITING.value).order_by("pk")
    done, last = 0, 0
    while some := list(waiting.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        done, last = done + sum(_retried(number, at) for number in some), some[-1]
    return done


def _retried(number: int, at: datetime) -> bool:
    # Whatever is wrong with one message must not keep the stops behind it from being placed.
    try:
        return retry(number, at)
    except Exception:
        logger.exception("The waiting message %s could not be acted on.", number)
        return False


@transaction.atomic
def retry(number: int, at: datetime) -> bool:
    """Act on one message that waits, by its key; whether it no longer does. What another is at is left to it."""
    # Joined: a message keeps its authority. See Note [Locked alone].
    waiting = AuthorityMessage.objects.select_related("authority", "terminal").filter(
        pk=number, state=MessageState.WAITING.value
    )
    seen = waiting.first()
    if seen is None:
        return False
    message = said(seen)
    declaration = lock_what_it_is_about(seen, message)
    # Of another version: who found its declaration meanwhile has acted on it.
    same = waiting.filter(version=seen.version)
    row = same.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return False
    act(row, message, declaration, at)
    row.refresh_from_db()
    return row.state != MessageState.WAITING
