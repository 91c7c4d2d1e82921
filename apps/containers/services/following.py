"""Customs' stops go with the box, whichever of its advised visits they were placed on.

# Note [Customs holds a box, not a paper]
Several may advise one box, and customs places its hold on the visit it knows. Which visit arrives is settled by papers
that any of them wrote. So a standing hold of customs on another advised visit of the box stops the visit that arrives,
too: it fails closed. So does one on an advice that was cancelled since: else whoever cancels and advises anew would be
rid of customs. Its parties learn that customs holds the box, which they would at the gate, and nothing of whose advice
it was: neither reason nor reference of the other hold is told to them. Customs lifts it as any hold of its own; where
an office keeps the other, that office keeps this one too, and what follows goes with what it followed on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import F

from apps.containers.models import Hold, Visit
from apps.containers.selectors import standing_holds
from apps.containers.services.holds import lift_hold, told
from apps.containers.services.rows import lock_visits, of_visit
from apps.journal.services import Happening, record_many
from apps.parties.actors import Actor
from terminal.events import Audience, EventKind
from terminal.lifecycle import VisitState
from terminal.readiness import Owner

TOLD: Final = "customs control of this container"
"""All that the parties of the arriving visit are told."""


def customs_holds_follow(visits: Iterable[Visit], *, by: Actor, at: datetime) -> list[Hold]:
    """Stop the visits (locked, with their boxes) wherever customs stops another advice of the same box here.

    Called when boxes arrive, in the same transaction; a second time it finds nothing new. See Note [Customs holds a
    box, not a paper]. Two queries where nothing follows, however many visits.
    """
    rows = list(visits)
    others = _other_advice(rows)
    if not others:
        return []
    theirs = standing_holds(others)
    following = {
        (row.pk, hold.step, hold.kept_by): (row, hold)
        for row in rows
        for other in others
        if (other.container_id, other.terminal_id) == (row.container_id, row.terminal_id)
        for hold in theirs[other.pk]
        if hold.owner == Owner.CUSTOMS
    }
    already = _following_already(rows)
    new = [pair for (visit, *what), pair in following.items() if tuple(what) not in already[visit]]
    made = Hold.objects.bulk_create([_hold(row, hold, by=by, at=at) for row, hold in new])
    record_many(each for row, hold in new for each in _told(row, hold, by=by, at=at))
    return made


def no_longer_followed(lifted: Iterable[Hold], *, by: Actor, at: datetime) -> list[Hold]:
    """Lift what followed on holds that an office kept and has just lifted, unless it keeps the box by another still.

    ``by`` is the office's own act. See Note [Customs holds a box, not a paper].
    """
    boxes = {_box(hold) for hold in lifted if hold.kept_by and hold.visit is not None}
    rows = _kept(boxes)
    others = {_box(row) for row in rows if row.reason != TOLD}
    return [lift_hold(row, by=by, at=at) for row in rows if row.reason == TOLD and _box(row) not in others]


def keep_elsewhere(holds: Iterable[Hold], office: str, *, by: Actor, at: datetime) -> None:
    """The office keeps these holds on boxes from now on, instead of the one that did, and what followed them, too.

    Another hold of the former office is followed anew. See Note [Customs holds a box, not a paper].
    """
    rows = list(holds)
    boxes = {_box(hold) for hold in rows}
    _keep(rows, office)
    followed = [row for row in _kept(boxes) if row.reason == TOLD]
    _keep(followed, office)
    for visit in [row.visit for row in followed if row.visit is not None]:
        customs_holds_follow([visit], by=by, at=at)  # alone: each may follow what another of them holds itself


def _keep(holds: Iterable[Hold], office: str) -> None:
    Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(kept_by=office, version=F("version") + 1)


def _kept(boxes: set[tuple[int, str, int]]) -> list[Hold]:
    """Customs' standing holds on any advice of these boxes by the office that is named with each."""
    standing = Hold.objects.filter(
        owner=Owner.CUSTOMS.value,
        kept_by__in={office for _terminal, office, _box in boxes},
        visit__container__in={box for _terminal, _office, box in boxes},
        lifted_at=None,
    )
    return [row for row in standing.select_related("visit").order_by("visit_id", "pk") if _box(row) in boxes]


def _box(hold: Hold) -> tuple[int, str, int]:
    return hold.terminal_id, hold.kept_by, hold.visit.container_id if hold.visit else 0


def lock_boxes(visits: Iterable[Visit]) -> None:
    """Lock every visit of the boxes of these that customs' holds could have followed to, in the order of locks."""
    boxes = {visit.container_id for visit in visits}
    lock_visits(Visit.objects.filter(container__in=boxes, holds__lifted_at=None, holds__isnull=False).distinct())


def stay_held(visit: Visit, before: Iterable[Hold], *, by: Actor, at: datetime) -> list[Hold]:
    """Of holds that reached a visit which was merged into this one, keep those on many boxes that reach it no more.

    Its own consignment or call may be another one than the merged visit's: each becomes a hold on the visit itself.
    """
    reaching = {hold.pk for hold in standing_holds([visit])[visit.pk]}
    lost = [hold for hold in before if hold.pk not in reaching]
    made = Hold.objects.bulk_create([_on_the_visit(visit, hold, by=by, at=at) for hold in lost])
    record_many(each for hold in made for each in told(hold, [visit], EventKind.HOLD_PLACED, by=by, at=at))
    return made


def _on_the_visit(visit: Visit, hold: Hold, *, by: Actor, at: datetime) -> Hold:
    values = {name: getattr(hold, name) for name in ("owner", "kind", "kept_by", "step", "reason", "reference")}
    return Hold(terminal=visit.terminal, visit=visit, placed_at=at, placed_by=by.label[:120], **values)


def _other_advice(rows: list[Visit]) -> list[Visit]:
    advised = Visit.objects.filter(
        state__in=[VisitState.ADVISED.value, VisitState.CANCELLED.value],
        container__in={row.container_id for row in rows},
        terminal__in={row.terminal_id for row in rows},
    )
    return list(advised.exclude(pk__in=[row.pk for row in rows]).order_by("pk"))


def _following_already(rows: list[Visit]) -> Mapping[int, set[tuple[str, str]]]:
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    standing = Hold.objects.filter(visit__in=rows, owner=Owner.CUSTOMS.value, reason=TOLD, lifted_at=None)
    for visit, step, kept_by in standing.values_list("visit_id", "step", "kept_by"):
        found[visit].add((step, kept_by))
    return found


def _hold(visit: Visit, followed: Hold, *, by: Actor, at: datetime) -> Hold:
    return Hold(
        terminal=visit.terminal,
        visit=visit,
        owner=Owner.CUSTOMS.value,
        kept_by=followed.kept_by,
        step=followed.step,
        reason=TOLD,
        placed_at=at,
        placed_by=by.label[:120],
    )


def _told(visit: Visit, followed: Hold, *, by: Actor, at: datetime) -> list[Happening]:
    """To the visit's parties that customs holds the box; to staff, what it follows."""
    public = {"owner": Owner.CUSTOMS.value, "step": followed.step, "reason": TOLD, "reference": ""}
    behind = {**public, "reason": followed.reason, "reference": followed.reference, "hold": str(followed.public_id)}
    return [
        of_visit(visit, EventKind.HOLD_PLACED, by=by, at=at, payload=public),
        of_visit(visit, EventKind.HOLD_PLACED, by=by, at=at, payload=behind, audience=Audience.STAFF),
    ]
