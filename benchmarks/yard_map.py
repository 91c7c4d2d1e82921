"""The yard map with 2,600 boxes standing: server time, queries and page weight, by what it is coloured by.

Boxes of both lengths stand in every block of the site, each with a permission, every tenth with a hold, three of four
planned onto a train. The page is asked through the whole stack of the admin as a yard planner would; the target is
300 ms.

    python -m benchmarks.yard_map [BOXES] [ROUNDS]
"""

import json
import logging
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from benchmarks._db import database

WAYS = ("fill", "age", "destination", "status")
GOALS = ("KZALA", "UZTAS", "DEHAM", "PLMAL", "RULED", "KRPUS", "JPOSA", "")


def run(boxes: int = 2600, rounds: int = 7) -> dict[str, Any]:
    """Milliseconds, queries and kilobytes of each way of colouring, and of one bay."""
    with database():
        _quiet()
        from django.db import transaction

        with transaction.atomic():  # what stands where is checked at the end
            standing = _fill(boxes)
        client = _planner()
        pages = {by: f"/admin/yard/block/map/?by={by}" for by in WAYS} | {"bay": "/admin/yard/block/map/1/5/"}
        return {"boxes": standing, **{name: _measured(client, page, rounds) for name, page in pages.items()}}


def _quiet() -> None:
    """No line of log for each request: writing them is not what is measured."""
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)


def _planner() -> Any:
    from django.test import Client

    from apps.network.models import Terminal
    from apps.parties.models import Membership, Role, User

    user = User.objects.create(username="bench", is_staff=True)
    role = Role.objects.get(code="yard-planner")
    Membership.objects.create(user=user, role=role, terminal=Terminal.objects.get(code="cnlyg"))
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def _measured(client: Any, page: str, rounds: int) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(page)
    queries = len(asked)
    assert answer.status_code == 200, answer
    times = [_ms(lambda: client.get(page)) for _ in range(rounds)]
    return {
        "median_ms": round(median(passed for passed, _own in times)),
        "best_ms": round(min(passed for passed, _own in times)),
        "processor_ms": round(median(own for _passed, own in times)),
        "queries": queries,
        "kb": round(len(answer.content) / 1024),
    }


def _ms(act: Any) -> tuple[float, float]:
    """Milliseconds that pass, and those of this process's own work, which neighbours on the machine do not lengthen."""
    began, own = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - began) * 1000, (time.process_time() - own) * 1000


def _fill(boxes: int) -> int:
    """Stand boxes in the cells of every block from the ground up; how many there was room for."""
    from apps.containers.models import Hold, Permission, Visit
    from apps.network.models import Terminal
    from apps.yard.models import Cell, Standing

    at, terminal, chance = datetime.now(UTC), Terminal.objects.get(code="cnlyg"), random.Random(1)
    places = list(_places(terminal, boxes))
    trains = _trains(terminal, at)
    visits = Visit.objects.bulk_create(_visits(terminal, places, trains, at, chance), batch_size=1000)
    standings = Standing.objects.bulk_create(
        Standing(visit=visit, block=block, bay=bay, bays=bays, row=row, tier=tier, placed_at=at)
        for visit, (block, bay, bays, row, tier) in zip(visits, places, strict=True)
    )
    Cell.objects.bulk_create(
        Cell(standing=each, block=each.block, bay=bay, row=each.row, tier=each.tier)
        for each in standings
        for bay in range(each.bay, each.bay + each.bays)
    )
    yes = {"owner": "customs", "step": "load", "granted_at": at, "granted_by": "terminal:bench"}
    Permission.objects.bulk_create(Permission(visit=visit, reference=f"B{visit.pk}", **yes) for visit in visits)
    Hold.objects.bulk_create(
        Hold(visit=visit, terminal=terminal, owner="terminal", reason="bench", placed_at=at, placed_by="terminal:bench")
        for visit in visits[::10]
    )
    return len(standings)


def _places(terminal: Any, boxes: int) -> Any:
    from apps.yard.models import Block

    left = boxes
    for tier in (1, 2, 3, 4):
        for block in Block.objects.filter(terminal=terminal, tiers__gte=tier).order_by("code"):
            for row in range(1, block.rows + 1):
                for bay, bays in _along(block.bays, row):
                    if left:
                        left -= 1
                        yield block, bay, bays, row, tier


def _along(bays: int, row: int) -> list[tuple[int, int]]:
    """Long and short boxes in turn, the same in every tier, so that each stands on corners."""
    if row % 2:
        return [(bay, 2) for bay in range(1, bays, 2)]
    return [(bay, 1) for bay in range(1, bays + 1)]


def _trains(terminal: Any, at: datetime) -> list[Any]:
    from apps.calls.models import Call

    return Call.objects.bulk_create(
        Call(
            terminal=terminal,
            mode="rail",
            number=f"B{n}",
            phase="scheduled",
            scheduled_arrival_at=at + timedelta(hours=n),
            scheduled_departure_at=at + timedelta(hours=n + 9),
        )
        for n in range(30)
    )


def _visits(terminal: Any, places: list[Any], trains: list[Any], at: datetime, chance: random.Random) -> list[Any]:
    from apps.containers.models import Container, Visit
    from terminal.equipment import SizeType
    from terminal.identifiers import check_digit

    bodies = [f"BNCU{n:06d}" for n in range(len(places))]
    sizes = ["45G1" if bays == 2 else "22G1" for _block, _bay, bays, _row, _tier in places]
    made = Container.objects.bulk_create(
        Container(number=body + check_digit(body + "0"), size_type=size, teu=SizeType.parse(size).teu)
        for body, size in zip(bodies, sizes, strict=True)
    )
    return [
        Visit(
            terminal=terminal,
            container=box,
            state="active",
            position="in_yard",
            laden=True,
            gross_kg=20_000,
            regime="transit",
            direction="through",
            destination=chance.choice(GOALS),
            departure_call=chance.choice(trains) if chance.random() < 0.75 else None,
            advised_at=at - timedelta(days=30),
            arrived_at=at - timedelta(hours=chance.randrange(600)),
        )
        for box in made
    ]


if __name__ == "__main__":
    json.dump(run(*map(int, sys.argv[1:])), sys.stdout, indent=1)
