"""Webhooks: deliveries a second to a local receiver, and how long after an event it is told, all of it on two cores.

Twenty parties with a webhook each and a hundred boxes each. Events are recorded through the journal's own service at a
steady rate, by a process of its own as the terminal's would be; the dispatcher and the receiver are processes, too, and
share the two cores with it and the database. First so many events a second for a while: each is told once, those of a
box in order, and the time from its record to its receipt is taken. Then a heap at once: how fast it is worked off.

    python -m benchmarks.webhooks [EVENTS A SECOND] [SECONDS]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks._db import database

PARTIES, BOXES, HEAP = 20, 100, 10_000
RATE, SECONDS = 600, 20
STEP_S = 0.1


def run(rate: int = RATE, seconds: int = SECONDS) -> dict[str, Any]:
    """Deliveries a second and the times from event to receipt, at a rate and of a heap."""
    steady: dict[str, Any] = {"asked_per_second": rate}
    heap: dict[str, Any] = {}
    with database(), tempfile.TemporaryDirectory() as folder:
        with _receiving(Path(folder) / "steady") as port:
            visits = _fill(port)
            with _dispatching(steady):
                recorded = _steadily(visits, rate, seconds)
                _until_all_are_told()
        steady |= _judge(recorded, Path(folder) / "steady")
        with _receiving(Path(folder) / "heap", port):
            recorded = _heap(visits)
            with _dispatching(heap):
                _until_all_are_told()
        heap |= _judge(recorded, Path(folder) / "heap")
        return {"steady": steady, "heap": heap}


@contextmanager
def _receiving(file: Path, port: int = 0) -> Iterator[int]:
    from config.embedded.ports import free_port

    port = port or free_port()
    receiver = subprocess.Popen([sys.executable, "-m", "benchmarks._receiver", str(port), str(file)])
    time.sleep(0.5)
    try:
        yield port
    finally:
        receiver.terminate()
        receiver.wait()


@contextmanager
def _dispatching(spent: dict[str, Any]) -> Iterator[None]:
    """A dispatcher that runs; at the end ``spent`` has the seconds of processor time it took since it was up."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    url = f"{os.environ['DATABASE_OWNER_URL'].rpartition('/')[0]}/{name}"
    environment = {**os.environ, "DATABASE_URL": url, "MESSAGES_MAY_STAY_INSIDE": "true"}
    dispatcher = subprocess.Popen([sys.executable, "manage.py", "dispatch_webhooks"], env=environment)
    _until(_is_up)
    before = _processor_s(dispatcher.pid)
    try:
        yield
    finally:
        spent["dispatcher_cpu_s"] = round(_processor_s(dispatcher.pid) - before, 2)
        dispatcher.terminate()
        dispatcher.wait()
        _forget_heart()


def _processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _is_up() -> bool:
    from apps.notices.models import Heartbeat

    return Heartbeat.objects.filter(process="webhooks").exists()


def _forget_heart() -> None:
    from apps.notices.models import Heartbeat

    Heartbeat.objects.filter(process="webhooks").delete()


def _fill(port: int) -> list[Any]:
    from django.conf import settings
    from django.utils import timezone

    from apps.containers.models import Container, Visit, VisitRole
    from apps.network.models import Terminal
    from apps.parties.actors import Actor
    from apps.parties.models import Party
    from apps.webhooks.services import make_webhook
    from terminal.identifiers import check_digit

    settings.MESSAGES_MAY_STAY_INSIDE = True
    now, terminal = timezone.now(), Terminal.objects.get(code="cnlyg")
    parties = [Party.objects.create(code=f"bench-{n}", name=f"Shipper {n}", kind="shipper") for n in range(PARTIES)]
    for n, party in enumerate(parties):
        url = f"http://127.0.0.1:{port}/{n}"
        make_webhook(party=party, terminal=terminal, url=url, by=Actor.program(party, "bench"), at=now)
    bodies = [f"LBRU{n:06d}" for n in range(PARTIES * BOXES)]
    boxes = [Container(number=body + check_digit(body + "0"), size_type="22G1", teu=1) for body in bodies]
    Container.objects.bulk_create(boxes, batch_size=1000)
    here = {"state": "active", "position": "in_yard", "arrived_at": now}
    visits = [Visit(terminal=terminal, container=box, gross_kg=20_000, advised_at=now, **here) for box in boxes]
    Visit.objects.bulk_create(visits, batch_size=1000)
    VisitRole.objects.bulk_create(
        [
            VisitRole(visit=visit, party=parties[n % PARTIES], role="shipper", since=now)
            for n, visit in enumerate(visits)
        ],
        batch_size=1000,
    )
    return visits


