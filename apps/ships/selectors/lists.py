"""A list that comes against what is known of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.calls.models import Call
from apps.common.sheets import Fault
from apps.ships.models import ShipCall, StowageLine
from apps.ships.stowage import ListedBox, StowageListRefused
from apps.trains.models import TrainService
from terminal.lifecycle import CALL, LineState
from terminal.stowage import StowageList
from terminal.throughput import Mode

BY_TRUCK = ("truck", "road")


@dataclass(frozen=True)
class Change:
    """A line that is listed otherwise than before: what was listed, and what is."""

    line: StowageLine
    box: ListedBox
    values: dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class ListDifference:
    """What a list that comes changes. ``kept``: boxes that were worked or given up, which a list changes no more."""

    new: list[ListedBox]
    changed: list[Change]
    dropped: list[StowageLine]
    same: int
    kept: list[StowageLine]


def differences(ship: ShipCall, which: StowageList, told: list[ListedBox]) -> ListDifference:
    """What the list changes of what is known; nothing is written."""
    lines = {line.number: line for line in StowageLine.objects.of_list(which).filter(ship=ship).order_by("pk")}
    named = {box.number: box for box in told}
    open_lines = {number: line for number, line in lines.items() if line.state == LineState.LISTED}
    compared = [_change(line, named[number]) for number, line in open_lines.items() if number in named]
    changed = [each for each in compared if each.values]
    return ListDifference(
        new=[box for box in told if box.number not in lines],
        changed=changed,
        dropped=[line for number, line in open_lines.items() if number not in named],
        same=len(compared) - len(changed),
        kept=[line for number, line in lines.items() if number not in open_lines],
    )


def _change(line: StowageLine, box: ListedBox) -> Change:
    facts = box.facts()
    differ = {name: (getattr(line, name), value) for name, value in facts.items() if getattr(line, name) != value}
    return Change(line, box, differ)


def onward_calls(ship: ShipCall, told: Iterable[ListedBox]) -> dict[str, Call | None]:
    """By what each onward word of the list goes: the next train of that number or service, None for trucks.

    A known service none of whose trains is announced goes by None, too. Raises ``StowageListRefused`` for a word that
    is neither a truck, a train that is to come or here, nor a train service.
    """
    wanted = {box.onward: box for box in told if box.onward}
    trains = _trains(ship, [word.upper() for word in wanted])
    services = TrainService.objects.filter(terminal=ship.call.terminal_id).values_list("code", flat=True)
    known = {code.upper() for code in services}
    found = {word: trains.get(word.upper()) for word in wanted}
    strange = [
        _strange(box)
        for word, box in wanted.items()
        if found[word] is None and word.lower() not in BY_TRUCK and word.upper() not in known
    ]
    if strange:
        raise StowageListRefused(strange)
    return found


def _trains(ship: ShipCall, words: list[str]) -> dict[str, Call]:
    """The first train that is to come or here, by its number and by its service."""
    over = [phase for phase in CALL.steps if CALL.is_final(phase) or phase == "departed"]
    rail = Call.objects.filter(terminal=ship.call.terminal_id, mode=Mode.RAIL.value).exclude(phase__in=over)
    found: dict[str, Call] = {}
    for call in rail.select_related("train__service").order_by("scheduled_arrival_at", "pk"):
        service = getattr(getattr(call, "train", None), "service", None)
        for word in {call.number.upper(), service.code.upper() if service else ""} & set(words):
            found.setdefault(word, call)
    return found


def _strange(box: ListedBox) -> Fault:
    return Fault(
        box.sheet_line,
        "onward",
        box.onward,
        _("This is no train or train service that is known here."),
        _("Write truck, the number of a train, or the code of a train service."),
    )
