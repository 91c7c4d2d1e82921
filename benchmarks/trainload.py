"""Load plans against their bounds: 30 trains of 55 wagons with 200 candidates each, and one day of 10 trains and 2,000.

``trains``: all three aims in turn within 2 s; the worst gap to the proven bound, the slowest, and what first thoughts
come to. ``day``: ten trains that share their candidates, within 60 s. ``faults``: what the independent examiner found.

    python -m benchmarks.trainload [TRAINS]
"""

import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final

from terminal.trainload import Candidate, LoadingRules, LoadPlan, Train, Wagon, faults, plan_loads, quick_plan

ROUTES: Final = ("KZALA", "UZTAS", "KZNQZ", "RUMOW", "DEDUI", "PLMAL", "TRIST", "KGFRU")
TARES: Final = (19_800, 21_000, 22_400, 26_500)
PRIORITIES: Final = (1.0, 1.0, 1.0, 1.5, 2.0, 3.0)
NOON: Final = datetime(2026, 5, 4, 4, tzinfo=UTC)
WAGONS: Final = 55
STACK: Final = 4


def run(trains: int = 30) -> dict[str, Any]:
    """Gaps and seconds of single trains and of a day."""
    return {"trains": singly(trains), "day": a_day()}


def singly(trains: int) -> dict[str, Any]:
    """Every train by itself: the worst of all."""
    rows = []
    for seed in range(trains):
        chance = random.Random(seed)
        route = tuple(chance.sample(ROUTES, 4))
        boxes = candidates(chance, 200, route, heavy=seed % 3 == 2)
        one = train(chance, "X1", route, quotas={route[0]: 30.0} if seed % 2 else {})
        quick, quick_s = timed(lambda one=one, boxes=boxes: quick_plan([one], boxes))
        plan, plan_s = timed(lambda one=one, boxes=boxes: plan_loads([one], boxes, seconds=2))
        rows.append(
            (1 - plan.worth / plan.bound, plan_s, quick.worth / plan.worth, quick_s, _faults([one], boxes, plan))
        )
    return {
        "worst_gap": round(max(row[0] for row in rows), 6),
        "slowest_s": round(max(row[1] for row in rows), 2),
        "median_s": round(median(row[1] for row in rows), 2),
        "first_thoughts_at_least": round(min(row[2] for row in rows), 4),
        "first_thoughts_slowest_ms": round(max(row[3] for row in rows) * 1000),
        "faults": sum(row[4] for row in rows),
    }


def a_day() -> dict[str, Any]:
    """Ten trains over four destinations each, and 2,000 boxes for any of them."""
    chance = random.Random(7)
    boxes = candidates(chance, 2000, ROUTES, heavy=False)
    trains = [train(chance, f"X{n}", tuple(chance.sample(ROUTES, 4)), hours=2 * n) for n in range(10)]
    quick, quick_s = timed(lambda: quick_plan(trains, boxes))
    plan, plan_s = timed(lambda: plan_loads(trains, boxes, seconds=58))
    return {
        "gap": round(1 - plan.worth / plan.bound, 5),
        "seconds": round(plan_s, 1),
        "first_thoughts": round(quick.worth / plan.bound, 4),
        "first_thoughts_s": round(quick_s, 2),
        "dug": len(plan.dug),
        "dug_by_first_thoughts": len(quick.dug),
        "faults": _faults(trains, boxes, plan),
    }


def candidates(chance: random.Random, many: int, route: tuple[str, ...], *, heavy: bool) -> list[Candidate]:
    """Boxes of 20′, 40′ and 45′, some too heavy for the rules, in stacks of up to four, mixed with others."""
    order = list(range(many))
    chance.shuffle(order)
    above: dict[int, tuple[int, ...]] = {}
    while order:
        stack = [order.pop() for _ in range(min(len(order), chance.randint(1, STACK)))]
        stranger = (many + stack[0],) if chance.random() < 0.3 else ()
        above |= {box: (*stack[turn + 1 :], *stranger) for turn, box in enumerate(stack)}
    return [_box(chance, key, route, above[key], heavy) for key in range(many)]


def _box(chance: random.Random, key: int, route: tuple[str, ...], above: tuple[int, ...], heavy: bool) -> Candidate:
    bays, teu = chance.choices([(1, 1.0), (2, 2.0), (2, 2.25)], [45, 50, 5])[0]
    mean = (15_500 if bays == 1 else 18_500) + 5_000 * heavy
    return Candidate(
        key=key,
        number=f"box {key}",
        bays=bays,
        teu=teu,
        gross_kg=int(min(30_480, max(2_300, chance.gauss(mean, 6_000)))),
        destination=chance.choice(route),
        priority=chance.choice(PRIORITIES),
        above=above,
    )


def train(chance: random.Random, key: str, route: tuple[str, ...], *, hours: int = 0, **more: Any) -> Train:
    """A train of 55 wagons of four kinds, under the rules of the Chinese railway."""
    wagons = tuple(
        Wagon(key=(key, n), number=f"{key}/{n}", sequence=n, tare_kg=chance.choice(TARES), length_m=13.9)
        for n in range(1, WAGONS + 1)
    )
    at = NOON + timedelta(hours=hours)
    return Train(key=key, number=key, wagons=wagons, destinations=route, departs_at=at, rules=LoadingRules(), **more)


def timed(work: Any) -> tuple[LoadPlan, float]:
    """What it answers, and in how many seconds."""
    start = time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - start


def _faults(trains: list[Train], boxes: list[Candidate], plan: LoadPlan) -> int:
    return len(faults(trains, {box.key: box for box in boxes}, plan.placements))


if __name__ == "__main__":
    print(json.dumps(run(*map(int, sys.argv[1:2])), indent=1))
