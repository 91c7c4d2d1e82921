"""What a partner answers to what we wrote."""

from collections.abc import Sequence
from datetime import datetime

from apps.edi.models import Interchange, Partner
from apps.edi.services.cases import Case
from terminal.edifact.acknowledging import Objection, Receipt
from terminal.edifact.exchange import Unacted


def settle(answers: Sequence[Receipt | Objection], partner: Partner, cases: Sequence[Case], *, at: datetime) -> None:
    """Note with each interchange of ours what the partner said of it. A refusal is not overruled by a later yes."""
    for told, case in zip(answers, cases, strict=True):
        ours = Interchange.objects.went().filter(partner=partner)
        if isinstance(told, Receipt):
            row = ours.filter(reference=told.interchange).first()
        else:
            row = ours.filter(outcome__documents__contains=[told.answers]).order_by("-pk").first()
        if row is None:
            asked = told.interchange if isinstance(told, Receipt) else told.answers
            case.leave(Unacted.NOT_NOTED, case.where("UCI", 1), asked, "an interchange of ours")
            continue
        _note(row, told, at)
        case.done("acknowledged", reference=row.reference, accepted=told.accepted)


def _note(row: Interchange, told: Receipt | Objection, at: datetime) -> None:
    if row.acknowledged is False and told.accepted:
        return
    row.acknowledged, row.acknowledged_at = told.accepted, at
    row.objection = "" if told.accepted else _why(told)[:500]
    row.save(update_fields=["acknowledged", "acknowledged_at", "objection"])


def _why(told: Receipt | Objection) -> str:
    if isinstance(told, Objection):
        return f"{told.error} {told.text}".strip()
    place = told.place
    return f"CONTRL {told.error}: {told.message} {place.segment} {place.tag} {place.element}.{place.component}"
