"""Figures in the words of the API: ratios with part and whole, lengths in minutes."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from apps.reports.selectors.kpis import Compared, Kpis
from apps.reports.selectors.used import Use
from apps.reports.tables import row_of
from terminal.kpis import Ratio

DIGITS: Final = Decimal("0.0001")


def kpis_out(told: Kpis) -> dict[str, Any]:
    """What ``KpisOut`` describes."""
    releases, quality = told.releases, told.quality
    return {
        "terminal": told.terminal.code,
        "zone": told.terminal.zone_name,
        "figures": row_of(told.period, told.terminal),
        "seven_day_mean_trains": _short(told.seven_day_mean),
        "compared": [_compared(each) for each in told.compared],
        "blocks": _uses(told.blocks),
        "track_metre_hours": ratio(told.tracks.metre_hours),
        "track_place_hours": ratio(told.tracks.place_hours),
        "track_share": _short(told.tracks.share),
        "tracks": _uses(told.tracks.tracks),
        "zones": _uses(told.zones),
        "zone_half_days": [
            {"zone": each.zone, "on": each.on, "half": each.half, "held_m2": ratio(each.used)}
            for each in told.half_days
        ],
        "dwell_minutes": _stays(told.dwell),
        "age_minutes": _stays(told.ages),
        "release_minutes": [_lengths(releases.total)],
        "release_minutes_by_channel": _named((each.value, of) for each, of in releases.by_channel.items()),
        "release_minutes_by_office": _named((each.code, of) for each, of in releases.by_office.items()),
        "customs_queues": [_queue(each) for each in told.queues],
        "quality": {name: ratio(getattr(quality, name)) for name in ("consists", "numbers", "seen", "verified")},
    }


def ratio(of: Ratio) -> dict[str, Any]:
    """Part, whole and share."""
    return {"part": Decimal(of.part), "whole": Decimal(of.whole), "share": _short(of.share)}


def _short(value: Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(DIGITS)


def _compared(each: Compared) -> dict[str, Any]:
    against = [
        {"to": name, "other": _short(of.other), "share": _short(of.share), "difference": _short(of.difference)}
        for name, of in each.against.items()
    ]
    return {"name": each.name, "value": _short(each.value), "against": against}


def _uses(uses: Iterable[Use]) -> list[dict[str, Any]]:
    return [
        {"code": each.code, "name": each.name, "used": ratio(each.used), "peak": _short(each.peak)} for each in uses
    ]


def _stays(stays: Mapping[tuple[str, str], Any]) -> list[dict[str, Any]]:
    return [{"direction": way, "load": load, **_lengths(of)} for (way, load), of in stays.items()]


def _named(lengths: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": name, **_lengths(of)} for name, of in lengths]


def _lengths(of: Any) -> dict[str, Any]:
    return {"count": of.count, "median": of.median, "p90": of.p90, "most": of.most}


def _queue(each: Any) -> dict[str, Any]:
    age = each.oldest_age
    return {
        "office": each.office.code,
        "length": each.length,
        "oldest_minutes": None if age is None else age // timedelta(minutes=1),
    }
