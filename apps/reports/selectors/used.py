"""How full yard, tracks and warehouse were over some days, out of the records."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Max, Sum

from apps.common.bulk import ask
from apps.network.models import Terminal
from apps.reports.sql import used
from apps.trains.models import Track
from apps.warehouse.models import HalfDay, Zone
from apps.yard.models import Block
from terminal.kpis import Ratio, Span
from terminal.lifecycle import VisitState
from terminal.throughput import day_bounds

ZERO: Final = Decimal(0)
HALVES: Final = 2


@dataclass(frozen=True)
class Use:
    """How much of a thing was used of how much there was, on average, and what share of it at the fullest."""

    code: str
    name: str
    used: Ratio
    peak: Decimal | None = None


@dataclass(frozen=True)
class TrackUse:
    """Metre-hours and hours of train places, taken of those there were. The tighter of both tells."""

    metre_hours: Ratio
    place_hours: Ratio
    tracks: list[Use]

    @property
    def share(self) -> Decimal | None:
        """The larger of both shares."""
        known = [each for each in (self.metre_hours.share, self.place_hours.share) if each is not None]
        return max(known, default=None)


def blocks_used(terminal: Terminal, span: Span, at: datetime) -> list[Use]:
    """TEU that stood in each block on average, of what it holds when operated."""
    facts = {**_between(terminal, span, at), "here": [VisitState.ACTIVE.value, VisitState.DEPARTED.value]}
    stood = dict(ask(used.BLOCKS, facts))
    blocks = Block.objects.filter(terminal=terminal).order_by("code")
    return [
        Use(block.code, block.get_kind_display(), Ratio(_rounded(stood.get(block.pk, ZERO)), _holds(block, terminal)))
        for block in blocks
    ]


def _holds(block: Block, terminal: Terminal) -> Decimal:
    return block.ground_slots * block.tiers * Decimal(terminal.operating_fill)


def tracks_used(terminal: Terminal, span: Span, at: datetime) -> TrackUse:
    """What trains took of the open tracks, counted both ways."""
    facts = _between(terminal, span, at)
    hours = Decimal(int((facts["end"] - facts["start"]).total_seconds())) / 3600
    tracks = {track.pk: track for track in Track.objects.filter(terminal=terminal, closed=False).order_by("code")}
    rows = {pk: (metre_hours, place_hours) for pk, metre_hours, place_hours in ask(used.TRACKS, facts)}
    each = {
        pk: (
            Ratio(_rounded(rows[pk][0]), track.usable_m * hours),
            Ratio(_rounded(rows[pk][1]), track.places * hours),
        )
        for pk, track in tracks.items()
        if pk in rows
    }
    return TrackUse(
        metre_hours=sum((metres for metres, _places in each.values()), Ratio()),
        place_hours=sum((places for _metres, places in each.values()), Ratio()),
        tracks=[Use(tracks[pk].code, "", metres) for pk, (metres, _places) in each.items()],
    )


def zones_used(terminal: Terminal, span: Span) -> list[Use]:
    """m² held in each zone, of its usable m², over all half-days of the span; and the share of the fullest."""
    held = HalfDay.objects.filter(zone__terminal=terminal, on__range=(span.first, span.last))
    rows = {row["zone"]: row for row in held.order_by().values("zone").annotate(m2=Sum("used_m2"), most=Max("used_m2"))}
    halves = HALVES * span.days
    found = []
    for zone in Zone.objects.filter(terminal=terminal, active=True).order_by("code"):
        row: Any = rows.get(zone.pk, {"m2": ZERO, "most": ZERO})
        found.append(Use(zone.code, zone.name, Ratio(row["m2"], zone.usable_m2 * halves), row["most"] / zone.usable_m2))
    return found


@dataclass(frozen=True)
class Held:
    """m² held in a zone in a half-day (0: 00–12, 1: 12–24), of its usable m²."""

    zone: str
    on: date
    half: int
    used: Ratio


def half_days(terminal: Terminal, span: Span) -> list[Held]:
    """The half-days of the span in which a zone holds anything, by zone."""
    held = HalfDay.objects.filter(zone__terminal=terminal, on__range=(span.first, span.last), used_m2__gt=0)
    rows = held.order_by("zone__code", "on", "half").select_related("zone")
    return [Held(row.zone.code, row.on, row.half, Ratio(row.used_m2, row.zone.usable_m2)) for row in rows]


def _between(terminal: Terminal, span: Span, at: datetime) -> dict[str, Any]:
    """From the first moment of the span to its last, or to now while it lasts; one second at least."""
    start, end = day_bounds(span.first, terminal.zone)[0], day_bounds(span.last, terminal.zone)[1]
    return {"terminal": terminal.pk, "start": start, "end": max(min(end, at), start + timedelta(seconds=1))}


def _rounded(value: Any) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"))
