"""The terminal's own places against random ones and first-fit, on generated months; and how long a suggestion takes.

``months``: a month of generated traffic is put into the blocks of the site, shortened so that on average it stands at
85 % of its operating capacity, by three policies on the same events (see ``benchmarks._yard_month``): the rules the
services use, any possible place, and the lowest tier, then block, bay, row. Seed 2 is the one the rules' weights were
tuned on; the others judge them. ``rehandles`` are moves nobody asked for, per retrieval.

``suggesting``: 2,600 boxes stand in PostgreSQL; milliseconds of ``yard.suggest_places``, its queries included, and of
grounding a train of 110 boxes.

    python -m benchmarks.placement [DAYS] [SEED …]
"""

import json
import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from statistics import quantiles
from typing import Any, Final

from benchmarks._db import database

SEEDS: Final = (2, 1, 3)
TUNED_ON: Final = 2
SHARE: Final = 0.85
STANDING: Final = 2_600
A_TRAIN: Final = 110
ASKED: Final = 200
POLICIES: Final = ("ours", "random", "first_fit")
NOW: Final = datetime(2026, 3, 16, 4, tzinfo=UTC)


def run(days: int = 30, seeds: tuple[int, ...] = SEEDS) -> dict[str, Any]:
    """Rehandles per retrieval of each policy and month, their ratios, and the milliseconds of a suggestion."""
    with database():
        return {"months": months(days, seeds), "suggesting": suggesting()}


def months(days: int, seeds: tuple[int, ...]) -> dict[str, Any]:
    """One row a seed, on as many processes as there are processors; the ratios of all seeds but the tuned one."""
    from django.db import connection

    from apps.yard.models import Block

    plots = [(each.pk, each.code, each.kind, each.bays, each.rows, each.tiers) for each in Block.objects.all()]
    connection.close()  # the children inherit nothing of it
    jobs = [(policy, seed, days, plots) for seed in seeds for policy in POLICIES]
    with multiprocessing.get_context("fork").Pool() as pool:
        done = pool.map(_month, jobs, chunksize=1)
    rows = {seed: dict(zip(POLICIES, done[3 * n : 3 * n + 3], strict=True)) for n, seed in enumerate(seeds)}
    judged = [row for seed, row in rows.items() if seed != TUNED_ON] or list(rows.values())
    return {
        **{f"seed {seed}": _told(row) for seed, row in rows.items()},
        "worst_to_random": max(_ratio(row, "random") for row in judged),
        "worst_to_first_fit": max(_ratio(row, "first_fit") for row in judged),
    }


def _month(job: tuple[str, int, int, list[Any]]) -> dict[str, Any]:
    from apps.demo.services.traffic.here import load_lists
    from benchmarks import _yard_month as yard
    from terminal.stacking.placement import Plot
    from terminal.traffic import Order, generate

    policy, seed, days, plots = job
    policies = {"ours": yard.best, "random": yard.at_random, "first_fit": yard.first_fit}
    world = generate(Order(start=date(2026, 3, 2), days=days, seed=seed))
    full = [Plot(*each) for each in plots]
    operating, mean = world.scenario.site.operating_teu, yard.mean_teu(world)
    small = yard.shrunk(full, mean / SHARE / operating)
    begun = time.perf_counter()
    month = yard.Month(world, small, policies[policy], load_lists, seed, listens=policy == "ours").run()
    cells = [sum(each.bays * each.rows * each.tiers for each in plots) for plots in (full, small)]
    return {
        "share_of_operating_capacity": round(mean / (operating * cells[1] / cells[0]), 3),
        "retrievals": month.retrievals,
        "rehandles": round(month.ratio, 3),
        "without_place": month.without_place,
        "seconds": round(time.perf_counter() - begun, 1),
    }


