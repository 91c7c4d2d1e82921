"""Plans as they are told, and an examiner who knows nothing of how they are found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan

from terminal.errors import Malformed, Refused, gettext_noop


class NotABay(Malformed):
    """What was given is no bay under that limit."""

    message = gettext_noop("This is no bay to be planned: %(what)s.")


class NoPlan(Refused):
    """However boxes are moved, at some point what stands on the next one has nowhere to go."""

    message = gettext_noop(
        "%(boxes)s boxes in %(stacks)s stacks cannot be taken out under a limit of %(max_height)s tiers: what stands "
        "on the next one has nowhere to go. Raise the limit, or take a box away first."
    )


class NoPlanInTime(NoPlan):
    """No plan was found, which does not mean that there is none."""

    message = gettext_noop(
        "No way was found in that time to take %(boxes)s boxes out of %(stacks)s stacks under a limit of "
        "%(max_height)s tiers. Allow more time, or raise the limit."
    )


class IllegalMove(Refused):
    """A plan that breaks the rules of the yard."""

    message = gettext_noop("Move %(turn)s of the plan cannot be made: %(why)s.")


@dataclass(frozen=True, slots=True)
class Move:
    """The top box of stack ``source`` goes onto stack ``target`` (counted from 0); ``None``: it leaves."""

    source: int
    target: int | None


def relocations(plan: Iterable[Move]) -> int:
    """How many moves of a plan only make way."""
    return sum(move.target is not None for move in plan)


def require_bay(stacks: Sequence[Sequence[int]], max_height: int, seconds: float = 0.0) -> None:
    """Raise ``NotABay`` with what is wrong and where."""
    if isinstance(max_height, bool) or not isinstance(max_height, int) or max_height < 1:
        raise NotABay(what=f"a height limit is a whole number from 1 up, not {max_height!r}")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or isnan(seconds) or seconds < 0:
        raise NotABay(what=f"the time allowed is a number of seconds from 0 up, not {seconds!r}")
    for place, stack in enumerate(stacks):
        if len(stack) > max_height:
            raise NotABay(what=f"stack {place} holds {len(stack)} boxes, more than {max_height}")
        for tier, priority in enumerate(stack, start=1):
            if isinstance(priority, bool) or not isinstance(priority, int) or priority < 1:
                raise NotABay(
                    what=f"stack {place}, tier {tier}: a priority is a whole number from 1 up, not {priority!r}"
                )


def check_plan(stacks: Sequence[Sequence[int]], max_height: int, plan: Iterable[Move]) -> None:
    """Raise ``IllegalMove`` unless the plan empties the bay by the rules of the restricted problem."""
    bay = [list(stack) for stack in stacks]
    dug: int | None = None
    for turn, move in enumerate(plan, start=1):
        why = _against(bay, max_height, move, move.source if dug is None else dug)
        if why:
            raise IllegalMove(turn=turn, why=why)
        box = bay[move.source].pop()
        dug = None if move.target is None else move.source
        if move.target is not None:
            bay[move.target].append(box)
    left = sum(map(len, bay))
    if left:
        raise IllegalMove(turn="–", why=f"{left} boxes are left at its end")


def _against(bay: list[list[int]], max_height: int, move: Move, dug: int) -> str:
    if not (0 <= move.source < len(bay) and bay[move.source]):
        return f"stack {move.source} has no box"
    if move.source != dug:
        return f"the next box to leave is being dug out of stack {dug}"
    first = min(box for stack in bay for box in stack)
    if move.target is None:
        return "" if bay[move.source][-1] == first else f"box {bay[move.source][-1]} would leave before box {first}"
    if not 0 <= move.target < len(bay) or move.target == move.source:
        return f"stack {move.target} is no other stack"
    if len(bay[move.target]) >= max_height:
        return f"stack {move.target} is full"
    if bay[move.source][-1] == first or first not in bay[move.source]:
        return f"stack {move.source} does not hide the next box to leave ({first})"
    return ""
