"""What messages are made of: places, times, parties, means of transport, boxes."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from terminal.edifact.facts.kinds import Stage, Standing
from terminal.seals import SealOwner
from terminal.throughput import Mode


@dataclass(frozen=True, slots=True)
class Reference:
    """A number somebody knows a thing by."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Time:
    """When, and what is said of that time (2005). ``whole_day``: no hour was given, ``at`` is midnight."""

    kind: str
    at: datetime
    whole_day: bool = False


@dataclass(frozen=True, slots=True)
class Location:
    """A place and its role. ``code`` is a UN/LOCODE where the message says so (``is_un_locode``).

    ``related`` is the first place named with it: most often the terminal within it, sometimes the country around it.
    """

    role: str
    code: str = ""
    name: str = ""
    related: str = ""
    is_un_locode: bool = False
    times: tuple[Time, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """Who, and in which role (3035: CA carrier, CF operator of the box, MS sender, …)."""

    role: str
    code: str = ""
    name: str = ""
    code_list: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What carries: a ship and its voyage, a train, a truck and its plate (``identity``)."""

    stage: Stage
    mode: Mode | None = None
    journey: str = ""
    identity: str = ""
    scheme: str = ""
    name: str = ""
    carrier: str = ""
    carrier_name: str = ""
    references: tuple[Reference, ...] = ()
    locations: tuple[Location, ...] = ()
    times: tuple[Time, ...] = ()


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal, and who put it there; None: nobody said."""

    number: str
    owner: SealOwner | None = None


@dataclass(frozen=True, slots=True)
class Hazard:
    """Dangerous goods in a box: class or division of the IMDG Code, and UN number (may be empty)."""

    imdg_class: str
    un_number: str = ""


@dataclass(frozen=True, slots=True)
class Overhang:
    """By how many cm goods stand out of the box: front, back, right, left or height."""

    side: str
    cm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A container as a message describes it.

    ``number`` is empty where only a kind is asked for, ``count`` of them. ``size_type`` is the present ISO code, empty
    if unknown; ``laden`` None: nobody said. ``stow`` is bay-row-tier. ``segment`` is where the message begins with it.
    """

    number: str = ""
    size_type: str = ""
    laden: bool | None = None
    standing: Standing | None = None
    count: int = 1
    stow: str = ""
    gross_kg: int | None = None
    vgm_kg: int | None = None
    tare_kg: int | None = None
    celsius: Decimal | None = None
    seals: tuple[Seal, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    overhangs: tuple[Overhang, ...] = ()
    references: tuple[Reference, ...] = ()
    times: tuple[Time, ...] = ()
    locations: tuple[Location, ...] = ()
    parties: tuple[Party, ...] = ()
    means: tuple[Means, ...] = ()
    remarks: tuple[str, ...] = ()
    segment: int = field(default=0, compare=False)

    def reference(self, kind: str) -> str:
        """Its first reference of a kind; empty if there is none."""
        return next((each.value for each in self.references if each.kind == kind), "")

    def location(self, role: str) -> Location | None:
        """Its first place in a role."""
        return next((each for each in self.locations if each.role == role), None)