def _told(row: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {**row, "to_random": _ratio(row, "random"), "to_first_fit": _ratio(row, "first_fit")}


def _ratio(row: dict[str, dict[str, Any]], other: str) -> float:
    ours, others = (float(row[each]["rehandles"]) for each in ("ours", other))
    return round(ours / others, 3)


def suggesting() -> dict[str, Any]:
    """Milliseconds with 2,600 boxes standing: percentiles of a suggestion, and a whole train."""
    from apps.parties.actors import Actor
    from apps.yard import services as yard

    boxes, by = Boxes(), Actor.itself("bench")
    for _ in range(-(-STANDING // A_TRAIN)):
        yard.ground(boxes.arrive(A_TRAIN), by=by, at=NOW)
    boxes.leave_but(STANDING)
    _analyze()
    arriving = boxes.arrive(ASKED)
    taken = [_ms(partial(yard.suggest_places, visit, at=NOW)) for visit in _again(arriving)]
    train = boxes.arrive(A_TRAIN)
    whole = _ms(lambda: yard.ground(train, by=by, at=NOW))
    cuts = quantiles(taken, n=100)
    return {
        "standing": boxes.standing() - A_TRAIN,
        "p50_ms": round(cuts[49], 1),
        "p95_ms": round(cuts[94], 1),
        "max_ms": round(max(taken), 1),
        "train_of_110_ms": round(whole),
    }


def _ms(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return 1000 * (time.perf_counter() - begun)


def _again(visits: list[Any]) -> Iterator[Any]:
    """The visits read anew, as a request would have them."""
    from apps.containers.models import Visit

    for visit in visits:
        yield Visit.objects.select_related("container", "terminal").get(pk=visit.pk)


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


class Boxes:
    """Boxes that come to the yard, of all sizes and goods; for half of them the train they leave by is known."""

    def __init__(self) -> None:
        from apps.calls.models import Call
        from apps.network.models import Terminal

        self.terminal = Terminal.objects.get(code="cnlyg")
        self.chance, self.many = random.Random(1), 0
        self.calls = [
            Call.objects.create(
                terminal=self.terminal,
                mode="rail",
                number=f"X{9000 + n}",
                scheduled_arrival_at=NOW + timedelta(hours=3 * n),
                scheduled_departure_at=NOW + timedelta(hours=3 * n + 9),
            )
            for n in range(20)
        ]

    def arrive(self, many: int) -> list[Any]:
        """So many boxes in the yard, their cells unknown."""
        from apps.containers.models import Container, Visit

        made = Container.objects.bulk_create([self._container() for _ in range(many)])
        return Visit.objects.bulk_create([self._visit(container) for container in made])

    def _container(self) -> Any:
        from apps.containers.models import Container

        self.many += 1
        size = self.chance.choices(("22G1", "45G1", "42G1", "45R1"), (3, 5, 3, 0.4))[0]
        return Container(number=f"LBAU{self.many:07d}", size_type=size, teu=1 if size == "22G1" else 2)

    def _visit(self, container: Any) -> Any:
        from apps.containers.models import Visit

        laden = self.chance.random() < 0.87
        return Visit(
            terminal=self.terminal,
            container=container,
            state="active",
            position="in_yard",
            laden=laden,
            goods="reefer" if container.size_type == "45R1" else "standard",
            gross_kg=self.chance.randint(8_000, 24_000) if laden else 3_900,
            destination=self.chance.choice(("KZALA", "UZTAS", "KRPUS", "JPTYO", "DEHAM", "SGSIN", "")),
            departure_call=self.chance.choice(self.calls) if self.chance.random() < 0.5 else None,
            advised_at=NOW - timedelta(days=5),
            arrived_at=NOW - timedelta(hours=self.chance.uniform(0, 96)),
        )

    def leave_but(self, many: int) -> None:
        """The last ones that came leave again, so that so many stand."""
        from apps.yard.models import Standing

        newest = Standing.objects.order_by("-pk").values_list("pk", flat=True)[: max(self.standing() - many, 0)]
        Standing.objects.filter(pk__in=list(newest)).delete()

    def standing(self) -> int:
        """How many have a cell."""
        from apps.yard.models import Standing

        return Standing.objects.count()


if __name__ == "__main__":
    days, *seeds = [int(each) for each in sys.argv[1:]] or [30]
    json.dump(run(days, tuple(seeds) or SEEDS), sys.stdout, indent=1)
