"""What saturates first at a yearly volume, how much each resource carries, and what would make it fit."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import Sum

from apps.network.models import Terminal
from apps.planning.selectors.measured import Measured, measured
from apps.trains.models import Track
from apps.warehouse.models import Zone
from terminal.capacity import Remedy, ResourceUse, Site, remedies, what_saturates_first
from terminal.errors import Malformed, gettext_noop

USUAL_TEU_PER_BOX: Final = Decimal("1.6")
"""Where nothing was measured: four boxes in ten are of twenty foot."""

MOST_TEU: Final = Decimal(100_000_000)
MOST_DAYS: Final = Decimal(365)


class Nonsense(Malformed):
    """A volume or a stay no site could be asked about."""

    message = gettext_noop("%(what)s must lie above 0 and not above %(most)s, not: %(value)s.")


@dataclass(frozen=True, kw_only=True)
class Question:
    """A year's traffic: TEU (each box once), the stay of a train in hours, the dwell of a box in days.

    None: as the site is rated. ``busy``: judged on a day that one in twenty exceeds, not on the mean day.
    """

    teu_per_year: Decimal | None = None
    train_stay_hours: Decimal | None = None
    dwell_days: Decimal | None = None
    busy: bool = False


@dataclass(frozen=True, kw_only=True)
class CapacityAnswer:
    """Every resource at that traffic, the fullest first. ``measured`` None: the usual figures stand in for it."""

    terminal: Terminal
    site: Site
    measured: Measured | None
    teu_per_year: Decimal
    train_stay_hours: Decimal
    dwell_days: Decimal
    peak: Decimal
    uses: list[ResourceUse]
    remedies: list[Remedy]

    @property
    def fits(self) -> bool:
        """Whether every resource carries the traffic."""
        return all(use.fits for use in self.uses)

    @property
    def first(self) -> ResourceUse:
        """The resource that saturates first."""
        return self.uses[0]

    @property
    def carries_teu_per_year(self) -> Decimal | None:
        """The largest year that fits with these stays: what the first resource to saturate carries."""
        return self.carries(self.first)

    def carries(self, use: ResourceUse) -> Decimal | None:
        """The TEU a year at which that resource is full; None: it never is, nothing of it is needed."""
        return use.carries(self.teu_per_year)


def capacity(terminal: Terminal, question: Question, at: datetime) -> CapacityAnswer:
    """What the site says to a year's traffic; what nobody rates is as its last 90 days measure it. Raises ``Nonsense``.

    On a busy day everything that flows is taken times what such a day has over the mean one; so are stocks, which is
    somewhat more than stands in the yard in truth: one busy day is spread over the days its boxes stay.
    """
    teu = _sensible("TEU", question.teu_per_year or Decimal(terminal.rated_teu_per_year), MOST_TEU)
    stay = _sensible("h", question.train_stay_hours or Decimal(terminal.train_stay_hours), MOST_DAYS * 24)
    dwell = _sensible("d", question.dwell_days or Decimal(terminal.dwell_days), MOST_DAYS)
    seen = measured(terminal, at)
    site = site_of(terminal, seen)
    peak = seen.busy_day if question.busy and seen else Decimal(1)
    uses = what_saturates_first(site, teu * peak, stay, dwell)
    return CapacityAnswer(
        terminal=terminal,
        site=site,
        measured=seen,
        teu_per_year=teu,
        train_stay_hours=stay,
        dwell_days=dwell,
        peak=peak,
        uses=uses,
        remedies=remedies(site, uses, teu * peak, stay, dwell),
    )


def _sensible(what: str, value: Decimal, most: Decimal) -> Decimal:
    if not 0 < value <= most:
        raise Nonsense(what=what, value=str(value), most=str(most))
    return value


def site_of(terminal: Terminal, seen: Measured | None) -> Site:
    """The rated figures of the site; what nobody rates as it was measured, where it was."""
    tracks = list(Track.objects.filter(terminal=terminal, closed=False))
    zones = Zone.objects.filter(terminal=terminal, active=True).aggregate(area=Sum("usable_m2"))
    return Site(
        rated_teu_per_year=Decimal(terminal.rated_teu_per_year),
        trains_per_day=Decimal(terminal.rated_trains_per_day),
        track_lengths_m=tuple(Decimal(track.usable_m) for track in tracks),
        train_length_m=Decimal(max((track.place_m for track in tracks), default=1)),
        operating_capacity_teu=Decimal(terminal.operating_capacity_teu),
        working_hours_per_day=Decimal(terminal.working_hours),
        rail_lifts_per_hour=Decimal(terminal.rail_lifts_per_hour),
        yard_moves_per_hour=Decimal(terminal.yard_moves_per_hour),
        teu_per_box=seen.teu_per_box if seen else USUAL_TEU_PER_BOX,
        rail_lifts_per_box=seen.rail_lifts_per_box if seen else Decimal(1),
        warehouse_m2=zones["area"],
        warehouse_m2_days_per_teu=seen.warehouse_m2_days_per_teu if seen else None,
    )
