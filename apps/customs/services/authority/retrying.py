"""What waits is looked at again: the box, the declaration or the report may have come meanwhile."""

from datetime import datetime

from django.db import transaction

from apps.customs.models import AuthorityMessage
from apps.customs.services.authority.acting import act
from apps.customs.services.authority.marks import said
from terminal.customs.word import MessageState

AT_ONCE = 500


def retry_waiting(at: datetime) -> int:
    """Act on what waits and can be acted on by now, the first received first; how many no longer wait."""
    waiting = AuthorityMessage.objects.filter(state=MessageState.WAITING.value).order_by("received_at", "pk")
    return sum(retry(number, at) for number in waiting.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def retry(number: int, at: datetime) -> bool:
    """Act on one message that waits, by its key; whether it no longer does. What another is at is left to it."""
    rows = AuthorityMessage.objects.select_related("authority", "terminal").select_for_update(
        of=("self",), skip_locked=True
    )
    row = rows.filter(pk=number, state=MessageState.WAITING.value).first()
    if row is None:
        return False
    act(row, said(row), at)
    row.refresh_from_db()
    return row.state != MessageState.WAITING
