"""A consist of 55 wagons with 110 boxes, read from XLSX and taken in, against the same rows inserted unchecked.

``first``      nobody announced a box: wagons, boxes, visits, seals, dangerous goods, loads and their journal;
``again``      the same sheet once more: nothing differs, nothing is written but that it came;
``turned``     the train came the other way round: every wagon has another place;
``announced``  every box was announced before.

The floor of ``first`` is ``bulk_create`` of the rows it leaves, table by table, in one transaction: no reading,
no check, nothing compared. Medians of rounds, each with a train and boxes of its own.

    python -m benchmarks.consist
"""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks._db import database

WAGONS = 55
ROUNDS = 7


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Milliseconds of each case and of the floor, and how many queries each takes."""
    with database():
        site = _Site()
        site.round(site.new_train(), announced=False)
        taken = [site.round(site.new_train(), announced=False) for _ in range(rounds)]
        known = [site.round(site.new_train(), announced=True) for _ in range(rounds)]
    first = median(each["first"] for each in taken)
    floor = median(each["floor"] for each in taken)
    return {
        "wagons": WAGONS,
        "boxes": 2 * WAGONS,
        "rounds": rounds,
        **{f"{name}_ms": _ms(median(each[name] for each in taken)) for name in ("read", "first", "again", "turned")},
        "announced_ms": _ms(median(each["first"] for each in known)),
        "floor_ms": _ms(floor),
        "read_and_taken_in_ms": _ms(median(each["read"] + each["first"] for each in taken)),
        "times_the_floor": round(first / floor, 2),
        "queries": taken[0]["queries"],
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


class _Site:
    """Trains to come, and sheets for them."""

    def __init__(self) -> None:
        from django.utils import timezone

        from apps.network.models import Terminal
        from apps.parties.actors import Actor

        self.terminal: Any = Terminal.objects.get(code="cnlyg")
        self.at = timezone.now()
        self.by = Actor.itself("bench")
        self.serial = 0

    def new_train(self) -> Any:
        from apps.trains.services import announce_train

        self.serial += 1
        number = f"B{self.serial:04}"
        times: dict[str, Any] = {"scheduled_arrival_at": self.at, "scheduled_departure_at": self.at}
        return announce_train(terminal=self.terminal, number=number, by=self.by, at=self.at, **times)

    def round(self, train: Any, *, announced: bool) -> dict[str, Any]:
        """The seconds of every case for one train."""
        from apps.trains.consist import Consist, read_consist

        content = self._sheet(range(1, WAGONS + 1))
        read, told = _timed(lambda: read_consist(content))
        if announced:
            self._announce(train, told)
        first, queries = self._receive(train, told)
        again, _queries = self._receive(train, told)
        turned, _queries = self._receive(train, Consist(list(read_consist(self._sheet(range(WAGONS, 0, -1))).wagons)))
        floor = 0.0 if announced else _floor(train)
        return {"read": read, "first": first, "again": again, "turned": turned, "floor": floor, "queries": queries}

    def _receive(self, train: Any, told: Any) -> tuple[float, int]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from apps.trains.services import receive_consist

        with CaptureQueriesContext(connection) as counted:
            seconds, _found = _timed(lambda: receive_consist(train, told, by=self.by, at=self.at))
        return seconds, len(counted)

    def _announce(self, train: Any, told: Any) -> None:
        from apps.containers.services import Advice, advise

        said = {"terminal": self.terminal, "arrival_call": train.call}
        advise(
            [Advice(number=box.number, size_type=box.size_type, **said) for box in told.boxes], by=self.by, at=self.at
        )

    def _sheet(self, places: Any) -> bytes:
        from apps.common.xlsx import workbook_of
        from apps.trains.consist import COLUMNS

        lines = [self._line(place, wagon, at) for wagon, place in enumerate(places) for at in (1, 2)]
        return workbook_of([COLUMNS, *lines])

    def _line(self, place: int, wagon: int, at: int) -> list[Any]:
        serial = self.serial * 1000 + 2 * wagon + at
        on = [place, "CN7", 5_200_000 + wagon, "X70", 22_000, "13.4"]
        dangerous = ["1203", "3"] if serial % 10 == 0 else ["", ""]
        return [*on, at, _number(serial), "22G1", "yes", 20_000, "KZALA", f"CN{serial}", *dangerous]


def _number(serial: int) -> str:
    from terminal.identifiers import check_digit

    body = f"LBXU{serial:06d}"
    return body + check_digit(body + "0")


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


def _floor(train: Any) -> float:
    """Seconds for the rows a train's consist has left, made again under other keys and boxes."""
    from django.db import transaction

    from apps.containers.models import Container, Hazard, Seal, Visit
    from apps.journal.models import Entry
    from apps.trains.models import TrainVisit, Wagon, WagonLoad

    visits = list(Visit.objects.filter(arrival_call=train.call).order_by("pk"))
    kinds: dict[Any, list[Any]] = {
        Container: list(Container.objects.filter(visits__in=visits).order_by("pk")),
        Wagon: list(Wagon.objects.filter(train=train)),
        WagonLoad: list(WagonLoad.objects.filter(wagon__train=train)),
        Seal: list(Seal.objects.filter(visit__in=visits)),
        Hazard: list(Hazard.objects.filter(visit__in=visits)),
        Entry: list(Entry.objects.filter(visit_id__in=[visit.pk for visit in visits])),
    }
    twin = TrainVisit.objects.exclude(pk=train.pk).filter(wagons=None).first() or _twin(train)
    for rows in (visits, *kinds.values()):
        for row in rows:
            _make_new(row)
    for box in kinds[Container]:
        box.number = f"{box.number[:3]}Z{box.number[4:]}"
    for wagon in kinds[Wagon]:
        wagon.train = twin
    start = time.perf_counter()
    with transaction.atomic():
        boxes = Container.objects.bulk_create(kinds[Container])
        for visit, box in zip(visits, boxes, strict=True):
            visit.container = box
        Visit.objects.bulk_create(visits)
        wagons = Wagon.objects.bulk_create(kinds[Wagon])
        for at, load in enumerate(kinds[WagonLoad]):
            load.visit, load.wagon, load.place = visits[at], wagons[at // 2], at % 2 + 1
        for model in (WagonLoad, Seal, Hazard, Entry):
            model.objects.bulk_create(kinds[model])
    return time.perf_counter() - start


def _twin(train: Any) -> Any:
    from apps.parties.actors import Actor
    from apps.trains.services import announce_train

    at = train.call.scheduled_arrival_at
    times = {"scheduled_arrival_at": at, "scheduled_departure_at": at}
    said: dict[str, Any] = {"terminal": train.call.terminal, "number": f"{train.call.number}T"}
    return announce_train(**said, by=Actor.itself("bench"), at=at, **times)


def _make_new(row: Any) -> None:
    from apps.common.ids import uuid7

    row.pk = None
    row._state.adding = True
    for name in ("public_id", "lineage"):
        if hasattr(row, name):
            setattr(row, name, uuid7())


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS), sys.stdout, indent=1)
