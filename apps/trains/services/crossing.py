"""The record of boxes that changed wagons where the gauge changes, straight across or over the yard.

# Note [One record, whichever way]
Wherever a box is noted on a wagon (``working.note_loaded``), it is asked whether it came on one of another gauge. So
the record exists whether the box was lifted across, or stood in the yard in between. When the load is taken back, the
record goes with it, and the journal says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from apps.common.integrity import refusals
from apps.containers import services as containers
from apps.containers.models import Seal, Visit
from apps.containers.selectors import worn
from apps.containers.services.rows import of_visit
from apps.journal.models import Entry
from apps.journal.services import Happening, record_many, retract
from apps.parties.actors import Actor
from apps.trains.models import GaugeTransfer, Wagon, WagonLoad
from apps.trains.services.refusals import ChangedGaugeAlready
from terminal.damages import Harm, Severity, Side
from terminal.events import EventKind
from terminal.gauges import SealChange, seal_change
from terminal.identifiers import WagonScheme, gauge_of
from terminal.seals import SealAct, SealOwner, require_seal_number

REMARK: Final = "at the gauge change"
SEPARATOR: Final = " · "
"""Between the words in which a damage is kept."""


@dataclass(frozen=True, kw_only=True)
class ConsignmentNote:
    """The note under which a box goes on."""

    kind: GaugeTransfer.Note
    number: str
    issued_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class DamageSeen:
    """A damage that was seen at the change."""

    side: Side
    harm: Harm
    severity: Severity
    remark: str = ""

    def __str__(self) -> str:
        told = (self.side.value, self.harm.value, self.severity.value, self.remark)
        return SEPARATOR.join(each for each in told if each)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen of a box at the change.

    ``seals_before``: all that were found on it (None: nobody read them, it wore what the books have); ``seals_after``:
    all it goes on with (None: as before). ``seals_by``: whose those are that were put on.
    """

    seals_before: tuple[str, ...] | None = None
    seals_after: tuple[str, ...] | None = None
    seals_by: SealOwner = SealOwner.TERMINAL
    damage: DamageSeen | None = None
    note: ConsignmentNote | None = None


@dataclass(frozen=True)
class _Crossed:
    """A box with its two wagons, what was seen of it, and what that says of its seals."""

    visit: Visit
    off: Wagon
    onto: Wagon
    seen: Seen
    worn: list[Seal]

    @property
    def before(self) -> tuple[str, ...]:
        books = tuple(seal.number for seal in self.worn)
        told = self.seen.seals_before
        return books if told is None else tuple(require_seal_number(each) for each in told)

    @property
    def after(self) -> tuple[str, ...]:
        told = self.seen.seals_after
        return self.before if told is None else tuple(require_seal_number(each) for each in told)

    @property
    def change(self) -> SealChange:
        return seal_change([seal.number for seal in self.worn], self.before, self.after)

    def row(self, *, by: Actor, at: datetime) -> GaugeTransfer:
        note, damage = self.seen.note, self.seen.damage
        return GaugeTransfer(
            visit=self.visit,
            wagon_out=self.off,
            wagon_in=self.onto,
            transferred_at=at,
            transferred_by=by.label[:120],
            seals_before=list(self.before),
            seals_after=list(self.after),
            damage=str(damage)[:200] if damage else "",
            note_kind=GaugeTransfer.Note(note.kind).value if note else "",
            note_number=note.number.strip() if note else "",
            note_issued_on=note.issued_on if note else None,
        )

    def notes(self) -> list[containers.NewNote]:
        owners = {seal.number: SealOwner(seal.owner) for seal in self.worn}
        off = [(each, owners[each], SealAct.REMOVED) for each in self.change.removed]
        on = [(each, self.seen.seals_by, SealAct.AFFIXED) for each in self.change.affixed]
        seals: list[containers.NewNote] = [
            containers.NewSeal(visit=self.visit, number=number, owner=owner, act=act, remark=REMARK)
            for number, owner, act in (*off, *on)
        ]
        return [*seals, *([self._damage(self.seen.damage)] if self.seen.damage else [])]

    def _damage(self, seen: DamageSeen) -> containers.NewDamage:
        told = {"side": seen.side, "harm": seen.harm, "severity": seen.severity}
        return containers.NewDamage(visit=self.visit, remark=seen.remark or REMARK, **told)  # type: ignore[arg-type]


