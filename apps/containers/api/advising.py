"""Pre-advice from what a program sent: one object, a list as a whole, or each row of it by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from apps.common.api.rows import Wrong, read_row, wrong
from apps.containers import services
from apps.containers.api.documents import advised_document
from apps.containers.api.noting import notes_of
from apps.containers.api.serializers import AdviceIn
from apps.containers.models import Visit
from apps.parties.api.authentication import Caller
from terminal.errors import Refused
from terminal.regimes import Direction, Goods, Regime

MOST_AT_ONCE: Final = 1000
Said = dict[str, Any]


def require_many(rows: list[Any]) -> list[Any]:
    """The rows, or 422 where there are none or too many."""
    if not 0 < len(rows) <= MOST_AT_ONCE:
        raise ValidationError(_("Between 1 and %(most)s containers at once.") % {"most": MOST_AT_ONCE})
    return rows


def advice_of(wanted: Said, caller: Caller) -> services.Advice:
    """What a row that was found right advises."""
    return services.Advice(
        terminal=caller.terminal,
        number=wanted["container"],
        size_type=wanted["size_type"],
        laden=wanted["laden"],
        goods=Goods(wanted["goods"]),
        gross_kg=wanted["gross_kg"],
        destination=wanted.get("destination", ""),
        regime=Regime(wanted["regime"]),
        direction=Direction(wanted["direction"]),
        references=[(each["kind"], each["value"]) for each in wanted.get("references", [])],
        roles=[(caller.party, wanted["role"])],
        notes=notes_of(wanted),
    )


def advised_visit(visit: Visit, wanted: Said) -> Said:
    """The answer to a row that was taken."""
    references = [dict(each) for each in wanted.get("references", [])]
    return advised_document(visit, wanted["role"], references, wanted["container"])


def advise_each(rows: Sequence[Any], *, caller: Caller, at: datetime) -> Said:
    """Take the rows that can be taken; ``AdvisedEachOut`` says what became of each."""
    read = [read_row(row, f"/{n}", _said) for n, row in enumerate(rows)]
    right = {n: said for n, said in enumerate(read) if not isinstance(said, Wrong)}
    taken = _advise(list(right.items()), caller, at)
    answers = [_answer(n, said, taken.get(n)) for n, said in enumerate(read)]
    advised = sum(answer["problem"] is None for answer in answers)
    return {"advised": advised, "refused": len(answers) - advised, "rows": answers}


def _said(row: Any) -> Said:
    wanted = AdviceIn(data=row)
    wanted.is_valid(raise_exception=True)
    said: Said = wanted.validated_data
    return said


def _advise(rows: list[tuple[int, Said]], caller: Caller, at: datetime) -> dict[int, Visit | Refused]:
    """All together; where something in them is refused, each half by itself, until it is known which row it is."""
    try:
        with transaction.atomic():
            visits = services.advise([advice_of(said, caller) for _n, said in rows], by=caller.actor, at=at)
    except Refused as refusal:
        if len(rows) == 1:
            return {rows[0][0]: refusal}
        half = len(rows) // 2
        return _advise(rows[:half], caller, at) | _advise(rows[half:], caller, at)
    return {n: visit for (n, _said), visit in zip(rows, visits, strict=True)}


def _answer(n: int, said: Any, became: Visit | Refused | None) -> Said:
    if isinstance(became, Visit):
        return {"row": n, "status": "advised", "visit": advised_visit(became, said), "problem": None}
    refused = wrong(became, f"/{n}") if isinstance(became, Refused) else said
    return {"row": n, "status": "refused", "visit": None, "problem": refused.problem}
