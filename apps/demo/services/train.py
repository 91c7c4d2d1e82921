"""The train that stands here now: its consist came before it, and part of it is discharged."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from apps.containers.models import Visit
from apps.demo.story import BoxStay, Vehicle
from apps.parties.actors import Actor
from apps.trains import services as trains
from apps.trains.consist import read_consist
from apps.trains.models import TrainVisit

COLUMNS = (
    "wagon_sequence,wagon_scheme,wagon_number,wagon_type,tare_kg,length_m,position,"
    "container_number,size_type,laden,gross_kg,destination"
)
FIRST_WAGON = 5200100


def consist(vehicle: Vehicle) -> str:
    """The train's consist as CSV: a 40′ or 45′ alone on its wagon, 20′ in pairs."""
    lines = [COLUMNS]
    for sequence, wagon in enumerate(_wagons(vehicle), 1):
        head = f"{sequence},CN7,{FIRST_WAGON + 7 * sequence},X70,22000,13.4"
        for position, stay in enumerate(wagon, 1):
            box = stay.row
            lines.append(
                f"{head},{position},{stay.number},{box['size_type']},{box['laden']},{box['gross_kg']},"
                f"{box['destination']}"
            )
    return "\n".join(lines) + "\n"


def _wagons(vehicle: Vehicle) -> Iterator[list[BoxStay]]:
    small = [stay for stay in vehicle.brings if stay.row["size_type"].startswith("2")]
    yield from ([stay] for stay in vehicle.brings if stay not in small)
    yield from (small[start : start + 2] for start in range(0, len(small), 2))


def bring_train(vehicle: Vehicle, train: TrainVisit, visits: dict[int, Visit], *, by: Actor, at: datetime) -> None:
    """Its papers come six hours ahead, it takes a track, and what is off by now is discharged."""
    came = vehicle.comes_at
    trains.receive_consist(train, read_consist(consist(vehicle).encode()), by=by, at=came - timedelta(hours=6))
    trains.arrive_train(train, by=by, at=came)
    done = {visits[id(stay)].pk for stay in vehicle.brings if stay.in_at <= at}
    trains.discharge(train, [load for load in trains.loads_to_discharge(train) if load.visit_id in done], by=by, at=at)
