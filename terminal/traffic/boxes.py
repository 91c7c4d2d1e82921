"""Boxes: what comes on a carrier, how large and heavy each is, and which number it carries."""

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.equipment import SizeType
from terminal.traffic.moments import DAY, NEVER, Moments, Numbers, running
from terminal.traffic.parameters import FLOWS, KINDS, MIXES, Boxes
from terminal.traffic.streams import Stream

FLOW_NAMES: Final = tuple(FLOWS)
KIND_NAMES: Final = ("empty", *KINDS)
SIZES: Final = ("22G1", "42G1", "45G1", "L5G1", "22U1", "25G1", "22T1", "45R1", "22R1")
TEU_100: Final = np.array([int(SizeType.parse(size).teu * 100) for size in SIZES])
"""TEU of each size in hundredths: whole numbers add up alike everywhere."""
IS_20: Final = np.array([size.startswith("2") for size in SIZES])
GOODS: Final = ("standard", "empty", "reefer", "dangerous_goods")
GOODS_OF_KIND: Final = np.array([1, *(GOODS.index(kind.goods) for kind in KINDS.values())])
RAIL_OUT, SEA_OUT, BARGE_OUT, ROAD_OUT = range(4)
OUT_OF_FLOW: Final = np.array([("rail", "sea", "barge", "road").index(name.split("-")[1]) for name in FLOW_NAMES])
VALUES: Final = np.array([10 + n + (n > 0) + (n > 10) + (n > 20) for n in range(26)])
"""ISO 6346 letter values: A is 10, multiples of 11 are passed over."""


@dataclass
class Brought:
    """Boxes as they come: the carrier's number, the flow, what is in it. Boxes of a carrier stand together."""

    carrier: Numbers
    flow: Numbers
    kind: Numbers
    size: Numbers
    gross_kg: Numbers

    def __len__(self) -> int:
        return len(self.carrier)

    @property
    def teu_100(self) -> Numbers:
        """TEU in hundredths."""
        teu: Numbers = TEU_100[self.size]
        return teu


