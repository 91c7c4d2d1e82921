"""Which boxes a hold reaches, and which holds reach a box."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import Q, QuerySet

from apps.containers.models import Hold, Reference, Visit
from terminal.lifecycle import VisitState

UNDER_WAY: Final = (VisitState.ADVISED.value, VisitState.ACTIVE.value)
ARRIVING: Final = (Hold.Side.ARRIVING, Hold.Side.BOTH)
DEPARTING: Final = (Hold.Side.DEPARTING, Hold.Side.BOTH)


def reached_by(hold: Hold) -> QuerySet[Visit]:
    """The visits a hold reaches now: those of what it is on, at its terminal, that are not over."""
    under_way = Visit.objects.filter(terminal=hold.terminal_id, state__in=UNDER_WAY)
    return under_way.filter(_belongs(hold)).select_related("container", "terminal").order_by("pk")


def _belongs(hold: Hold) -> Q:
    if hold.visit_id is not None:
        return Q(pk=hold.visit_id)
    if hold.consignment_id is not None:
        return Q(consignment=hold.consignment_id)
    if hold.call_id is None:
        noted = Reference.objects.filter(kind=hold.paper_kind, value=hold.paper_number)
        return Q(pk__in=noted.values("visit"))
    arriving = Q(arrival_call=hold.call_id) if hold.side in ARRIVING else Q(pk__in=())
    departing = Q(departure_call=hold.call_id) if hold.side in DEPARTING else Q(pk__in=())
    return arriving | departing


def standing_holds(visits: Iterable[Visit]) -> dict[int, list[Hold]]:
    """The holds that stand and reach each visit, by its number, the first placed first. At most two queries.

    The visits' own columns (calls, consignment) are taken as they are in hand.
    """
    rows = list(visits)
    found: dict[int, list[Hold]] = defaultdict(list)
    groups = _Groups()
    mine = Q(visit__in=rows) | Q(visit__isnull=True, terminal__in={row.terminal_id for row in rows})
    for hold in Hold.objects.filter(mine, lifted_at=None).select_related("consignment", "call"):
        groups.take(hold) if hold.visit_id is None else found[hold.visit_id].append(hold)
    papers = _papers(rows, groups)
    for row in rows:
        found[row.pk] += groups.reaching(row, papers[row.pk])
        found[row.pk].sort(key=lambda hold: hold.pk)
    return found


class _Groups:
    """Holds on more than one visit, by what they are on at which terminal."""

    def __init__(self) -> None:
        self.on: dict[tuple[object, ...], list[Hold]] = defaultdict(list)
        self.numbers: set[str] = set()

    def take(self, hold: Hold) -> None:
        for thing in _things(hold):
            self.on[hold.terminal_id, *thing].append(hold)
        if hold.paper_number:
            self.numbers.add(hold.paper_number)

    def reaching(self, visit: Visit, papers: list[tuple[str, str]]) -> list[Hold]:
        if not self.on:
            return []
        own = (
            ("consignment", visit.consignment_id),
            ("arriving", visit.arrival_call_id),
            ("departing", visit.departure_call_id),
            *papers,
        )
        reached = {hold.pk: hold for thing in own for hold in self.on.get((visit.terminal_id, *thing), ())}
        return list(reached.values())


def _things(hold: Hold) -> Iterator[tuple[object, object]]:
    if hold.consignment_id is not None:
        yield "consignment", hold.consignment_id
    if hold.paper_kind:
        yield hold.paper_kind, hold.paper_number
    if hold.side in ARRIVING:
        yield "arriving", hold.call_id
    if hold.side in DEPARTING:
        yield "departing", hold.call_id


def _papers(visits: list[Visit], groups: _Groups) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if groups.numbers:
        noted = Reference.objects.filter(visit__in=visits, value__in=groups.numbers)
        for visit, kind, value in noted.values_list("visit_id", "kind", "value"):
            found[visit].append((kind, value))
    return found
