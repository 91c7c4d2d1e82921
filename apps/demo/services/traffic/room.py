"""Generated bookings beside those that are there already: whoever finds no room is left out."""

from collections.abc import Iterator

import numpy as np

from apps.network.models import Terminal
from apps.warehouse.models import HalfDay
from terminal.traffic.moments import NEVER, Numbers
from terminal.traffic.records import Records
from terminal.traffic.warehouse import half_day


def others(records: Records, terminal: Terminal) -> Numbers:
    """Area in hundredths of m² that others hold, by zone and by half-day of the world's days."""
    world = records.world
    zones = {code: place for place, (code, _area) in enumerate(world.scenario.site.zones)}
    held = np.zeros((len(zones), 2 * len(world.days) + 2), dtype=np.int64)
    first = world.days.first.toordinal()
    there = HalfDay.objects.filter(zone__terminal=terminal, zone__code__in=zones, used_m2__gt=0)
    for code, on, half, used in there.values_list("zone__code", "on", "half", "used_m2"):
        place = 2 * (on.toordinal() - first) + half
        if 0 <= place < held.shape[1]:
            held[zones[code], place] += int(used * 100)
    return held


def that_fit(records: Records, asked: Numbers, held: Numbers) -> Iterator[int]:
    """Of the bookings asked for by now, in that order, those with room beside what others hold."""
    world, said = records.world, records.world.bookings
    over = np.where(said.over <= records.until, said.over, NEVER)
    first = half_day(said.start, world.days)
    after = half_day(said.end - 1, world.days) + 1
    after = np.where(over < NEVER, np.minimum(after, half_day(np.minimum(over, said.end), world.days)), after)
    turned_away = (said.rejected < NEVER) | (said.waits > 0)
    rooms = [int(area * 100) for _code, area in world.scenario.site.zones]
    for booking in asked.tolist():
        span = held[said.zone[booking], first[booking] : after[booking]]
        if not turned_away[booking]:
            if span.max(initial=0) + said.area_dm2[booking] > rooms[said.zone[booking]]:
                continue
            span += said.area_dm2[booking]
        yield booking
