"""What is noted of visits and holds: seals worn, weights, dangerous goods, temperatures, damages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from apps.containers.models import Damage, Hazard, Seal, Temperature, Visit, Weight
from terminal.reefers import Reading, deviation
from terminal.seals import SealAct


@dataclass(frozen=True)
class Round:
    """A temperature read on a round; ``off`` by how many °C it is out of range, None when it is not."""

    row: Temperature
    off: Decimal | None


@dataclass(frozen=True)
class Noted:
    """All that holds of one visit."""

    seals: list[Seal]
    weight: Weight | None
    hazards: list[Hazard]
    set_point: Temperature | None
    rounds: list[Round]
    damages: list[Damage]


class NotesOf:
    """What holds of many visits, by the visit's number: one query for each kind that is asked for."""

    def __init__(self, visits: Iterable[Visit]) -> None:
        self.visits = list(visits)

    @cached_property
    def seals(self) -> dict[int, tuple[str, ...]]:
        """The numbers of the seals the box wears."""
        return {pk: tuple(seal.number for seal in seals) for pk, seals in worn(self.visits).items()}

    @cached_property
    def masses(self) -> dict[int, tuple[int, str]]:
        """Kilograms, and how they are known; nothing for a visit that was never weighed."""
        rows = Weight.objects.standing().filter(visit__in=self.visits).order_by("noted_at", "pk")
        return {each.visit_id: (each.gross_kg, each.how) for each in rows}

    @cached_property
    def hazards(self) -> dict[int, frozenset[tuple[str, str]]]:
        """UN numbers with their classes."""
        found: dict[int, set[tuple[str, str]]] = {row.pk: set() for row in self.visits}
        for each in Hazard.objects.standing().filter(visit__in=self.visits):
            found[each.visit_id].add((each.un_number, each.imdg_class))
        return {pk: frozenset(pairs) for pk, pairs in found.items()}

    @cached_property
    def set_points(self) -> dict[int, Decimal]:
        """°C to keep; nothing for a visit without a set-point."""
        rows = Temperature.objects.standing().filter(visit__in=self.visits, reading=Reading.SET_POINT.value)
        return {each.visit_id: each.celsius for each in rows.order_by("noted_at", "pk")}


def worn(visits: Iterable[Visit]) -> dict[int, list[Seal]]:
    """The seals each visit's box wears, by the visit's number, in the order they were put on. One query."""
    rows = list(visits)
    latest: dict[int, dict[tuple[str, str], Seal]] = defaultdict(dict)
    for seal in Seal.objects.standing().filter(visit__in=rows).order_by("noted_at", "pk"):
        latest[seal.visit_id].pop((seal.number, seal.owner), None)
        latest[seal.visit_id][seal.number, seal.owner] = seal
    return {row.pk: [seal for seal in latest[row.pk].values() if seal.act == SealAct.AFFIXED] for row in rows}


def noted(visit: Visit) -> Noted:
    """Everything that holds of a visit, the oldest first. Five queries."""
    readings = list(Temperature.objects.standing().filter(visit=visit).order_by("noted_at", "pk"))
    set_points = [each for each in readings if each.reading == Reading.SET_POINT]
    damages = Damage.objects.standing().filter(visit=visit).select_related("repair")
    return Noted(
        seals=worn([visit])[visit.pk],
        weight=Weight.objects.standing().filter(visit=visit).order_by("noted_at", "pk").last(),
        hazards=list(Hazard.objects.standing().filter(visit=visit).order_by("pk")),
        set_point=set_points[-1] if set_points else None,
        rounds=_rounds(readings),
        damages=list(damages.order_by("noted_at", "pk")),
    )


def _rounds(readings: list[Temperature]) -> list[Round]:
    """Each round against the set-point that held when it was made."""
    rounds, kept = [], None
    for each in readings:
        if each.reading == Reading.SET_POINT:
            kept = each
            continue
        off = deviation(each.celsius, kept.celsius, kept.tolerance) if kept else None
        rounds.append(Round(each, off))
    return rounds
