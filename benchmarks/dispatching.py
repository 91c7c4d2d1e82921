"""Two dispatchers hand out 5,000 orders, each in a process of their own: how fast, and none twice.

Every order is a box to be loaded onto a train, asked for its readiness before it is handed out. The floor is the least
that is safe: ``SELECT … FOR UPDATE SKIP LOCKED LIMIT 1`` and an ``UPDATE`` on the same rows, with no question asked and
nothing remembered.

    python -m benchmarks.dispatching
"""

import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from benchmarks._db import database

ORDERS = 5_000
DISPATCHERS = 2


def run(orders: int = ORDERS) -> dict[str, Any]:
    """Orders a second of ours and of the floor, their ratio, and how many were handed out twice or not at all."""
    with database():
        numbers = _fill(orders)
        ours, given = _race(_ours)
        _plan_again()
        floor, raw = _race(_floor)
        return {
            "orders": orders,
            "dispatchers": DISPATCHERS,
            "ours_per_second": round(orders / ours, 1),
            "floor_per_second": round(orders / floor, 1),
            "ratio": round(floor / ours, 3),
            "twice": sum(1 for times in Counter(given).values() if times > 1),
            "never": len(numbers - set(given)),
            "floor_twice": sum(1 for times in Counter(raw).values() if times > 1),
        }


def _fill(orders: int) -> set[int]:
    from django.utils import timezone

    from apps.calls.models import Call
    from apps.containers.models import Container, Permission, Visit
    from apps.network.models import Terminal
    from apps.parties.actors import Actor
    from apps.yard import services as yard
    from terminal.identifiers import check_digit
    from terminal.work import Work

    now, terminal = timezone.now(), Terminal.objects.get(code="cnlyg")
    train = Call.objects.create(terminal=terminal, mode="rail", number="X9014", phase="in_processing", arrived_at=now)
    bodies = [f"LBRU{n:06d}" for n in range(orders)]
    boxes = [Container(number=body + check_digit(body + "0"), size_type="22G1", teu=1) for body in bodies]
    Container.objects.bulk_create(boxes, batch_size=1000)
    here = {"state": "active", "position": "in_yard", "arrived_at": now, "departure_call": train}
    visits = [Visit(terminal=terminal, container=box, gross_kg=20_000, advised_at=now, **here) for box in boxes]
    Visit.objects.bulk_create(visits, batch_size=1000)
    yes = {"owner": "customs", "step": "load", "reference": "CD-1", "granted_at": now, "granted_by": "bench"}
    Permission.objects.bulk_create([Permission(visit=each, **yes) for each in visits], batch_size=1000)
    new = [yard.NewOrder(kind=Work.LOAD, visit=each, call=train, sequence=n) for n, each in enumerate(visits)]
    return {order.pk for order in yard.plan_orders(new, by=Actor.itself("bench"), at=now)}


def _plan_again() -> None:
    from apps.yard.models import WorkOrder

    WorkOrder.objects.update(state="planned", dispatched_at=None)


def _race(way: Any) -> tuple[float, list[int]]:
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.close()
    crew = ProcessPoolExecutor(DISPATCHERS, mp_context=get_context("spawn"), initializer=_prepare, initargs=(name,))
    with crew as pool:
        list(pool.map(_nothing, range(DISPATCHERS)))
        began = time.perf_counter()
        given = [future.result() for future in [pool.submit(way) for _ in range(DISPATCHERS)]]
        return time.perf_counter() - began, [number for each in given for number in each]


def _prepare(name: str) -> None:
    """Django on the database of this measurement."""
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = name


def _nothing(_n: int) -> None:
    time.sleep(0.2)


def _ours() -> list[int]:
    from django.utils import timezone

    from apps.network.models import Terminal
    from apps.parties.actors import Actor
    from apps.yard import services as yard

    terminal, given = Terminal.objects.get(code="cnlyg"), []
    while order := yard.hand_out_next(terminal, equipment=None, by=Actor.itself("bench"), at=timezone.now()):
        given.append(order.pk)
    return given


NEXT = """SELECT id FROM yard_workorder WHERE state = 'planned' ORDER BY priority, due_at, sequence, id
    FOR UPDATE SKIP LOCKED LIMIT 1"""


def _floor() -> list[int]:
    from django.db import connection, transaction

    given: list[int] = []
    with connection.cursor() as cursor:
        while True:
            with transaction.atomic():
                cursor.execute(NEXT)
                row = cursor.fetchone()
                if row is None:
                    return given
                cursor.execute("UPDATE yard_workorder SET state = 'dispatched' WHERE id = %s", row)
            given.append(row[0])


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS), indent=2))
