"""A box's journeys on its page: its stays, and one line per wagon between them."""

from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime

from apps.common.admin import linked
from apps.containers.models import Visit, VisitQuerySet
from apps.trains.models import GaugeTransfer
from apps.trains.selectors.journeys import Journey, RailLeg, journeys

LINE = '<div class="py-1"><strong>{}</strong> {}</div>'


def told(stays: VisitQuerySet) -> str:
    """The journeys that these stays of one box make up, the newest first; nothing where there is no stay."""
    found = journeys(stays)
    changed = {each.visit_id: each for each in GaugeTransfer.objects.filter(visit__in=stays)}
    parts = [(_journey(each, changed),) for each in reversed(found)]
    return format_html_join("", '<div class="mb-4">{}</div>', parts) if parts else ""


def _journey(journey: Journey, changed: dict[int, GaugeTransfer]) -> str:
    rows = [(visit.terminal.name, _stay(visit, changed)) for visit in journey.visits]
    legs = [(f"{leg.scheme} {leg.wagon}", _leg(leg)) for leg in journey.legs]
    return format_html_join("", LINE, [*rows, *legs])


def _stay(visit: Visit, changed: dict[int, GaugeTransfer]) -> str:
    row = changed.get(visit.pk)
    times = f"{_time(visit.arrived_at)} – {_time(visit.departed_at)}"
    return format_html("{} {}", times, linked(row) if row else "")


def _leg(leg: RailLeg) -> str:
    return format_html(
        "{} · {} mm · {} {} → {} {}",
        leg.train,
        leg.gauge_mm,
        leg.start or "…",
        _time(leg.left_at),
        leg.end or "…",
        _time(leg.came_at),
    )


def _time(moment: datetime | None) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
