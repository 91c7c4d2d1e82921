"""The timetable after the demo's week: nine trains a day, with places that shippers can book. Illustrative."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice

from apps.demo.story import Story
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains import services as trains
from apps.trains.models import ServiceQuota, TimetableLine, TrainService
from terminal.throughput import Mode

TRAINS_A_DAY = 9
APART = timedelta(minutes=24 * 60 // TRAINS_A_DAY)
DAILY = [1, 2, 3, 4, 5, 6, 7]
SHARES = (Decimal("0.6"), Decimal("0.25"))
"""Of a train's TEU, for the last and the last but one place of its route."""


def keep(terminal: Terminal, story: Story, *, by: Actor, at: datetime) -> int:
    """Lines from the day after the story's last train on, and their trains of the next weeks; how many those are."""
    last = max(vehicle.leaves_at for vehicle in story.vehicles if vehicle.mode is Mode.RAIL)
    first = last.astimezone(terminal.zone).date() + timedelta(days=1)
    services = list(TrainService.objects.filter(terminal=terminal, active=True).order_by("code"))
    for service, arrives in zip(islice(cycle(services), TRAINS_A_DAY), _times(), strict=True):
        leaves = arrives + timedelta(hours=float(service.stay_hours))
        TimetableLine.objects.create(
            service=service,
            weekdays=DAILY,
            arrives_at=arrives.time(),
            departs_at=leaves.time(),
            departs_days_later=(leaves.date() - arrives.date()).days,
            valid_from=first,
        )
    ServiceQuota.objects.bulk_create(quota for service in services for quota in _quotas(service))
    return len(trains.run_timetable(terminal, by=by, at=at).made)


def _times() -> Iterator[datetime]:
    day = datetime(2026, 1, 1, 1, tzinfo=UTC)
    return (day + APART * turn for turn in range(TRAINS_A_DAY))


def _quotas(service: TrainService) -> Iterator[ServiceQuota]:
    places = service.wagons * 2
    for share, destination in zip(SHARES, reversed(service.route), strict=False):
        yield ServiceQuota(service=service, destination=destination, teu=int(places * share))
