"""What we write to a partner: counted, kept, and put where it is fetched."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from apps.common.attachments import keep
from apps.edi.models import Feed, Interchange, Partner
from apps.edi.services.feeds import next_reference
from apps.parties.actors import Actor
from terminal.edifact.drafting import Letter
from terminal.edifact.exchange import Fate
from terminal.edifact.writing import Written, write
from terminal.throughput import Direction

WRITER = Actor.itself("edi")


def write_to(
    partner: Partner,
    told: Sequence[Written],
    feed: Feed,
    *,
    at: datetime,
    answer_to: Interchange | None = None,
    outcome: dict[str, object] | None = None,
) -> Interchange:
    """One interchange of ours with a message for each, under the next control reference; the feed is held."""
    is_test = answer_to.is_test if answer_to else False
    letter = Letter(
        sender=partner.our_address,
        recipient=partner.address,
        reference=next_reference(feed),
        prepared_at=at,
        is_test=is_test,
    )
    data = write(told, letter, partner.profile)
    row = Interchange.objects.create(
        terminal=partner.terminal,
        partner=partner,
        direction=Direction.OUT.value,
        fate=Fate.WRITTEN.value,
        reference=letter.reference,
        types=list(dict.fromkeys(type_of(each) for each in told)),
        digest=hashlib.sha256(data).hexdigest(),
        is_test=is_test,
        to_folder=partner.uses_folder,
        at=at,
        by=WRITER.label,
        answer_to=answer_to,
        outcome=outcome or {},
    )
    row.original = keep(
        BytesIO(data), name=f"{letter.reference}.edi", by=WRITER, terminal=partner.terminal, subject=row
    )
    row.save(update_fields=["original"])
    return row


def type_of(told: Written) -> str:
    """The type of message that is written for it."""
    head = getattr(told, "head", None)
    if head is not None:
        return str(head.type.value)
    return "CONTRL" if hasattr(told, "interchange") else "APERAK"
