"""Why a place costs what it costs, in sentences that can be translated; and why others were not to be had."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np

from terminal.errors import gettext_noop
from terminal.stacking.placement.boxes import Newcomer
from terminal.stacking.placement.outlook import Floats, leaves_first
from terminal.stacking.placement.stacks import Stacks
from terminal.stacking.placement.weighing import LIGHTEST_BASE_KG, USUAL, Weighed


@dataclass(frozen=True, slots=True)
class Reason:
    """What one rule says of a place: its points (a hundred a rehandle; below nothing they speak for it), and why.

    ``message`` is a %-template over ``facts``, marked for translation. ``ident`` names the box it is about, if any.
    """

    rule: str
    points: int
    message: str
    facts: dict[str, Any] = field(default_factory=dict)
    ident: int | None = None

    def __str__(self) -> str:
        return self.message % self.facts


@dataclass(frozen=True, slots=True)
class RuledOut:
    """How many places a rule ruled out. ``message`` is a %-template over ``facts``, marked for translation."""

    rule: str
    places: int
    message: str
    facts: dict[str, Any]

    def __str__(self) -> str:
        return self.message % self.facts


AGAINST: Final = {
    "full": gettext_noop("%(places)s places: stacked to the top."),
    "shut": gettext_noop("%(places)s places: closed, held for other boxes, or kept free by a rule of good practice."),
    "uneven": gettext_noop("%(places)s places: the two stacks under it are not of one height."),
    "no-corners": gettext_noop("%(places)s places: no corners to stand on."),
    "mixed": gettext_noop("%(places)s places: empty and laden boxes stand apart."),
    "too-heavy": gettext_noop("%(places)s places: the box is too heavy for what it would stand on."),
    "no-block": gettext_noop("There is no block for such boxes (%(homes)s), or none long enough."),
}
"""What ruled places out, in the order in which it is asked."""


def ruled_out(stacks: Stacks, new: Newcomer) -> list[RuledOut]:
    """See ``why_not``."""
    counts = dict.fromkeys(AGAINST, 0)
    for kind in new.homes:
        spots = stacks.spots(kind, new.box.bays)
        left = np.ones(len(spots.lower), dtype=bool)
        for rule, bad in stacks.against(new, spots).items():
            counts[rule] += int((bad & left).sum())
            left &= ~bad
    if not any(len(stacks.spots(kind, new.box.bays).lower) for kind in new.homes):
        return [RuledOut("no-block", 0, AGAINST["no-block"], {"homes": " / ".join(new.homes)})]
    return [RuledOut(rule, many, AGAINST[rule], {"places": many}) for rule, many in counts.items() if many]


def reasons(stacks: Stacks, new: Newcomer, weighed: Weighed, chosen: int) -> tuple[Reason, ...]:
    """What each rule that has something to say says of one place; their points are its points."""
    told = Closely(stacks, new, weighed, chosen)
    found = (SAYS[rule](told, int(points[chosen])) for rule, points in weighed.points.items())
    return tuple(each for each in found if each is not None)


@dataclass(frozen=True)
class Closely:
    """One place, looked at closely."""

    stacks: Stacks
    new: Newcomer
    weighed: Weighed
    chosen: int

    @property
    def under(self) -> tuple[int, ...]:
        """The stacks under it, each once."""
        lower, upper = (int(each[self.chosen]) for each in self.weighed.spots)
        return (lower,) if lower == upper else (lower, upper)

    @cached_property
    def below(self) -> list[int]:
        """The slots of the boxes below, each once."""
        return sorted({slot for stack in self.under for slot in self.stacks.boxes_in(stack)})

    @property
    def room(self) -> int:
        """How many boxes find room on it, this one counted."""
        return int(self.stacks.tiers[self.under[0]] - self.stacks.height[self.under[0]])


def _percent(chance: float) -> int:
    return round(100 * chance)


def _rehandles(place: Closely, points: int) -> Reason:
    below = place.below
    if not below:
        return Reason(
            "rehandles", points, gettext_noop("It stands on the ground: nothing below it can be wanted first.")
        )
    pulls: Floats = place.stacks.boxes.pull[below]
    chance = 1.0 - leaves_first(place.new.pull, pulls)
    first = int(np.argmax(chance))
    facts = {"below": len(below), "chance": points, "likeliest": _percent(float(chance[first]))}
    message = gettext_noop(
        "Boxes below it: %(below)s. With %(chance)s %% one of them leaves first, the likeliest with %(likeliest)s %%."
    )
    return Reason("rehandles", points, message, facts, int(place.stacks.boxes.ident[below[first]]))


def _together(place: Closely, points: int) -> Reason | None:
    boxes, new = place.stacks.boxes, place.new
    same_call = [slot for slot in place.below if new.call and boxes.call[slot] == new.call]
    same_bound = [
        slot for slot in place.below if new.bound and boxes.bound[slot] == new.bound and slot not in same_call
    ]
    if not points:
        return None
    facts = {"call": len(same_call), "bound": len(same_bound)}
    message = gettext_noop(
        "Of the boxes below %(call)s leave by the same carrier and %(bound)s go to the same place: they go together."
    )
    return Reason("together", points, message, facts)


def _room(place: Closely, points: int) -> Reason:
    message = gettext_noop(
        "It uses up good places: %(room)s boxes find room here now, and %(left)s when it stands here, "
        "the next in the way of it with %(chance)s %%."
    )
    usual = _usual_in_the_way(place.new.pull)
    return Reason("room", points, message, {"room": place.room, "left": place.room - 1, "chance": _percent(usual)})


def _usual_in_the_way(pull: Floats) -> float:
    from_here = leaves_first(USUAL, pull[None, :])
    return 1.0 - float(from_here[0])


def _weight(place: Closely, points: int) -> Reason | None:
    if not points:
        return None
    bore = min(LIGHTEST_BASE_KG, *(int(place.stacks.top_kg[stack]) for stack in place.under))
    facts = {"bore_kg": bore, "gross_kg": place.new.box.gross_kg}
    message = gettext_noop("Heavier below: %(bore_kg)s kg could bear more than this box of %(gross_kg)s kg.")
    return Reason("weight", points, message, facts)


def _pairs(place: Closely, points: int) -> Reason | None:
    if not points:
        return None
    breaks = gettext_noop("A 20′ box here makes two bays uneven on which a 40′ box could stand.")
    mends = gettext_noop("A 20′ box here takes no place from a 40′ box: no other bay could bear one with it.")
    return Reason("pairs", points, breaks if points > 0 else mends)


def _home(place: Closely, points: int) -> Reason | None:
    if not points:
        return None
    plot = place.stacks.plots[place.stacks.plot[place.under[0]]]
    facts = {"block": plot.code, "kind": plot.kind, "best": place.new.homes[0]}
    message = gettext_noop("Block %(block)s is %(kind)s; such boxes belong in %(best)s first.")
    return Reason("home", points, message, facts)


SAYS: Final[dict[str, Callable[[Closely, int], Reason | None]]] = {
    "rehandles": _rehandles,
    "together": _together,
    "room": _room,
    "weight": _weight,
    "pairs": _pairs,
    "home": _home,
}
"""What each rule says; it says nothing only when it gives no points."""
