"""What waits is looked at again: the box, the declaration or the report may have come meanwhile."""

from datetime import datetime
from typing import Final

from django.db import transaction

from apps.customs.models import AuthorityMessage
from apps.customs.services.authority.acting import act, lock_what_it_is_about
from apps.customs.services.authority.marks import said
from terminal.customs.word import MessageState

AT_ONCE: Final = 500


def retry_waiting(at: datetime) -> int:
    """Act on what waits and can be acted on by now, the first kept first; how many of those looked at wait no longer.

    All that wait are looked at, so many at a time, so that nothing stands behind what waits for good.
    """
    waiting = AuthorityMessage.objects.filter(state=MessageState.WAITING.value).order_by("pk")
    done, last = 0, 0
    while some := list(waiting.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        done, last = done + sum(retry(number, at) for number in some), some[-1]
    return done


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
    lock_what_it_is_about(seen, message)
    row = waiting.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return False
    act(row, message, at)
    row.refresh_from_db()
    return row.state != MessageState.WAITING
