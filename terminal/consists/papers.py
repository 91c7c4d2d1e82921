"""What a train's papers say of its wagons and boxes, and what is known of both before they come."""

from dataclasses import dataclass, field
from decimal import Decimal

from terminal.identifiers import WagonScheme

Note = tuple[str, str]
"""A consignment note: ``smgs`` or ``cim``, and its number."""

WagonKey = tuple[str, str]
"""A wagon by scheme and number."""


@dataclass(frozen=True)
class ConsistBox:
    """A box on a wagon: its place there (1, 2), number, size-type, whether laden, gross kg, UN/LOCODE, its carrier's
    seals, its dangerous goods, the consignment notes it goes under (kind and number). What is empty is not said.
    """

    position: int
    number: str
    size_type: str
    laden: bool
    gross_kg: int | None
    destination: str
    seals: tuple[str, ...] = ()
    un_number: str = ""
    imdg_class: str = ""
    notes: tuple[Note, ...] = ()


@dataclass
class ConsistWagon:
    """A wagon in its place in the train, and what stands on it."""

    sequence: int
    scheme: WagonScheme
    number: str
    wagon_type: str
    tare_kg: int | None
    length_m: Decimal | None
    boxes: list[ConsistBox] = field(default_factory=list)

    @property
    def key(self) -> WagonKey:
        return self.scheme.value, self.number


@dataclass(frozen=True)
class Consist:
    """A train's wagons in order."""

    wagons: list[ConsistWagon]

    @property
    def boxes(self) -> list[ConsistBox]:
        """Every box on the train, wagon by wagon."""
        return [box for wagon in self.wagons for box in wagon.boxes]

    @property
    def spots(self) -> list[tuple["Spot", ConsistBox]]:
        """Every box with where it stands."""
        return [(Spot(wagon.key, box.position), box) for wagon in self.wagons for box in wagon.boxes]


@dataclass(frozen=True)
class Spot:
    """A place on a wagon."""

    wagon: WagonKey
    position: int

    def __str__(self) -> str:
        return f"{self.wagon[1]}/{self.position}"


@dataclass(frozen=True, kw_only=True)
class KnownBox:
    """What is known of a box before its papers are read.

    ``only_papers``: nobody but earlier papers spoke of it. ``sure_laden``: whether its load is more than a party's
    claim. ``weighed``: its gross weight is more than a declaration. ``seals`` are those it wears; ``once_sealed`` all
    that were ever noted of it. ``notes``: the consignment notes it is known under.
    """

    number: str
    size_type: str
    laden: bool | None = None
    sure_laden: bool = False
    gross_kg: int | None = None
    weighed: bool = False
    destination: str = ""
    seals: tuple[str, ...] = ()
    once_sealed: frozenset[str] = frozenset()
    hazards: frozenset[tuple[str, str]] = frozenset()
    notes: tuple[Note, ...] = ()
    only_papers: bool = False


@dataclass(frozen=True, kw_only=True)
class StandingBox:
    """A box that came with the train. ``settled``: it is off, or set out with its wagon: papers change it no more."""

    spot: Spot
    known: KnownBox
    settled: bool = False

    @property
    def number(self) -> str:
        return self.known.number


@dataclass(frozen=True, kw_only=True)
class StandingWagon:
    """A wagon in the train now.

    ``stays``: it was worked, set out, taken from where it stood or promised, and papers do not take it away.
    """

    key: WagonKey
    sequence: int
    wagon_type: str = ""
    tare_kg: int | None = None
    length_m: Decimal | None = None
    stays: bool = False

    @property
    def number(self) -> str:
        return self.key[1]
