"""What saturates first when the traffic grows.

# Note [Little]
What stands on a site is what arrives in a time × how long each stays (Little's law). 10.2 trains a day that stay
9 hours are 10.2 × 9 ÷ 24 = 3.8 trains on site at any moment, whatever their timetable: of 4 places, 96 %. The same
law gives the TEU in the yard (TEU a day × dwell in days) and the m² in use in the warehouse.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Final

DAYS_A_YEAR: Final = 365
HOURS_A_DAY: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The rated figures of one site. They are its operator's; none is known to this module.

    A rated year of TEU counts every box once for its whole stay. ``warehouse_m2_days_per_teu`` is the area × days
    that one TEU of the site's throughput takes in the warehouse on average (most never enter it); None where nobody
    has measured it, and then the warehouse is left out of the answer.
    """

    rated_teu_per_year: Decimal
    trains_per_day: Decimal
    track_lengths_m: tuple[Decimal, ...]
    train_length_m: Decimal
    operating_capacity_teu: Decimal
    working_hours_per_day: Decimal
    rail_lifts_per_hour: Decimal
    yard_moves_per_hour: Decimal
    teu_per_box: Decimal
    rail_lifts_per_box: Decimal = Decimal(1)
    yard_moves_per_box: Decimal = Decimal(2)
    warehouse_m2: Decimal | None = None
    warehouse_m2_days_per_teu: Decimal | None = None

    @property
    def teu_per_day(self) -> Decimal:
        """The rated year spread evenly over its days."""
        return self.rated_teu_per_year / DAYS_A_YEAR

    @property
    def teu_per_train(self) -> Decimal:
        """The TEU each train must carry for the rated trains to make the rated year."""
        return self.teu_per_day / self.trains_per_day

    @property
    def train_places(self) -> int:
        """Whole trains that fit on the working tracks; a train is not split over two."""
        return sum(int(length // self.train_length_m) for length in self.track_lengths_m)


@dataclass(frozen=True, slots=True)
class ResourceUse:
    """How much of one resource is needed and there, in ``unit``."""

    resource: str
    unit: str
    needed: Decimal
    rated: Decimal

    @property
    def utilisation(self) -> Decimal:
        """Needed ÷ rated: above 1 it does not fit. Infinite where something is needed and nothing is there."""
        if self.rated > 0:
            return self.needed / self.rated
        return Decimal("Infinity") if self.needed > 0 else Decimal(0)

    @property
    def fits(self) -> bool:
        return self.utilisation <= 1

    def carries(self, teu_per_year: Decimal) -> Decimal | None:
        """The whole TEU a year at which it is full, where ``teu_per_year`` needs this; None: it never is."""
        if self.needed <= 0:
            return None
        return (teu_per_year * self.rated / self.needed).to_integral_value(ROUND_HALF_EVEN)


def what_saturates_first(
    site: Site, teu_per_year: Decimal, train_stay_hours: Decimal, dwell_days: Decimal
) -> list[ResourceUse]:
    """Every resource at that traffic, the fullest first; the first above 1 is what the traffic does not fit.

    Average loads: a peak needs more. The stay is that of a train on its track, the dwell that of a box in the yard.
    See Note [Little].
    """
    teu_per_day = teu_per_year / DAYS_A_YEAR
    trains = site.trains_per_day * teu_per_year / site.rated_teu_per_year
    uses = [
        *_railway(site, trains, trains * train_stay_hours / HOURS_A_DAY),
        *_handling(site, teu_per_day / site.teu_per_box),
        ResourceUse("yard", "TEU", teu_per_day * dwell_days, site.operating_capacity_teu),
        *_warehouse(site, teu_per_day),
    ]
    return sorted(uses, key=lambda use: (-use.utilisation, use.resource))


def _railway(site: Site, trains_per_day: Decimal, trains_on_site: Decimal) -> list[ResourceUse]:
    metres = sum(site.track_lengths_m, Decimal(0))
    return [
        ResourceUse("railway", "trains/day", trains_per_day, site.trains_per_day),
        ResourceUse("train places", "trains", trains_on_site, Decimal(site.train_places)),
        ResourceUse("track metres", "m", trains_on_site * site.train_length_m, metres),
    ]


def _handling(site: Site, boxes_per_day: Decimal) -> list[ResourceUse]:
    lifts, moves = boxes_per_day * site.rail_lifts_per_box, boxes_per_day * site.yard_moves_per_box
    hours = site.working_hours_per_day
    return [
        ResourceUse("rail cranes", "lifts/day", lifts, site.rail_lifts_per_hour * hours),
        ResourceUse("yard machines", "moves/day", moves, site.yard_moves_per_hour * hours),
    ]


def _warehouse(site: Site, teu_per_day: Decimal) -> list[ResourceUse]:
    if site.warehouse_m2 is None or site.warehouse_m2_days_per_teu is None:
        return []
    return [ResourceUse("warehouse", "m²", teu_per_day * site.warehouse_m2_days_per_teu, site.warehouse_m2)]


def fits(uses: list[ResourceUse]) -> bool:
    """Whether every resource carries the traffic."""
    return all(use.fits for use in uses)


def operating_capacity_teu(ground_slots: int, tiers: int, operating_fill: Decimal) -> int:
    """Whole TEU a yard holds in good order: 20′ places on the ground × tiers × the fill it still works at."""
    return int((ground_slots * tiers * operating_fill).to_integral_value(ROUND_DOWN))
