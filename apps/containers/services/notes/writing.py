"""Writing notes, correcting and withdrawing them, and what follows for the visit.

# Note [What follows from a note]
``gross_kg`` of a visit is its latest weight that holds. Dangerous goods in a box make it a box of dangerous goods; when
the last of them is withdrawn, it is what its size-type makes it. What the visit said before the first weight was noted
is noted first, so that no word is lost.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.common.bulk import update_rows
from apps.containers.models import Hazard, Note, Visit, Weight
from apps.containers.selectors import worn
from apps.containers.services.holds import VisitIsOver
from apps.containers.services.notes.kinds import NewDamage, NewHazard, NewNote, NewSeal, NewWeight, Worn
from apps.containers.services.notes.photos import Photo, keep_photos, looked_at
from apps.containers.services.rows import lock_visits, of_visit, refreshed, require_right, require_right_or_part
from apps.containers.services.undoing import undo_rules
from apps.journal.services import Happening, record, record_many
from apps.parties.actors import Actor, NotYours
from terminal.equipment import SizeType
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import VISIT
from terminal.moments import require_zone
from terminal.regimes import Goods
from terminal.weights import Weighing

RIGHT = "containers.note_visit"
OF_A_PARTY = frozenset({Weighing.DECLARED, Weighing.VGM_METHOD_1, Weighing.VGM_METHOD_2})
"""How a party can know a weight: the weighbridge is the terminal's."""


class NotTheLatestWord(Refused):
    """Only what holds can be corrected or withdrawn."""

    message = gettext_noop("This note was corrected or withdrawn already; only the latest word on it can be changed.")


class OnlyWeights(NotYours):
    """A party's program tells what the box weighs; what is seen of it, the terminal notes itself."""

    message = gettext_noop("A party can tell the weight of its container; the terminal itself notes everything else.")


@transaction.atomic
def note(new: Sequence[NewNote], *, by: Actor, at: datetime) -> list[Note]:
    """Note what was seen or told of boxes at ``at``, all or none, in the order given.

    People need ``containers.note_visit``. A party's program tells weights, and only of visits in which it has a part.
    Raises ``NotYours``, ``OnlyWeights``, ``VisitIsOver``, ``NotTheLatestWord``, ``NaiveTime``, and what each kind of
    note refuses.
    """
    require_zone(at)
    photos = [looked_at(each.photos) if isinstance(each, NewDamage) else [] for each in new]
    visits = {row.pk: row for row in lock_visits(each.visit for each in new)}
    _require_may(new, list(visits.values()), by, at)
    for visit in visits.values():
        if VISIT.is_final(visit.state):
            raise VisitIsOver(number=visit.container.number, state=visit.state)
    return write_notes(new, visits, by=by, at=at, photos=photos)


def write_notes(
    new: Sequence[NewNote],
    visits: dict[int, Visit],
    *,
    by: Actor,
    at: datetime,
    photos: Sequence[Sequence[Photo]] = (),
) -> list[Note]:
    """Write notes of visits in hand that are locked or new, whoever asks. Raises what each kind of note refuses."""
    weighed = {each.visit.pk: visits[each.visit.pk] for each in new if isinstance(each, NewWeight)}
    _keep_first_word(weighed.values())
    written = [row for run in _runs(new) for row in _write(run, visits, by=by, at=at)]
    for row, visit, shown in zip(written, (visits[each.visit.pk] for each in new), photos, strict=False):
        keep_photos(shown, row, visit, by=by)  # type: ignore[arg-type]
    _follow_weights(weighed.values())
    _follow_hazards({each.visit.pk: visits[each.visit.pk] for each in new if isinstance(each, NewHazard)}.values())
    return written


@transaction.atomic
def withdraw_note(row: Note, *, reason: str, by: Actor, at: datetime) -> Note:
    """Say that what was noted was never so: a further row, nothing takes its place, and rules undo what followed on it.

    Raises ``NotYours``, ``NotTheLatestWord``, ``NaiveTime``.
    """
    require_zone(at)
    visit = lock_visits([Visit(pk=row.visit_id)])[0]
    require_right(by, [visit], RIGHT)
    require_latest(row)
    kept = {each.name: getattr(row, each.name) for each in row._meta.fields if each.name not in _OWN}
    model: Any = type(row)
    further: Note = model(
        **kept, corrects=row, withdrawn=True, remark=reason[:200], noted_at=at, noted_by=by.label[:120]
    )
    further.save()
    lineage, revision = _lineage(further)
    payload = {"retracts": row._meta.model_name, "reason": reason, "remark": str(row)}
    record(of_visit(visit, EventKind.RETRACTED, by=by, at=at, lineage=lineage, revision=revision, payload=payload))
    undo_rules(visit, lineage, at=at)
    _follow_weights([visit] if isinstance(row, Weight) else [])
    _follow_hazards([visit] if isinstance(row, Hazard) else [])
    return further


