"""How many relocations plans need beside the min-max rule on the same full bays, and how long they take.

Bays of so many stacks × so many tiers, full, priorities shuffled by seed, height limit two tiers above; a second of
wall-clock time each. ``bound``: what no plan can do without; ``proved``: the share of bays whose plan meets it.

    python -m benchmarks.relocation [BAYS_A_SIZE]
"""

import json
import random
import sys
import time
from typing import Any, Final

from terminal.stacking.relocation import check_plan, lower_bound, min_max_plan, relocations, retrieval_plan

SIZES: Final = ((4, 4), (4, 7), (5, 5), (6, 6), (7, 7), (6, 10), (8, 8), (10, 6), (9, 9), (10, 10))
BAYS: Final = 8
SECONDS: Final = 1.0
ROOM: Final = 2


def run(bays: int = BAYS) -> dict[str, Any]:
    """Relocations by size and in total, ours ÷ the rule's, bays above the rule, and the slowest bay in seconds."""
    rows = [_size(width, height, bays) for width, height in SIZES]
    ours, rule = (sum(row[name] for row in rows) for name in ("ours", "rule"))
    return {
        "sizes": rows,
        "ours": ours,
        "rule": rule,
        "ratio": round(ours / rule, 3),
        "above_the_rule": sum(row["above_the_rule"] for row in rows),
        "slowest_s": max(row["slowest_s"] for row in rows),
    }


def _size(width: int, height: int, bays: int) -> dict[str, Any]:
    results = [_bay(width, height, seed) for seed in range(bays)]
    ours, rule, bound, seconds = (list(column) for column in zip(*results, strict=True))
    return {
        "stacks_x_tiers": f"{width}x{height}",
        "ours": sum(ours),
        "rule": sum(rule),
        "bound": sum(bound),
        "ratio": round(sum(ours) / sum(rule), 3),
        "proved": round(sum(a == b for a, b in zip(ours, bound, strict=True)) / bays, 2),
        "above_the_rule": sum(a > b for a, b in zip(ours, rule, strict=True)),
        "slowest_s": round(max(seconds), 2),
    }


def _bay(width: int, height: int, seed: int) -> tuple[int, int, int, float]:
    order = list(range(1, width * height + 1))
    random.Random(f"{width}x{height}/{seed}").shuffle(order)
    stacks, limit = [order[n * height : (n + 1) * height] for n in range(width)], height + ROOM
    began = time.perf_counter()
    plan = retrieval_plan(stacks, limit, SECONDS)
    seconds = time.perf_counter() - began
    check_plan(stacks, limit, plan)
    return relocations(plan), relocations(min_max_plan(stacks, limit)), lower_bound(stacks, limit), seconds


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else BAYS), indent=2))
