"""How many relocations no plan can do without."""

from bisect import bisect_left

from terminal.stacking.relocation.yard import NOBODY, State


def blocking(state: State) -> int:
    """Boxes that stand on one that leaves before them: each moves at least once (Kim and Hong, 2006)."""
    return sum(stack.blocking for stack in state)


def lookahead(state: State, max_height: int, remain: int, most: int = NOBODY) -> int:
    """Relocations beyond ``remain`` blocking boxes, for priorities that are all different.

    The bay is dug out target by target, as if what was dug out earlier were gone. A box that stands on the target and
    is larger than the lowest of every other stack with room is moved twice at least (Zhu, Qin, Lim and Zhang, 2012),
    and of several on one target at most as many are well placed as there is room for in their order (Tanaka and Takii,
    2016). Stops counting at ``most``.
    """
    layer = [0] * len(state)
    lows = [stack.lowest for stack in state]
    full = [stack.height >= max_height for stack in state]
    extra = 0
    while remain > 0 and extra < most:
        first = min(lows)
        place = lows.index(first)
        digs = state[place].digs
        _lowest, on_it, largest, _left = digs[layer[place]]
        layer[place] += 1
        if on_it:
            remain -= len(on_it)
            room = sorted(low for n, low in enumerate(lows) if n != place and not full[n])
            extra += _badly_placed(on_it, largest, room)
        lows[place] = digs[layer[place]][0] if layer[place] < len(digs) else NOBODY
        full[place] = False
    return extra


def _badly_placed(on_it: tuple[int, ...], largest: int, room: list[int]) -> int:
    """The fewest of these boxes, moved in their order, that come to stand on one that leaves before them."""
    top = room[-1] if room else 0
    fitting = [box for box in on_it if box <= top] if largest > top else list(on_it)
    surely = len(on_it) - len(fitting)
    if len(fitting) < 2 or _all_fit(fitting, room):
        return surely
    return surely + _fewest(fitting, 0, room, 0, len(fitting) - 1)


def _all_fit(boxes: list[int], room: list[int]) -> bool:
    """Whether each finds a stack whose lowest is no smaller, taking the tightest that fits."""
    lows = list(room)
    for box in boxes:
        at = bisect_left(lows, box)
        if at == len(lows):
            return False
        lows[at] = box
    return True


def _fewest(boxes: list[int], turn: int, room: list[int], bad: int, best: int) -> int:
    """The fewest badly placed from ``turn`` on, no more than ``best``: each box is well placed, or given up."""
    if bad >= best:
        return best
    if turn == len(boxes):
        return bad
    at = bisect_left(room, boxes[turn])
    if at < len(room):
        tighter = [*room[:at], boxes[turn], *room[at + 1 :]]
        best = _fewest(boxes, turn + 1, tighter, bad, best)
    if at > 0 or at == len(room):
        best = _fewest(boxes, turn + 1, room, bad + 1, best)
    return best
