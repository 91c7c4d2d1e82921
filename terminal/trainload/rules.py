"""What a railway allows on one train, and the words a load plan is told in.

A container wagon has places of 20′ (two, or four on an 80′ wagon); two neighbouring places make a *section*, which
takes one box of 40′ or 45′, or two of 20′. The defaults are the Chinese railway's rules for China–Europe block trains.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from terminal.errors import Malformed, gettext_noop

SECTION: Final = 2
"""20′ places of a section."""

AXLES: Final = 4

Key = Hashable
"""Whatever the asker knows a box, a wagon or a train by."""


class NotARule(Malformed):
    """A loading rule without sense."""

    message = gettext_noop("A loading rule is a whole number above 0, or nothing where there is no limit: %(rule)s.")


@dataclass(frozen=True, kw_only=True)
class LoadingRules:
    """What one train may carry, in kg, wagons and metres; None: no such limit.

    ``twenties_in_pairs``: a 20′ box rides with another of the same destination on its section, or not at all.
    ``max_pair_difference_kg``: two of a pair differ by less than this. ``max_boxes_kg``: all of the train together.
    """

    twenties_in_pairs: bool = True
    max_20_kg: int | None = 24_000
    max_pair_difference_kg: int | None = 5_000
    max_40_kg: int | None = 25_000
    max_boxes_kg: int | None = 1_300_000
    max_axle_kg: int = 18_000
    max_wagon_kg: int = 72_000
    max_wagons: int = 55

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value is not None and value < (0 if isinstance(value, bool) else 1):
                raise NotARule(rule=name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A box that could go.

    ``bays``: 20′ places it takes (1, or 2 for 40′ and 45′). ``destination``: UN/LOCODE, "" where nobody said.
    ``priority`` weighs its TEU, above 0. ``ready_at``: when it is expected to be ready, None: now.
    ``above``: the boxes that stand on it in the yard; each of them that stays is dug away. ``only``: the one train it
    may go with, None: any.
    """

    key: Key
    number: str
    bays: int
    teu: float
    gross_kg: int
    destination: str = ""
    priority: float = 1.0
    ready_at: datetime | None = None
    above: tuple[Key, ...] = ()
    only: Key | None = None

    @property
    def worth(self) -> float:
        """Priority-weighted TEU."""
        return self.priority * self.teu


@dataclass(frozen=True, kw_only=True, slots=True)
class Wagon:
    """A wagon in its turn in the train. ``places`` of 20′: 2 or 4. ``usable`` False: defective, or not for boxes."""

    key: Key
    number: str
    sequence: int
    tare_kg: int
    places: int = 2
    axles: int = AXLES
    length_m: float = 0.0
    usable: bool = True

    def payload_kg(self, rules: LoadingRules) -> int:
        """What may stand on it: the lesser of wagon and axle limits, less its own weight."""
        return max(0, min(rules.max_wagon_kg, self.axles * rules.max_axle_kg) - self.tare_kg)


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """A box on a wagon of a train: ``place`` is the first 20′ place it takes, counted from 1."""

    train: Key
    wagon: Key
    place: int
    box: Key


@dataclass(frozen=True, kw_only=True)
class Train:
    """A departing train to be loaded.

    ``destinations``: where it goes, in order of the route; none: anywhere. ``cut_off_at``: boxes ready later do not go.
    ``quotas``: TEU a destination may have; one that is not named has no limit. ``aboard``: what stands on its wagons
    already, or is settled by staff, and stays. ``track_m``: usable metres of its track.
    """

    key: Key
    number: str
    wagons: tuple[Wagon, ...]
    rules: LoadingRules = field(default_factory=LoadingRules)
    destinations: tuple[str, ...] = ()
    departs_at: datetime | None = None
    cut_off_at: datetime | None = None
    quotas: Mapping[str, float] = field(default_factory=dict)
    aboard: tuple[Placement, ...] = ()
    track_m: float | None = None
    length_m: float = 0.0

    def goes_to(self, destination: str) -> bool:
        """Whether a box for there may ride; one without a destination rides only where any may."""
        return not self.destinations or destination in self.destinations

    def may_take(self, box: Candidate) -> bool:
        """Whether the box is promised to no other train."""
        return box.only is None or box.only == self.key
