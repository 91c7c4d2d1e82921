"""Everything that stands between a train and its departure, with who can help and how.

As with a box (``terminal.readiness``) it is asked at a moment and never stored, and what the command obeys is what the
list shows.

# Note [What only trains of a service need]
A train of a service goes by the railway's rules: they are kept by what stands on it, the railway has its consist, and
its brakes are tested. A train that somebody entered without a service (a rake that is shunted, a train of another's)
goes by whoever runs it; nothing of that is known here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from terminal.errors import Refused, gettext_noop
from terminal.moments import require_zone, utc
from terminal.readiness import Blocker, Owner


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way of a train. ``message`` and ``remedy`` are %-templates over ``facts``.

    ``container`` and ``wagon`` are the numbers it is about; empty: the whole train.
    """

    code: str
    owner: Owner
    message: str
    remedy: str
    container: str = ""
    wagon: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def as_facts(self, translate: Callable[[str], str] = gettext_noop) -> dict[str, Any]:
        """In plain JSON values, its sentences in the reader's language where ``translate`` knows it."""
        return {
            "code": self.code,
            "owner": self.owner.value,
            "container": self.container,
            "wagon": self.wagon,
            "message": translate(self.message) % self.facts,
            "remedy": translate(self.remedy) % self.facts,
            "facts": self.facts,
        }


@dataclass(frozen=True, slots=True)
class OnWagon:
    """A box and the wagon it is on, or is to be on, by their numbers."""

    container: str
    wagon: str


@dataclass(frozen=True, slots=True)
class Aboard:
    """A box that was loaded: the holds and missing permissions it has, and whether nobody knows what it weighs.

    ``set_out``: its wagon was taken out of the train.
    """

    spot: OnWagon
    stops: tuple[Blocker, ...] = ()
    unweighed: bool = False
    set_out: bool = False


@dataclass(frozen=True, kw_only=True)
class TrainSituation:
    """How things stand with a train that is to leave. ``brought``: came with it and is on it still.

    ``not_loaded``: planned on it by an approved plan. ``faults``: against its railway's loading rules.
    ``of_a_service``: see Note [What only trains of a service need]. ``last_loaded_at``: when the last box that is on it
    was loaded.
    """

    number: str
    brought: tuple[OnWagon, ...] = ()
    not_loaded: tuple[OnWagon, ...] = ()
    aboard: tuple[Aboard, ...] = ()
    faults: tuple[Refused, ...] = ()
    of_a_service: bool = False
    consist_sent_at: datetime | None = None
    last_loaded_at: datetime | None = None
    brakes_tested_at: datetime | None = None

    def __post_init__(self) -> None:
        require_zone(self.consist_sent_at, self.last_loaded_at, self.brakes_tested_at)


def obstacles(train: TrainSituation) -> list[Obstacle]:
    """Everything in the way of its departure; empty when it may leave.

    In the order in which people work: what has to come off, what is to go on, what stands on it, papers, brakes.
    """
    of_the_service = [*_papers(train), *_brakes(train)] if train.of_a_service else []
    return [*_to_come_off(train), *_to_go_on(train), *_of_boxes(train), *_of_rules(train), *of_the_service]


STILL_LOADED: Final = "still-loaded"


def _to_come_off(train: TrainSituation) -> Iterator[Obstacle]:
    for each in train.brought:
        yield Obstacle(
            STILL_LOADED,
            Owner.TERMINAL,
            gettext_noop("%(number)s came with the train and still stands on wagon %(wagon)s."),
            gettext_noop("Discharge it, or set its wagon out of the train."),
            *_spot(each),
        )


def _to_go_on(train: TrainSituation) -> Iterator[Obstacle]:
    for each in train.not_loaded:
        yield Obstacle(
            "not-loaded",
            Owner.TERMINAL,
            gettext_noop("%(number)s is planned on wagon %(wagon)s and is not loaded."),
            gettext_noop("Load it, or take it off the train's load plan."),
            *_spot(each),
        )


def _of_boxes(train: TrainSituation) -> Iterator[Obstacle]:
    for each in train.aboard:
        spot = _spot(each.spot)
        for stop in each.stops:
            yield Obstacle(stop.code, stop.owner, stop.message, stop.remedy, *spot[:2], stop.facts)
        if each.unweighed:
            yield Obstacle("gross-weight-missing", Owner.SHIPPER, UNWEIGHED, WEIGH_IT, *spot)
        if each.set_out:
            yield Obstacle("on-a-wagon-set-out", Owner.TERMINAL, SET_OUT, TAKE_BACK, *spot)


UNWEIGHED: Final = gettext_noop("Nobody knows what %(number)s on wagon %(wagon)s weighs.")
WEIGH_IT: Final = gettext_noop("Note its gross weight, or have it weighed.")
SET_OUT: Final = gettext_noop("%(number)s stands on wagon %(wagon)s, which was set out of the train.")
TAKE_BACK: Final = gettext_noop("Take its loading back and load it onto a wagon of the train.")
KEEP_RULES: Final = gettext_noop("Take boxes off or change their places, until the rule is kept.")


def _of_rules(train: TrainSituation) -> Iterator[Obstacle]:
    for fault in train.faults:
        number, wagon = (str(fault.facts.get(name, "")) for name in ("number", "wagon"))
        yield Obstacle(fault.code(), Owner.TERMINAL, fault.message, KEEP_RULES, number, wagon, fault.facts)


def _papers(train: TrainSituation) -> Iterator[Obstacle]:
    facts = {"train": train.number}
    if train.consist_sent_at is None:
        yield Obstacle(
            "consist-not-sent",
            Owner.TERMINAL,
            gettext_noop("The railway does not have the consist of %(train)s."),
            gettext_noop("Send its consist when all is loaded."),
            facts=facts,
        )
    elif train.last_loaded_at is not None and utc(train.last_loaded_at) > utc(train.consist_sent_at):
        yield Obstacle(
            "consist-outdated",
            Owner.TERMINAL,
            gettext_noop("Boxes were loaded onto %(train)s after its consist was sent."),
            gettext_noop("Send its consist again."),
            facts=facts,
        )


def _brakes(train: TrainSituation) -> Iterator[Obstacle]:
    if train.brakes_tested_at is None:
        yield Obstacle(
            "brakes-not-tested",
            Owner.CARRIER,
            gettext_noop("The brakes of %(train)s are not tested."),
            gettext_noop("Note the brake test when the railway has made it."),
            facts={"train": train.number},
        )


def _spot(each: OnWagon) -> tuple[str, str, dict[str, Any]]:
    return each.container, each.wagon, {"number": each.container, "wagon": each.wagon}
