"""What a report to customs is made of: the carrier, what its manifest lists, and what was found.

# Note [What the papers said, and what was seen]
A visit has one row of seals, weights and remarks, whoever noted them. What was noted before the papers of the call were
closed (it had arrived, and its first consist had come) is what they said; what was noted from then until a day after
the box came off is what the tally saw. Later notes (an inspection, a gate, a repair) are no tally of this call.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet

from apps.calls.models import Call
from apps.containers.models import Damage, Reference, Seal, Visit, Weight
from apps.customs.models import DutyReport
from apps.journal.models import Entry
from apps.ships.models import ShipCall, StowageLine
from apps.trains.models import TrainService, TrainVisit, WagonLoad
from terminal.customs.duty import Carrier, Found, Listed, Tally
from terminal.events import EventKind
from terminal.lifecycle import LineState, Phase, VisitState
from terminal.seals import SealAct, SealOwner
from terminal.stowage import StowageList
from terminal.throughput import Mode
from terminal.weights import VERIFIED, Weighing

REPORTED: Final = (Mode.RAIL.value, Mode.SEA.value, Mode.BARGE.value)
"""Carriers of which reports are owed; trucks are not among them."""

OVER: Final = frozenset({Phase.READY, Phase.DEPARTED, Phase.CLOSED})
SEEN_WITHIN: Final = timedelta(days=1)
NO_VISIT: Final = (VisitState.CANCELLED.value, VisitState.JOINED.value)
PAPERS: Final = (EventKind.CONSIST_RECEIVED.value, EventKind.STOWAGE_LIST_RECEIVED.value)


def latest_report(call: Call, kind: str) -> DutyReport | None:
    """The last revision of a report."""
    return DutyReport.objects.filter(call=call, kind=kind).order_by("-revision").first()


def is_discharged(call: Call) -> bool:
    """Whether nothing listed for the call is still to come off, or it is ready or gone. Three queries."""
    if Phase(call.phase) in OVER:
        return True
    lines = StowageLine.objects.of_list(StowageList.DISCHARGE).filter(ship__call=call)
    loads = WagonLoad.objects.filter(wagon__train__call=call, leg=WagonLoad.Leg.ARRIVING)
    states = [line == LineState.LISTED for line in lines.values_list("state", flat=True)]
    states += [done is None for done in loads.values_list("done_at", flat=True)]
    if not states:
        advised = Visit.objects.filter(arrival_call=call).exclude(state__in=NO_VISIT)
        states = [came is None for came in advised.values_list("arrived_at", flat=True)]
    return bool(states) and not any(states)


@dataclass(frozen=True)
class _Box:
    """One box of the call: its visit, its line on the discharge list, or both."""

    number: str
    visit: Visit | None
    line: StowageLine | None = None


class OfCall:
    """Everything a report about one call is made of, a query a kind."""

    def __init__(self, call: Call) -> None:
        self.call = call

    @cached_property
    def carrier(self) -> Carrier:
        """The carrier as both reports name it; it has arrived."""
        if self.call.arrived_at is None:
            raise ValueError("only what has arrived is reported")
        ship = ShipCall.objects.filter(call=self.call).first()
        return Carrier(
            terminal=self.call.terminal.un_locode,
            mode=self.call.mode,
            number=(ship.voyage_in if ship else "") or self.call.number,
            arrived_at=self.call.arrived_at,
            name=ship.name if ship else "",
            imo=ship.imo if ship else "",
            origin=self._origin(),
        )

    def _origin(self) -> str:
        """Where a service that only brings boxes begins; of any other its route does not say it."""
        train = TrainVisit.objects.select_related("service").filter(call=self.call).first()
        service = train.service if train else None
        brings = service is not None and service.runs == TrainService.Runs.ARRIVING and service.route
        return str(service.route[0]) if service and brings else ""

    @cached_property
    def papers(self) -> list[datetime]:
        """When papers of the call came, the first before the last."""
        came = Entry.objects.filter(call_id=self.call.pk, kind__in=PAPERS).order_by("happened_at", "pk")
        return list(came.values_list("happened_at", flat=True))

    @cached_property
    def closed_at(self) -> datetime:
        """From when on what is told of a box is no longer its papers. See Note [What the papers said …]."""
        return max([self.carrier.arrived_at, *self.papers[:1]])

    @cached_property
    def boxes(self) -> list[_Box]:
        """Every box of the call, each number once."""
        lines = StowageLine.objects.of_list(StowageList.DISCHARGE).filter(ship__call=self.call)
        by_line = [_Box(each.number, each.visit, each) for each in lines.select_related("visit").order_by("pk")]
        visits = Visit.objects.filter(arrival_call=self.call).exclude(state__in=NO_VISIT)
        rows = visits.select_related("container", "consignment").order_by("-pk")
        found = {each.container.number: _Box(each.container.number, each) for each in rows}
        return list((found | {each.number: each for each in by_line}).values())

    @cached_property
    def loads(self) -> dict[int, datetime | None]:
        """Visits that stand on wagons of the call by its consist, and when each came off."""
        rows = WagonLoad.objects.filter(wagon__train__call=self.call, leg=WagonLoad.Leg.ARRIVING)
        return dict(rows.values_list("visit", "done_at"))

    @property
    def visits(self) -> list[Visit]:
        """The visits of the boxes."""
        return [box.visit for box in self.boxes if box.visit is not None]

    def listed(self, former: DutyReport | None) -> list[Listed]:
        """The boxes of the manifest. What an earlier arrival report said of one holds until further papers come."""
        said = {each["number"]: each for each in former.content["boxes"]} if former and self._stands(former) else {}
        return [
            Listed.again(said[box.number]) if box.number in said else self._listed(box)
            for box in self.boxes
            if not self._is_over(box)
        ]

    def _stands(self, former: DutyReport) -> bool:
        return not self.papers or self.papers[-1] <= former.made_at

    def _is_over(self, box: _Box) -> bool:
        """Nobody spoke of it before the papers were closed."""
        if box.line is not None:
            return box.line.unlisted
        return box.visit is not None and box.visit.unannounced and box.visit.advised_at > self.closed_at

    def _listed(self, box: _Box) -> Listed:
        line, visit = box.line, box.visit
        papers = set(self._references[visit.pk]) if visit else set()
        if line is not None and line.bill_of_lading:
            papers.add((Reference.Kind.BILL_OF_LADING.value, line.bill_of_lading))
        consignment = visit.consignment if visit else None
        return Listed(
            number=box.number,
            size_type=line.size_type if line else visit.size_type if visit else "",
            laden=line.laden if line else visit.laden if visit else None,
            gross_kg=(line.vgm_kg or line.gross_kg) if line else self._told_kg(visit),
            seals=tuple(line.seals) if line else self._seals(visit, until=self.closed_at),
            hs_code=consignment.hs_code if consignment else "",
            references=tuple(papers),
        )

    def _told_kg(self, visit: Visit | None) -> int | None:
        if visit is None:
            return None
        told = [each.gross_kg for each in self._weights[visit.pk] if each.noted_at <= self.closed_at]
        return told[-1] if told else visit.gross_kg

    def tally(self, listed: list[Listed]) -> Tally:
        """The boxes of that manifest, and those that were found."""
        lines = [box.line for box in self.boxes if box.line is not None]
        kept = {line.number: line.reason for line in lines if line.state == LineState.CANCELLED}
        return Tally(listed=listed, found=[self._found(box) for box in self.boxes if self._came(box)], retained=kept)

    def _came(self, box: _Box) -> datetime | None:
        if box.line is not None:
            return box.line.done_at
        if box.visit is None:
            return None
        return self.loads.get(box.visit.pk) or box.visit.arrived_at

    def _found(self, box: _Box) -> Found:
        line, visit, came = box.line, box.visit, self._came(box)
        until = (came or self.closed_at) + SEEN_WITHIN
        return Found(
            number=box.number,
            at=came,
            seals=tuple(line.seals_seen) if line and line.seals_seen else self._seen_seals(visit, until),
            laden=None if visit is None or visit.pk in self._stuffed else visit.laden,
            gross_kg=line.gross_kg_seen if line and line.gross_kg_seen else self._weighed(visit, until),
            damages=self._damages(visit, until),
            remark=line.remark if line else "",
        )

    def _seen_seals(self, visit: Visit | None, until: datetime) -> tuple[str, ...]:
        rows = self._notes(visit, self._seal_rows, until)
        looked = any(each.owner != SealOwner.CUSTOMS for each in rows)
        return self._seals(visit, until=until) if looked else ()

    def _weighed(self, visit: Visit | None, until: datetime) -> int | None:
        rows = self._notes(visit, self._weights, until)
        scales = [each.gross_kg for each in rows if Weighing(each.how) in VERIFIED]
        return scales[-1] if scales else None

    def _damages(self, visit: Visit | None, until: datetime) -> tuple[tuple[str, str, str], ...]:
        rows = self._notes(visit, self._damage_rows, until)
        return tuple(sorted((each.side, each.harm, each.severity) for each in rows))

    def _notes(self, visit: Visit | None, kept: dict[int, list[Any]], until: datetime) -> list[Any]:
        return [each for each in kept[visit.pk] if self.closed_at < each.noted_at <= until] if visit else []

    def _seals(self, visit: Visit | None, *, until: datetime) -> tuple[str, ...]:
        """The seals the box wore at that moment."""
        worn: dict[str, bool] = {}
        for each in self._seal_rows[visit.pk] if visit else ():
            if each.noted_at <= until:
                worn[each.number] = each.act == SealAct.AFFIXED
        return tuple(sorted(number for number, on in worn.items() if on))

    @cached_property
    def _seal_rows(self) -> dict[int, list[Any]]:
        return _by_visit(Seal.objects.standing().filter(visit__in=self.visits))

    @cached_property
    def _weights(self) -> dict[int, list[Any]]:
        return _by_visit(Weight.objects.standing().filter(visit__in=self.visits))

    @cached_property
    def _damage_rows(self) -> dict[int, list[Any]]:
        return _by_visit(Damage.objects.standing().filter(visit__in=self.visits))

    @cached_property
    def _references(self) -> dict[int, list[tuple[str, str]]]:
        known: dict[int, list[tuple[str, str]]] = defaultdict(list)
        shown = [kind.value for kind in OF_CARRIAGE]
        rows: Iterable[tuple[int, str, str]] = Reference.objects.filter(
            visit__in=self.visits, kind__in=shown
        ).values_list("visit", "kind", "value")
        for visit, kind, value in rows:
            known[visit].append((kind, value))
        return known

    @cached_property
    def _stuffed(self) -> set[int]:
        """Visits whose load changed here, so that it is none of what was tallied."""
        rows = Entry.objects.filter(
            visit_id__in=[each.pk for each in self.visits], kind=EventKind.CONTAINER_STUFFED.value
        )
        return {pk for pk in rows.values_list("visit_id", flat=True) if pk is not None}


OF_CARRIAGE: Final = (Reference.Kind.BILL_OF_LADING, Reference.Kind.SMGS, Reference.Kind.CIM)
"""Papers customs knows a box by; bookings, orders and a shipper's own numbers are its parties' affair."""


def _by_visit(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for each in rows.order_by("noted_at", "pk"):
        found[each.visit_id].append(each)
    return found
