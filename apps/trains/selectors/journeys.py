"""A box's stays as journeys, with one rail leg per wagon."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from apps.containers.models import Visit, VisitQuerySet, VisitRole
from apps.journal.models import Entry
from apps.parties.models import Party
from apps.trains.models import WagonLoad
from terminal.events import Audience, Classifier
from terminal.identifiers import WagonScheme, gauge_of
from terminal.journeys import Stay, chained
from terminal.lifecycle import VisitState
from terminal.throughput import Mode

NONE_OF_IT = (VisitState.CANCELLED.value, VisitState.JOINED.value)


@dataclass(frozen=True, kw_only=True)
class RailLeg:
    """A box on one wagon, from where to where (UN/LOCODE) and when; "" or None: not known here."""

    scheme: str
    wagon: str
    train: str
    start: str = ""
    end: str = ""
    left_at: datetime | None = None
    came_at: datetime | None = None

    @property
    def gauge_mm(self) -> int:
        """The gauge the wagon runs on."""
        return gauge_of(WagonScheme(self.scheme))

    def goes_on_as(self, other: "RailLeg") -> bool:
        """Whether the other is the end of this one: the same wagon, which has left and not come yet."""
        under_way = self.left_at is not None and self.came_at is None
        return under_way and (self.scheme, self.wagon) == (other.scheme, other.wagon)


@dataclass(frozen=True)
class Journey:
    """Consecutive stays of a box, and its rail legs before, between and after them."""

    visits: list[Visit]
    legs: list[RailLeg]


def journeys(visits: VisitQuerySet, *, party: Party | None = None) -> list[Journey]:
    """The journeys that these visits of one box make up, the oldest first; what is not among them is not there.

    ``party``: only its own parts tell which go on in each other, and of the rail legs it is told no end that lies
    outside their dates. Three queries, however many visits.
    """
    about = ("terminal", "container", "arrival_call", "departure_call__train__service")
    rows = {row.pk: row for row in visits.exclude(state__in=NONE_OF_IT).select_related(*about)}
    parts = _by_visit(VisitRole.objects.filter(visit__in=rows, **({"party": party} if party else {})))
    loads = WagonLoad.objects.filter(visit__in=rows).select_related("wagon__train__call")
    told = [each for each in loads if party is None or _is_told(each, parts[each.visit_id])]
    chains = chained(_stay(row, parts[row.pk]) for row in rows.values())
    return [_journey([rows[stay.key] for stay in chain], told) for chain in chains]  # type: ignore[index] # a number


def journey_of(visit: Visit, among: VisitQuerySet, *, party: Party | None = None) -> Journey:
    """The journey the visit is part of, among visits that may be shown."""
    found = (each for each in journeys(among, party=party) if visit.pk in {row.pk for row in each.visits})
    return next(found, Journey([visit], []))


def _by_visit(roles: Iterable[VisitRole]) -> defaultdict[int, list[VisitRole]]:
    found = defaultdict(list)
    for role in roles:
        found[role.visit_id].append(role)
    return found


def _is_told(load: WagonLoad, parts: Iterable[VisitRole]) -> bool:
    """Whether the train came, or left, within the dates of one of the parts; the time may be still to come."""
    call = load.wagon.train.call
    moment = call.arrived_at if load.leg == WagonLoad.Leg.ARRIVING else call.departed_at
    return any(moment is None or _within(moment, role) for role in parts)


def _stay(visit: Visit, parts: Iterable[VisitRole]) -> Stay:
    return Stay(
        key=visit.pk,
        place=visit.terminal.un_locode,
        told_at=visit.advised_at,
        came_at=visit.arrived_at,
        left_at=visit.departed_at,
        towards=_towards(visit),
        parts=frozenset((role.party_id, role.role) for role in parts),
    )


def _towards(visit: Visit) -> frozenset[str]:
    call = visit.departure_call
    if call is None or call.mode != Mode.RAIL:
        return frozenset()
    train = getattr(call, "train", None)
    route = list(train.service.route) if train and train.service else []
    here = visit.terminal.un_locode
    after = route[route.index(here) + 1 :] if here in route else route
    return frozenset(each for each in (visit.destination, *after) if each)


def _journey(visits: list[Visit], loads: Iterable[WagonLoad]) -> Journey:
    by_leg = {(load.visit_id, load.leg): load for load in loads if load.leg == "arriving" or load.done_at}
    legs: list[RailLeg] = []
    for visit in visits:
        came, went = (by_leg.get((visit.pk, leg.value)) for leg in WagonLoad.Leg)
        if came is not None:
            _add(legs, _ending(visit, came))
        if went is not None:
            legs.append(_beginning(visit, went))
    return Journey(visits, legs)


def _add(legs: list[RailLeg], ending: RailLeg) -> None:
    """One leg per wagon: what ends here may have begun at the stay before."""
    if legs and legs[-1].goes_on_as(ending):
        legs[-1] = replace(legs[-1], end=ending.end, came_at=ending.came_at)
    else:
        legs.append(ending)


def _ending(visit: Visit, load: WagonLoad) -> RailLeg:
    call = load.wagon.train.call
    return replace(_on(load), end=visit.terminal.un_locode, came_at=call.arrived_at)


def _beginning(visit: Visit, load: WagonLoad) -> RailLeg:
    call = load.wagon.train.call
    return replace(_on(load), start=visit.terminal.un_locode, end=visit.destination, left_at=call.departed_at)


def _on(load: WagonLoad) -> RailLeg:
    wagon = load.wagon
    return RailLeg(scheme=wagon.scheme, wagon=wagon.number, train=wagon.train.call.number)


def told_to(party: Party, journey: Journey) -> list[Entry]:
    """What happened on the journey, as the party may read it: public events that stand, in their order.

    Only what happened within the dates of its parts. Two queries.
    """
    numbers = [visit.pk for visit in journey.visits]
    parts = _by_visit(VisitRole.objects.filter(visit__in=numbers, party=party))
    public = Entry.objects.standing().filter(visit_id__in=numbers, audience=Audience.PUBLIC.value)
    happened = public.filter(classifier=Classifier.ACTUAL.value).order_by("happened_at", "pk")
    return [each for each in happened if any(_within(each.happened_at, role) for role in parts[each.visit_id or 0])]


def _within(moment: datetime, role: VisitRole) -> bool:
    return role.since <= moment and (role.until is None or moment < role.until)