def _steadily(visits: list[Any], rate: int, seconds: int) -> dict[str, float]:
    """Record so many a second, a tenth of a second's worth in one transaction; when each was recorded, by its id."""
    recorded: dict[str, float] = {}
    began = time.monotonic()
    for step in range(int(seconds / STEP_S)):
        time.sleep(max(0.0, began + step * STEP_S - time.monotonic()))
        many = int(rate * STEP_S)
        recorded |= _record([visits[(step * many + n) % len(visits)] for n in range(many)])
    return recorded


def _heap(visits: list[Any]) -> dict[str, float]:
    recorded: dict[str, float] = {}
    for first in range(0, HEAP, 1000):
        recorded |= _record([visits[(first + n) % len(visits)] for n in range(1000)])
    return recorded


def _record(visits: list[Any]) -> dict[str, float]:
    from django.utils import timezone

    from apps.journal.services import Happening, record_many
    from terminal.events import EventKind

    said = {"actor": "bench", "payload": {"cell": "A-01-1", "size_type": "22G1", "teu": "1.00", "laden": True}}
    kind, at = EventKind.CONTAINER_MOVED, timezone.now()
    entries = record_many(
        Happening(kind=kind, terminal_id=each.terminal_id, at=at, visit_id=each.pk,
                  container_number=each.container.number, **said)
        for each in visits
    )  # fmt: skip
    return {str(entry.public_id): entry.recorded_at.timestamp() for entry in entries}


def _until_all_are_told() -> None:
    from apps.journal.selectors import Place
    from apps.webhooks.models import Delivery, Reading
    from apps.webhooks.services.queueing import _behind

    def told() -> bool:
        place = Reading.objects.get()
        return not _behind(Place(place.xid, place.entry_id), 1) and not Delivery.objects.on_their_way().exists()

    _until(told, seconds=300)


def _until(so: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not so():
        if time.monotonic() > end:
            raise TimeoutError("it never came to be")
        time.sleep(0.1)


def _judge(recorded: dict[str, float], file: Path) -> dict[str, Any]:
    """What was told of what was recorded, how fast, and whether in order."""
    came = [(at, id_, container) for at, _path, id_, container in json.loads(file.read_text())]
    waits = sorted(at - recorded[id_] for at, id_, _ in came)
    order = {id_: place for place, id_ in enumerate(recorded)}
    last: dict[str, int] = {}
    backwards = 0
    for _at, id_, container in came:
        backwards += order[id_] < last.get(container, -1)
        last[container] = order[id_]
    span = came[-1][0] - came[0][0]
    return {
        "events": len(recorded),
        "told": len(came),
        "told_twice": len(came) - len({id_ for _, id_, _ in came}),
        "never_told": len(recorded.keys() - {id_ for _, id_, _ in came}),
        "out_of_order": backwards,
        "per_second": round(len(came) / span, 1),
        "wait_ms": {name: round(waits[int(share * (len(waits) - 1))] * 1000) for name, share in QUANTILES.items()},
    }


QUANTILES = {"median": 0.5, "p90": 0.9, "p99": 0.99, "longest": 1.0}


if __name__ == "__main__":
    print(json.dumps(run(*map(int, sys.argv[1:3])), indent=2))