def note_crossings(
    loads: Iterable[WagonLoad], *, by: Actor, at: datetime, seen: Mapping[int, Seen] | None = None
) -> list[GaugeTransfer]:
    """Record those loaded boxes that came on a wagon of another gauge, with what was ``seen`` of each (by visit).

    Within the transaction that loads them. See Note [One record, whichever way]. Seals and damages that were told are
    noted of the box, too. Raises ``ChangedGaugeAlready``, ``MalformedSealNumber``.
    """
    crossed = _crossed(list(loads), seen or {})
    if not crossed:
        return []
    with refusals(a_visit_changes_gauge_once=lambda: _already(crossed)):
        rows = GaugeTransfer.objects.bulk_create([each.row(by=by, at=at) for each in crossed])
    record_many(_told(each, row, by=by, at=at) for each, row in zip(crossed, rows, strict=True))
    notes = [note for each in crossed for note in each.notes()]
    if notes:
        containers.note(notes, by=by.entrusted(), at=at)
    return rows


def _crossed(loads: list[WagonLoad], seen: Mapping[int, Seen]) -> list[_Crossed]:
    came = _came_by(loads)
    pairs = [(came[load.visit_id], load) for load in loads if load.visit_id in came]
    over = [(off.wagon, load) for off, load in pairs if gauge(off.wagon) != gauge(load.wagon)]
    seals = worn([load.visit for _off, load in over]) if over else {}
    return [
        _Crossed(load.visit, off, load.wagon, seen.get(load.visit_id, Seen()), seals[load.visit_id])
        for off, load in over
    ]


def _came_by(loads: list[WagonLoad]) -> dict[int, WagonLoad]:
    came = WagonLoad.objects.filter(visit__in=[load.visit_id for load in loads], leg=WagonLoad.Leg.ARRIVING)
    return {each.visit_id: each for each in came.exclude(done_at=None).select_related("wagon__train__call")}


def gauge(wagon: Wagon) -> int:
    """The gauge the wagon runs on, mm."""
    return gauge_of(WagonScheme(wagon.scheme))


def _already(crossed: list[_Crossed]) -> ChangedGaugeAlready:
    known = GaugeTransfer.objects.filter(visit__in=[each.visit for each in crossed])
    return already(known.select_related("visit__container", "wagon_out", "wagon_in").earliest("pk"))


def already(known: GaugeTransfer) -> ChangedGaugeAlready:
    """Of a box that changed gauge before."""
    facts = {"wagon_out": known.wagon_out.number, "wagon_in": known.wagon_in.number}
    return ChangedGaugeAlready(
        number=known.visit.container.number, time=known.transferred_at.isoformat(timespec="minutes"), **facts
    )


def _told(crossed: _Crossed, row: GaugeTransfer, *, by: Actor, at: datetime) -> Happening:
    """To the box's parties: which wagons, on which gauges, and how its seals were. A correction has this lineage."""
    payload = {
        **_wagon("out", crossed.off),
        **_wagon("in", crossed.onto),
        "seals_before": row.seals_before,
        "seals_after": row.seals_after,
        "seals_missing": list(crossed.change.missing),
        "damage": row.damage,
        **papers(row),
    }
    return of_visit(
        crossed.visit,
        EventKind.CONTAINER_CHANGED_GAUGE,
        by=by,
        at=at,
        call_id=crossed.onto.train.call_id,
        wagon_id=crossed.onto.pk,
        lineage=row.public_id,
        payload=payload,
    )


def _wagon(which: str, wagon: Wagon) -> dict[str, Any]:
    return {
        f"wagon_{which}": wagon.number,
        f"scheme_{which}": wagon.scheme,
        f"gauge_{which}_mm": gauge(wagon),
        f"train_{which}": wagon.train.call.number,
    }


def papers(row: GaugeTransfer) -> dict[str, Any]:
    """The consignment note, as the journal tells it."""
    issued = row.note_issued_on.isoformat() if row.note_issued_on else None
    return {"note_kind": row.note_kind, "note_number": row.note_number, "note_issued_on": issued}


def latest_word(row: GaugeTransfer) -> Entry | None:
    """The journal's latest row about the change."""
    return Entry.objects.filter(lineage=row.public_id).order_by("-revision").first()


def take_back_crossing(visit: Visit, call_id: int | None, *, by: Actor) -> None:
    """The box was never loaded on that train: so it did not change gauge. See Note [One record, whichever way].

    What was noted of its seals and damages was seen all the same, and stands.
    """
    for row in GaugeTransfer.objects.filter(visit=visit, wagon_in__train__call=call_id).select_for_update():
        word = latest_word(row)
        if word is not None:
            retract(word, actor=by.label, reason="the box was not loaded")
        row.delete()
