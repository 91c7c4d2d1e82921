"""A box's journeys on its page: its stays, and one line per wagon between them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

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
    """In the order in which it happened; every time is that of the place, with its offset."""
    zones = {visit.terminal.un_locode: visit.terminal.zone for visit in journey.visits}
    legs = [((leg.left_at or leg.came_at), f"{leg.scheme} {leg.wagon}", _leg(leg, zones)) for leg in journey.legs]
    stays = [(visit.arrived_at, visit.terminal.name, _stay(visit, changed)) for visit in journey.visits]
    rows = sorted([*legs, *stays], key=lambda row: (row[0] is None, row[0] and row[0].timestamp()))
    return format_html_join("", LINE, [(name, words) for _moment, name, words in rows])


def _stay(visit: Visit, changed: dict[int, GaugeTransfer]) -> str:
    row, zone = changed.get(visit.pk), visit.terminal.zone
    times = f"{_time(visit.arrived_at, zone)} – {_time(visit.departed_at, zone)}"
    return format_html("{} {}", times, linked(row, _("gauge change")) if row else "")


def _leg(leg: RailLeg, zones: dict[str, ZoneInfo]) -> str:
    return format_html(
        "{} · {} mm · {} {} → {} {}",
        leg.train,
        leg.gauge_mm,
        leg.start or "…",
        _time(leg.left_at, zones.get(leg.start)),
        leg.end or "…",
        _time(leg.came_at, zones.get(leg.end)),
    )


def _time(moment: datetime | None, zone: ZoneInfo | None) -> str:
    return f"{localtime(moment, zone):%Y-%m-%d %H:%M %z}" if moment else ""
