"""Sending again what a partner has lost."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.common.locks import lock_then_read
from apps.edi.models import Interchange
from apps.edi.services.refusals import NotSentTo
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from terminal.events import Audience, EventKind
from terminal.throughput import Direction

RIGHT = "edi.send_interchange"


@transaction.atomic
def send_again(interchange: Interchange, *, by: Actor, at: datetime) -> Interchange:
    """Put what we wrote into the partner's folder once more, the same bytes under the same reference.

    Raises ``NotYours``, ``NotSentTo``.
    """
    by.require(RIGHT, interchange.terminal)
    row = lock_then_read(Interchange.objects.select_related("partner").filter(pk=interchange.pk)).get()
    if row.direction != Direction.OUT or not row.partner.uses_folder:
        raise NotSentTo(reference=row.reference or str(row.public_id))
    Interchange.objects.filter(pk=row.pk).update(
        to_folder=True, put_at=None, times=F("times") + 1, version=F("version") + 1
    )
    record(
        Happening(
            kind=EventKind.INTERCHANGE_SENT_AGAIN,
            terminal_id=row.terminal_id,
            at=at,
            actor=by.label,
            audience=Audience.STAFF,
            payload={"reference": row.reference, "partner": row.partner.code},
        )
    )
    interchange.refresh_from_db()
    return interchange
