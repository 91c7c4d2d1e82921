"""What would have to change for a year's traffic to fit: for each resource that is too small, how far each of the
figures behind it would have to go."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from terminal.capacity.saturation import DAYS_A_YEAR, ResourceUse, Site


class Lever(StrEnum):
    """A figure of the site that somebody can work on."""

    TRAINS_A_DAY = "trains_a_day"
    TEU_PER_TRAIN = "teu_per_train"
    TRAIN_STAY_HOURS = "train_stay_hours"
    TRAIN_PLACES = "train_places"
    DWELL_DAYS = "dwell_days"
    OPERATING_CAPACITY_TEU = "operating_capacity_teu"
    LIFTS_PER_HOUR = "lifts_per_hour"
    MOVES_PER_HOUR = "moves_per_hour"
    WAREHOUSE_M2 = "warehouse_m2"
    WAREHOUSE_M2_DAYS_PER_TEU = "warehouse_m2_days_per_teu"


@dataclass(frozen=True, slots=True)
class Remedy:
    """``lever`` is ``present``; at ``needed`` the resource carries the traffic, everything else as it is."""

    resource: str
    lever: Lever
    present: Decimal
    needed: Decimal


@dataclass(frozen=True, slots=True)
class _Asked:
    """The traffic that is to fit."""

    site: Site
    use: ResourceUse
    teu_per_day: Decimal
    stay_hours: Decimal
    dwell_days: Decimal


def remedies(
    site: Site, uses: list[ResourceUse], teu_per_year: Decimal, train_stay_hours: Decimal, dwell_days: Decimal
) -> list[Remedy]:
    """For every use that does not fit, in the order given, what alone would make it fit."""
    found: list[Remedy] = []
    for use in uses:
        if not use.fits:
            asked = _Asked(site, use, teu_per_year / DAYS_A_YEAR, train_stay_hours, dwell_days)
            found += _REMEDIES[use.resource](asked)
    return found


def _railway(asked: _Asked) -> list[Remedy]:
    site, name = asked.site, asked.use.resource
    per_train = asked.teu_per_day / site.trains_per_day if site.trains_per_day else Decimal("Infinity")
    return [
        Remedy(name, Lever.TRAINS_A_DAY, site.trains_per_day, asked.use.needed),
        Remedy(name, Lever.TEU_PER_TRAIN, site.teu_per_train, per_train),
    ]


def _places(asked: _Asked) -> list[Remedy]:
    site, use = asked.site, asked.use
    stay = asked.stay_hours * use.rated / use.needed
    places = use.needed.to_integral_value(rounding="ROUND_CEILING")
    return [
        Remedy(use.resource, Lever.TRAIN_STAY_HOURS, asked.stay_hours, stay),
        Remedy(use.resource, Lever.TRAIN_PLACES, Decimal(site.train_places), places),
    ]


def _metres(asked: _Asked) -> list[Remedy]:
    stay = asked.stay_hours * asked.use.rated / asked.use.needed
    return [Remedy(asked.use.resource, Lever.TRAIN_STAY_HOURS, asked.stay_hours, stay)]


def _yard(asked: _Asked) -> list[Remedy]:
    use = asked.use
    return [
        Remedy(use.resource, Lever.DWELL_DAYS, asked.dwell_days, use.rated / asked.teu_per_day),
        Remedy(use.resource, Lever.OPERATING_CAPACITY_TEU, use.rated, use.needed),
    ]


def _an_hour(lever: Lever) -> Callable[[_Asked], list[Remedy]]:
    def of(asked: _Asked) -> list[Remedy]:
        hours = asked.site.working_hours_per_day
        return [Remedy(asked.use.resource, lever, asked.use.rated / hours, asked.use.needed / hours)]

    return of


def _warehouse(asked: _Asked) -> list[Remedy]:
    use = asked.use
    present = asked.site.warehouse_m2_days_per_teu or Decimal(0)
    return [
        Remedy(use.resource, Lever.WAREHOUSE_M2_DAYS_PER_TEU, present, use.rated / asked.teu_per_day),
        Remedy(use.resource, Lever.WAREHOUSE_M2, use.rated, use.needed),
    ]


_REMEDIES: Final[dict[str, Callable[[_Asked], list[Remedy]]]] = {
    "railway": _railway,
    "train places": _places,
    "track metres": _metres,
    "rail cranes": _an_hour(Lever.LIFTS_PER_HOUR),
    "yard machines": _an_hour(Lever.MOVES_PER_HOUR),
    "yard": _yard,
    "warehouse": _warehouse,
}
