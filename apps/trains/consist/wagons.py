"""A consist that was understood: wagons in order, and what stands on each."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.equipment import SizeType
from terminal.identifiers import WagonScheme


@dataclass(frozen=True)
class ConsistBox:
    """One box on a wagon. ``position`` is its (first) 20′ place; ``laden`` and ``gross_kg`` None: not stated."""

    position: int
    number: str
    size_type: str
    laden: bool | None
    gross_kg: int | None
    destination: str

    @property
    def teu(self) -> Decimal:
        return SizeType.parse(self.size_type).teu


@dataclass(frozen=True)
class ConsistWagon:
    """One wagon in its place in the train; without boxes it runs empty."""

    sequence: int
    scheme: WagonScheme
    number: str
    wagon_type: str
    tare_kg: int | None
    length_m: Decimal | None
    boxes: tuple[ConsistBox, ...] = ()


@dataclass(frozen=True)
class Consist:
    """All wagons of a train, first to last."""

    wagons: tuple[ConsistWagon, ...]

    @property
    def boxes(self) -> list[ConsistBox]:
        return [box for wagon in self.wagons for box in wagon.boxes]

    @property
    def teu(self) -> Decimal:
        return sum((box.teu for box in self.boxes), Decimal(0))

    @property
    def length_m(self) -> Decimal | None:
        """The wagons together, without locomotive; None when one of them does not say."""
        lengths = [wagon.length_m for wagon in self.wagons]
        return sum((each for each in lengths if each), Decimal(0)) if all(lengths) else None
