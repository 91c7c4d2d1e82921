"""Who gets the next declaration: least expected work, against taking turns and against counting declarations.

10,000 declarations over 20 working days, 16 offices with jurisdictions drawn from the seed, work being finished all the
while. ``busiest``: minutes of work given to the busiest office over the bound below which no rule could bring it under
the same jurisdictions (a linear program in which declarations may be divided). ``age_p90_min``: working minutes that
nine in ten of the declarations lying there have waited no longer than, looked at every quarter of an hour.
``choice_us``: how long one choice takes.

    python -m benchmarks.customs_work [SEEDS]
"""

import json
import random
import sys
import time
from bisect import bisect
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import mean
from typing import Any, Final

import highspy

from terminal.customs.jurisdiction import Matter, Rule, offices_for
from terminal.customs.workload import Load, expected_minutes, least_loaded

OFFICES: Final = tuple(f"office-{n:02}" for n in range(16))
THE_REST: Final = 0
DECLARATIONS: Final = 10_000
DAYS: Final = 20
DAY_MIN: Final = 540
"""From 08:30 to 17:30."""
BUSY: Final = 0.9
"""How much of its time the busiest office would work under the best of all rules."""
LOOK_EVERY_MIN: Final = 15
REGIMES: Final = {"transit": 46, "import": 24, "export": 20, "bonded_entry": 6, "temporary": 2, "return": 2}
DIRECTIONS: Final = {"transit": "through", "export": "outbound"}
CHANNELS: Final = {"green": 78.6, "yellow": 20.2, "red": 0.9}
CHAPTERS: Final = [f"{n:02}" for n in (10, 26, 27, 28, 31, 39, 40, 41, 52, 62, 72, 73, 74, 84, 85, 87, 94)]
PARTIES: Final = 60
TODAY: Final = date(2026, 5, 4)
FROM_1: Final = 6.0
"""The last of the day come six times as thinly as the first: many lie there in the morning."""


@dataclass
class Declared:
    """A declaration: when it comes (working minutes since the first morning), what is expected of it, what it takes."""

    at: float
    may: tuple[int, ...]
    expected: float
    takes: float


@dataclass
class Desk:
    """An office at work: first come, first served, ``speed`` minutes of work a minute."""

    speed: float
    queue: deque[tuple[Declared, float]] = field(default_factory=deque)
    waited: float = 0.0
    left: float = 0.0
    begun: float = 0.0
    given: float = 0.0

    def take(self, one: Declared) -> None:
        self.queue.append((one, one.takes))
        self.left += one.expected
        self.given += one.expected

    def work(self, minutes: float) -> None:
        able = minutes * self.speed
        while self.queue and able > 0:
            one, todo = self.queue[0]
            done = min(able, todo)
            able -= done
            self.left -= one.expected * done / one.takes
            if done < todo:
                self.queue[0] = (one, todo - done)
            else:
                self.queue.popleft()
        if not self.queue:
            self.left = 0.0


Choose = Callable[[list[Desk], Declared], int]


def least_work(desks: list[Desk], one: Declared) -> int:
    """The rule of the terminal."""
    mean_given = sum(desk.given for desk in desks) / len(desks)
    chosen = least_loaded([Load(OFFICES[n], desks[n].left, desks[n].given) for n in one.may], mean_given)
    return OFFICES.index(chosen.code)


def least_count(desks: list[Desk], one: Declared) -> int:
    """The office with the fewest declarations, then by code."""
    return min(one.may, key=lambda n: (len(desks[n].queue), n))


def in_turn() -> Choose:
    """The office after the one that had the last, of those that may."""
    last = -1

    def choose(desks: list[Desk], one: Declared) -> int:
        nonlocal last
        last = one.may[bisect(one.may, last) % len(one.may)]
        return last

    return choose


def run(seeds: int = 5) -> dict[str, Any]:
    """The worst of all seeds for the busiest office, the mean of them for the age."""
    worlds = [_world(random.Random(seed)) for seed in range(seeds)]
    told: dict[str, Any] = {"seeds": seeds, "may_each_mean": round(mean(len(d.may) for w in worlds for d in w[0]), 1)}
    rules: dict[str, Callable[[], Choose]] = {
        "least_work": lambda: least_work,
        "in_turn": in_turn,
        "least_count": lambda: least_count,
    }
    for name, rule in rules.items():
        began = time.perf_counter()
        results = [_worked(declared, bound, rule()) for declared, bound in worlds]
        seconds = (time.perf_counter() - began) / seeds
        told[name] = {
            "busiest": round(max(busiest for busiest, _ in results), 4),
            "age_p90_min": round(mean(age for _, age in results), 1),
            "of_each_seed": [(round(busiest, 3), round(age)) for busiest, age in results],
            "seconds_a_month": round(seconds, 2),
        }
    told["choice_us"] = _choice_us(worlds[0][0])
    return told