def bring(mode: str, loads_100: Numbers, boxes: Boxes, stream: Stream, max_t: float = np.inf) -> Brought:
    """Fill carriers of a mode with boxes up to their loads (hundredths of TEU; one element a carrier) and ``max_t``.

    A box counts onto its carrier when its middle fits, so that loads are right on average.
    """
    many = np.maximum(loads_100 // 100 + 2, 0) * (loads_100 > 0)
    carrier = np.repeat(np.arange(len(loads_100)), many)
    drawn = _drawn(mode, carrier, boxes, stream)
    teu = running(drawn.teu_100, carrier) - drawn.teu_100 // 2
    heavy = running(drawn.gross_kg, carrier)
    fits = (teu <= loads_100[carrier]) & (heavy <= (max_t * 1000 if np.isfinite(max_t) else NEVER))
    fits = running((~fits).astype(np.int64), carrier) == 0
    return Brought(*(each[fits] for each in (carrier, drawn.flow, drawn.kind, drawn.size, drawn.gross_kg)))


def _drawn(mode: str, carrier: Numbers, boxes: Boxes, stream: Stream) -> Brought:
    many = len(carrier)
    flows = [number for number, name in enumerate(FLOW_NAMES) if name.startswith(f"{mode}-")]
    flow = np.array(flows)[stream.pick([_boxes_of(number) for number in flows], many)]
    laden = stream.happens(np.array([FLOWS[name][1] for name in FLOW_NAMES])[flow], many)
    kind = np.zeros(many, dtype=np.int64)
    for mix, shares in MIXES.items():
        mine = laden & np.array([FLOWS[name][2] == mix for name in FLOW_NAMES])[flow]
        names = np.array([KIND_NAMES.index(name) for name in shares])
        kind[mine] = names[stream.pick(tuple(shares.values()), int(mine.sum()))]
    size = _sizes(kind, boxes, stream)
    return Brought(carrier, flow, kind, size, _gross(kind, size, boxes, stream))


def _boxes_of(flow: int) -> float:
    """A flow's weight among boxes: its share of TEU over the mean TEU of its boxes."""
    share, laden, mix = FLOWS[FLOW_NAMES[flow]]
    twenties = sum(part * KINDS[name].share_of_20 for name, part in MIXES[mix].items()) / sum(MIXES[mix].values())
    twenties = laden * twenties + (1 - laden) * Boxes().empty_20
    return share / (2.0 - twenties)


def _sizes(kind: Numbers, boxes: Boxes, stream: Stream) -> Numbers:
    many = len(kind)
    share = np.array([boxes.empty_20, *(each.share_of_20 for each in KINDS.values())])
    small = stream.happens(share[kind], many)
    plain = np.where(small, _of(boxes.twenties, many, stream), _of(boxes.forties, many, stream))
    cold = GOODS_OF_KIND[kind] == GOODS.index("reefer")
    danger = (GOODS_OF_KIND[kind] == GOODS.index("dangerous_goods")) & small & stream.happens(0.5, many)
    plain = np.where(danger, SIZES.index(boxes.tanks[0]), plain)
    return np.where(cold, _of(boxes.reefers, many, stream), plain)


def _of(table: tuple[tuple[str, float], ...], many: int, stream: Stream) -> Numbers:
    numbers = np.array([SIZES.index(size) for size, _share in table])
    found: Numbers = numbers[stream.pick([share for _size, share in table], many)]
    return found


def _gross(kind: Numbers, size: Numbers, boxes: Boxes, stream: Stream) -> Numbers:
    small = IS_20[size]
    mean_20 = np.array([boxes.tare_20, *(each.twenty for each in KINDS.values())])[kind]
    mean_40 = np.array([boxes.tare_40, *(each.forty for each in KINDS.values())])[kind]
    table = np.where(small[:, None], mean_20, mean_40)
    drawn = table[:, 0] + table[:, 1] * stream.normal(len(kind))
    least = np.where(small, boxes.tare_20[0], boxes.tare_40[0]) + np.where(kind == 0, -200, 500)
    most = np.where(small, boxes.max_20, boxes.max_40)
    gross: Numbers = np.rint(np.clip(drawn, least, most) / 10).astype(np.int64) * 10
    return gross


def numbers(size: Numbers, in_at: Moments, out_at: Moments, boxes: Boxes, stream: Stream) -> Numbers:
    """Which box each stay is (its place in ``fleet``): a new one, or one of that size that has been away long enough.

    Stays are given by ``in_at``. A box never comes before it has left.
    """
    away = int(boxes.away_days * DAY)
    again = stream.happens(boxes.returns, len(size)).tolist()
    gone: dict[int, list[tuple[int, int]]] = defaultdict(list)
    box, new = [], 0
    for this, came, left, back in zip(size.tolist(), in_at.tolist(), out_at.tolist(), again, strict=True):
        ready = gone[this]
        if back and ready and ready[0][0] <= came:
            _at, known = heapq.heappop(ready)
        else:
            known, new = new, new + 1
        box.append(known)
        if left < NEVER:
            heapq.heappush(ready, (left + away, known))
    return np.array(box, dtype=np.int64)


def fleet(many: int, boxes: Boxes, stream: Stream) -> list[str]:
    """Container numbers for so many boxes, all different, with right check digits (ISO 6346)."""
    prefixes = np.array([[ord(letter) for letter in owner] for owner, _share in boxes.owners])
    owner = stream.pick([share for _owner, share in boxes.owners], many)
    serial = np.empty(many, dtype=np.int64)
    for each in range(len(boxes.owners)):
        mine = owner == each
        serial[mine] = stream.draw.permutation(1_000_000)[: int(mine.sum())]
    digits = serial[:, None] // 10 ** np.arange(5, -1, -1) % 10
    values = np.concatenate((VALUES[prefixes[owner] - ord("A")], digits), axis=1)
    check = (values * 2 ** np.arange(10)).sum(axis=1) % 11 % 10
    names = [name for name, _share in boxes.owners]
    return [
        f"{names[prefix]}{number:06d}{digit}"
        for prefix, number, digit in zip(owner.tolist(), serial.tolist(), check.tolist(), strict=True)
    ]
