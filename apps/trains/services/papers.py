"""The visits of a consist's boxes: found or made, told what is new, cancelled where papers name them no more."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.trains.selectors.consists import ConsistComparison
from terminal.advice import Way
from terminal.consists import ConsistBox, KnownBox, new_notes, news
from terminal.lifecycle import VisitState
from terminal.seals import SealOwner
from terminal.weights import Weighing


def visits_of(call: Call, comparison: ConsistComparison, *, by: Actor, at: datetime) -> dict[str, Visit]:
    """The visit of each box by its number, made where nobody announced it."""
    unknown = [box for _spot, box in comparison.difference.added if box.number not in comparison.found]
    made = containers.advise([_advice(call, box) for box in unknown], by=by, at=at) if unknown else []
    return comparison.found | {box.number: visit for box, visit in zip(unknown, made, strict=True)}


def _advice(call: Call, box: ConsistBox) -> containers.Advice:
    return containers.Advice(
        terminal=call.terminal,
        number=box.number,
        size_type=box.size_type,
        laden=box.laden,
        gross_kg=box.gross_kg,
        destination=box.destination,
        arrival_call=call,
        references=box.notes,
        unannounced=True,
        way=Way.CONSIST,
    )


def cancel_unnamed(call: Call, comparison: ConsistComparison, *, by: Actor, at: datetime) -> None:
    """Take back the visits only former papers knew of."""
    gone = [comparison.found[box.number].pk for box in comparison.difference.removed]
    unknown = Visit.objects.filter(pk__in=gone, arrival_call=call, unannounced=True, state=VisitState.ADVISED.value)
    for visit in unknown.select_related("container", "terminal").order_by("pk") if gone else ():
        containers.cancel_visit(visit, by=by, at=at, reason="not in the consist")


def say_what_is_new(
    call: Call,
    visits: dict[str, Visit],
    boxes: Sequence[ConsistBox],
    comparison: ConsistComparison,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Write with each visit what the papers say of its box and nobody has said; what was rolled over comes by it."""
    told = [(visits[box.number], box, comparison.known.get(box.number) or _as_advised(box)) for box in boxes]
    rolled = {load.visit_id for load in comparison.rolled_over}
    followed = {visit.pk: call for visit, _box, _before in told if visit.pk in rolled}
    papers = [said for visit, box, before in told for said in _papers(visit, box, before, followed.get(visit.pk))]
    if papers:
        containers.describe(papers, by=by, at=at)
    notes = [note for visit, box, before in told for note in _notes(visit, box, before)]
    if notes:
        containers.note(notes, by=by.entrusted(), at=at)


def _as_advised(box: ConsistBox) -> KnownBox:
    """What is known of a box whose visit was made by these papers."""
    return KnownBox(
        number=box.number,
        size_type=box.size_type,
        laden=box.laden,
        sure_laden=True,
        gross_kg=box.gross_kg,
        destination=box.destination,
        notes=box.notes,
    )


def _papers(visit: Visit, box: ConsistBox, known: KnownBox, call: Call | None) -> Iterator[containers.Papers]:
    new = news(known, box)
    said: dict[str, Any] = {name: new[name][1] for name in ("laden", "size_type", "destination") if name in new}
    if not known.sure_laden and known.laden == box.laden:
        said["laden"] = box.laden
    if call is not None:
        said["arrival_call"] = call
    if notes := new_notes(known, box):
        said["references"] = notes
    if said:
        yield containers.Papers(visit=visit, **said)


def _notes(visit: Visit, box: ConsistBox, known: KnownBox) -> Iterator[containers.NewNote]:
    new = news(known, box)
    if "gross_kg" in new:
        yield containers.NewWeight(visit=visit, gross_kg=new["gross_kg"][1], how=Weighing.DECLARED)
    for number in new["seals"][1][len(known.seals) :] if "seals" in new else ():
        yield containers.NewSeal(visit=visit, number=number, owner=SealOwner.CARRIER)
    if "hazards" in new:
        yield containers.NewHazard(visit=visit, un_number=box.un_number, imdg_class=box.imdg_class)