def _choice_us(declared: list[Declared]) -> float:
    desks = [Desk(1.0) for _ in OFFICES]
    began = time.perf_counter()
    for one in declared:
        least_work(desks, one)
    return round((time.perf_counter() - began) / len(declared) * 1e6, 1)


def _worked(declared: list[Declared], bound: float, choose: Choose) -> tuple[float, float]:
    speed = bound / (BUSY * DAYS * DAY_MIN)
    desks, ages, now = [Desk(speed) for _ in OFFICES], Counter[int](), 0.0
    for kind, at, one in _moments(declared):
        for desk in desks:
            desk.work(at - now)
        now = at
        if kind == "look":
            ages.update(round(at - each.at) for desk in desks for each, _ in desk.queue)
        else:
            desks[choose(desks, one)].take(one)
    return max(desk.given for desk in desks) / bound, _percentile(ages, 0.9)


def _moments(declared: list[Declared]) -> Iterator[tuple[str, float, Any]]:
    coming = deque(declared)
    for at in range(LOOK_EVERY_MIN, DAYS * DAY_MIN + 1, LOOK_EVERY_MIN):
        while coming and coming[0].at <= at:
            one = coming.popleft()
            yield "come", one.at, one
        yield "look", float(at), None


def _percentile(counted: Counter[int], share: float) -> float:
    passed, wanted = 0, share * counted.total()
    for value in sorted(counted):
        passed += counted[value]
        if passed >= wanted:
            return float(value)
    return 0.0


def _world(chance: random.Random) -> tuple[list[Declared], float]:
    """Declarations in the order in which they come, and the bound."""
    rules, known, seen = _jurisdictions(chance), {}, dict[Matter, tuple[int, ...]]()
    declared = []
    for _ in range(DECLARATIONS):
        matter = _matter(chance)
        may = seen.setdefault(matter, tuple(sorted(offices_for(matter, rules, TODAY))) or (THE_REST,))
        channel = chance.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        expected = expected_minutes(matter.regime, channel, known)
        at = (chance.randrange(DAYS) + (FROM_1 ** chance.random() - 1) / (FROM_1 - 1)) * DAY_MIN
        declared.append(Declared(at, may, expected, expected * chance.lognormvariate(-0.125, 0.5)))
    declared.sort(key=lambda each: each.at)
    return declared, _bound(declared)


def _matter(chance: random.Random) -> Matter:
    regime = chance.choices(list(REGIMES), list(REGIMES.values()))[0]
    chapter = CHAPTERS[min(int(chance.expovariate(0.18)), len(CHAPTERS) - 1)]
    party = min(int(chance.expovariate(0.07)), PARTIES - 1)
    way = DIRECTIONS.get(regime, "inbound")
    return Matter(regime=regime, direction=way, party=party, chapters=frozenset({chapter}))


def _jurisdictions(chance: random.Random) -> list[Rule]:
    """For each office some rules of two or three conditions; what none covers goes to the first office."""
    rules = []
    for office in range(len(OFFICES)):
        for _ in range(chance.randint(4, 9)):
            regime = chance.choice(["", *REGIMES])
            chapter = chance.choice(CHAPTERS) if chance.random() < 0.7 or not regime else ""
            party = chance.randrange(PARTIES) if chance.random() < 0.15 else None
            rules.append(Rule(office=office, regime=regime, chapter=chapter, party=party))
    broad = [Rule(office=office, regime=regime) for office in range(1, 16) for regime in chance.sample([*REGIMES], 1)]
    return rules + broad


def _bound(declared: list[Declared]) -> float:
    """The least that the busiest office can be given when declarations may be divided among those that may."""
    of_set: dict[tuple[int, ...], float] = defaultdict(float)
    for one in declared:
        of_set[one.may] += one.expected
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    busiest = model.addVariable(obj=1.0)
    shares = {(may, n): model.addVariable() for may in of_set for n in may}
    for may, minutes in of_set.items():
        model.addConstr(sum(shares[may, n] for n in may) == minutes)
    for n in range(len(OFFICES)):
        own = [shares[may, n] for may in of_set if n in may]
        if own:
            model.addConstr(sum(own) <= busiest)
    model.run()
    return float(model.getInfo().objective_function_value)


if __name__ == "__main__":
    print(json.dumps(run(*map(int, sys.argv[1:2])), indent=1))