_OWN = frozenset(
    {"id", "public_id", "version", "corrects", "withdrawn", "remark", "noted_at", "noted_by"}
)  # what a further row says for itself


def require_latest(row: Note) -> None:
    """Raise ``NotTheLatestWord`` unless the note holds."""
    model: Any = type(row)
    if not model.objects.standing().filter(pk=row.pk).exists():
        raise NotTheLatestWord


def _require_may(new: Sequence[NewNote], visits: list[Visit], by: Actor, at: datetime) -> None:
    if by.party is not None and not all(isinstance(each, NewWeight) and each.how in OF_A_PARTY for each in new):
        raise OnlyWeights(right=RIGHT)
    require_right_or_part(by, visits, RIGHT, at)


def _runs(new: Sequence[NewNote]) -> Iterator[list[NewNote]]:
    """Notes that can be written in one go: one that corrects changes what holds, and goes by itself."""
    for corrects, group in groupby(new, key=lambda each: each.corrects is not None):
        run = list(group)
        yield from ([each] for each in run) if corrects else [run]


def _write(run: list[NewNote], visits: dict[int, Visit], *, by: Actor, at: datetime) -> list[Note]:
    """Write notes of one run, in a fixed number of statements."""
    sealed = [visits[each.visit.pk] for each in run if isinstance(each, NewSeal)]
    on = {pk: [(seal.number, seal.owner) for seal in seals] for pk, seals in worn(sealed).items()} if sealed else {}
    rows = [_row(each, visits[each.visit.pk], on, by=by, at=at) for each in run]
    of_kind: dict[Any, list[Note]] = defaultdict(list)
    for row in rows:
        of_kind[type(row)].append(row)
    for model, same in of_kind.items():
        model.objects.bulk_create(same, batch_size=1000)
    record_many(
        _journalled(each, row, visits[each.visit.pk], by=by, at=at) for each, row in zip(run, rows, strict=True)
    )
    return rows


def _row(new: NewNote, visit: Visit, on: Worn, *, by: Actor, at: datetime) -> Note:
    if new.corrects is not None:
        _require_same(new, visit)
    row = new.row(visit, on)
    row.visit, row.corrects, row.remark = visit, new.corrects, new.remark[:200]
    row.noted_at, row.noted_by = at, by.label[:120]
    return row


def _require_same(new: NewNote, visit: Visit) -> None:
    earlier: Any = new.corrects
    require_latest(earlier)
    if earlier.visit_id != visit.pk:
        raise NotTheLatestWord


def _journalled(new: NewNote, row: Note, visit: Visit, *, by: Actor, at: datetime) -> Happening:
    lineage, revision = _lineage(row)
    return of_visit(visit, new.kind, by=by, at=at, lineage=lineage, revision=revision, payload=new.told(row))


def _lineage(row: Any) -> tuple[UUID, int]:
    """The first note of the chain gives its name to the journal's lineage; every further one is a revision."""
    revision = 1
    while row.corrects is not None:
        row, revision = row.corrects, revision + 1
    return row.public_id, revision


def _keep_first_word(visits: Iterable[Visit]) -> None:
    rows = [visit for visit in visits if visit.gross_kg is not None]
    known = set(Weight.objects.filter(visit__in=rows).values_list("visit_id", flat=True)) if rows else set()
    first = [
        Weight(
            visit=visit,
            gross_kg=visit.gross_kg or 0,
            how=Weighing.DECLARED.value,
            noted_at=visit.advised_at,
            noted_by="advice",
        )
        for visit in rows
        if visit.pk not in known
    ]
    Weight.objects.bulk_create(first)


def _follow_weights(visits: Iterable[Visit]) -> None:
    """See Note [What follows from a note]."""
    rows = list(visits)
    standing = Weight.objects.standing().filter(visit__in=rows).order_by("noted_at", "pk") if rows else ()
    latest = {weight.visit_id: weight.gross_kg for weight in standing}
    _settle({row: latest.get(row.pk) for row in rows}, "gross_kg")


def _follow_hazards(visits: Iterable[Visit]) -> None:
    rows = list(visits)
    standing = Hazard.objects.standing().filter(visit__in=rows) if rows else Hazard.objects.none()
    dangerous = set(standing.values_list("visit_id", flat=True))
    _settle({row: _goods(row, row.pk in dangerous) for row in rows}, "goods")


def _goods(visit: Visit, dangerous: bool) -> str:
    if dangerous:
        return Goods.DANGEROUS_GOODS.value
    if visit.goods != Goods.DANGEROUS_GOODS:
        return visit.goods
    return (Goods.REEFER if SizeType.parse(visit.size_type).is_reefer else Goods.STANDARD).value


def _settle(values: dict[Visit, Any], name: str) -> None:
    """Write what follows for visits that are locked or new, in one statement."""
    changed = [refreshed(visit, **{name: value}) for visit, value in values.items() if getattr(visit, name) != value]
    update_rows(changed, name, "version")
