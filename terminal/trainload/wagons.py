"""Chosen loads onto the wagons of a train: boxes of one destination together, in the order of the route."""

from collections.abc import Iterable

from terminal.trainload.loads import Load, Room, Section, fits
from terminal.trainload.rules import Placement


def onto_wagons(left: Room, chosen: Iterable[Load]) -> list[Placement]:
    """The places of the loads, wagon by wagon from the engine. ``chosen`` must fit (``loads.fits``)."""
    waiting = sorted(chosen, key=lambda load: (_turn(left, load), -load.kg))
    sections = list(left.free)
    plan: list[Placement] = []
    while waiting and sections:
        section = sections.pop(0)
        load = _next(waiting, section, sections)
        if load is not None:
            waiting.remove(load)
            plan += placed(left, section, load)
    return plan


def placed(left: Room, section: Section, load: Load) -> list[Placement]:
    """The boxes of a load on a section."""
    first = section.place if section.beside else section.start
    return [
        Placement(train=left.train.key, wagon=section.wagon.key, place=first + turn, box=box.key)
        for turn, box in enumerate(load.boxes)
    ]


def _turn(left: Room, load: Load) -> tuple[int, str]:
    route = left.train.destinations
    return (route.index(load.destination) if load.destination in route else len(route), load.destination)


def _next(waiting: list[Load], section: Section, later: list[Section]) -> Load | None:
    """The first load that fits here and leaves room for the others behind it; None: the section stays empty."""
    limits = [each.limit_kg for each in later]
    all_kg = [each.kg for each in waiting]
    for turn, load in enumerate(waiting):
        if load.kg <= section.limit_kg and fits(all_kg[:turn] + all_kg[turn + 1 :], limits):
            return load
    return None
