"""Figures in the reader's words: lines of tables for pages, papers and sheets."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.figures import figure, percent
from apps.common.words import word
from apps.reports.selectors.kpis import Compared, Kpis
from apps.reports.selectors.periods import Period
from apps.reports.selectors.used import Use
from terminal.kpis import Against, Ratio

Line = list[str]
NOTHING: Final = "–"
HOUR: Final = 60
DAY: Final = 24 * HOUR

NAMES: Final = {
    "trains_per_day": gettext_lazy("trains departed a day"),
    "trains_arrived_per_day": gettext_lazy("trains arrived a day"),
    "teu_per_day": gettext_lazy("throughput, TEU a day"),
    "teu_in_per_day": gettext_lazy("in, TEU a day"),
    "teu_out_per_day": gettext_lazy("out, TEU a day"),
}
OTHERS: Final = {
    "rated": gettext_lazy("rated"),
    "target": gettext_lazy("target"),
    "before": gettext_lazy("time before"),
    "last_week": gettext_lazy("last week"),
    "last_year": gettext_lazy("last year"),
}
QUALITY: Final = {
    "consists": gettext_lazy("consist here before its train"),
    "numbers": gettext_lazy("box off a train announced by its number"),
    "seen": gettext_lazy("counted box found where it was booked"),
    "verified": gettext_lazy("position seen within 30 days"),
}
MODES: Final = {
    "rail": gettext_lazy("rail"),
    "road": gettext_lazy("road"),
    "sea": gettext_lazy("sea"),
    "barge": gettext_lazy("barge"),
}
WAYS: Final = {"in": gettext_lazy("in"), "out": gettext_lazy("out")}


def share(of: Ratio | Decimal | None) -> str:
    """A share in percent, a dash where there is none."""
    value = of.share if isinstance(of, Ratio) else of
    return NOTHING if value is None else percent(value, 1)


def parts(of: Ratio) -> str:
    """A share with its part and whole."""
    return f"{share(of)} ({figure(of.part, 1)} / {figure(of.whole, 1)})" if of.whole else NOTHING


def length(minutes: int | None) -> str:
    """A length of time: hours below two days, days above."""
    if minutes is None:
        return NOTHING
    if minutes < 2 * DAY:
        return _("%(hours)s h") % {"hours": figure(Decimal(minutes) / HOUR, 1)}
    return _("%(days)s days") % {"days": figure(Decimal(minutes) / DAY, 1)}


def beside(against: Against | None) -> str:
    """A figure beside another: the other, the share of it, the difference; a dash where nobody knows it."""
    if against is None or against.other is None:
        return NOTHING
    more = f"{'+' if (against.difference or 0) > 0 else ''}{figure(against.difference or 0, 1)}"
    return f"{figure(against.other, 1)} · {share(against.share)} · {more}"


def compared_titles(told: Kpis) -> Line:
    """The heads of ``compared_lines``."""
    return [_("figure"), _("value"), *(str(OTHERS[name]) for name in _against_names(told))]


def compared_lines(told: Kpis) -> list[Line]:
    """Each figure, and each other beside it: the other · share of it · difference."""
    names = _against_names(told)
    return [_compared(each, names) for each in told.compared]


def _against_names(told: Kpis) -> list[str]:
    known = {name for each in told.compared for name in each.against}
    return [name for name in OTHERS if name in known]


def _compared(each: Compared, names: Iterable[str]) -> Line:
    return [str(NAMES[each.name]), figure(each.value, 1), *(beside(each.against.get(name)) for name in names)]


def filling_said(told: Kpis) -> str:
    """That the yard was only filling on some of the days, and what that does to figures; nothing where it was not."""
    if told.filled_until is None:
        return ""
    return _(
        "Until %(day)s the yard was filling: not yet half of a usual day came and went. These days are counted as they "
        "were; means over them and comparisons with them say little."
    ) % {"day": date_format(told.filled_until, "SHORT_DATE_FORMAT")}


def main_lines(told: Kpis) -> list[Line]:
    """What a reader looks at first, each with how it is reckoned."""
    found, capacity = told.period, Decimal(told.terminal.operating_capacity_teu)
    standing, stays = told.ages.get(("", "")), told.dwell.get(("", ""))
    tolerance = told.terminal.on_time_tolerance_minutes
    return [
        [_("throughput, TEU"), figure(found.throughput_teu, 1), _("(in + out) ÷ 2")],
        [_("trains departed"), figure(found["trains_departed"]), _seven(told.seven_day_mean)],
        [_("departed on time"), parts(found.on_time), _("up to %(minutes)s minutes late") % {"minutes": tolerance}],
        [_("yard on average"), share(Ratio(found.level.mean_teu, capacity)), _teu(found.level.mean_teu)],
        [_("yard at its fullest"), share(Ratio(found.level.peak_teu, capacity)), _teu(found.level.peak_teu)],
        [_("tracks"), share(told.tracks.share), _("the tighter of metre-hours and train places")],
        [_("unproductive lifts"), share(found.rehandles), _("of productive lifts")],
        [_("stay of a box, half within"), length(stays.median if stays else None), _nine(stays)],
        [_("age of what stands, half within"), length(standing.median if standing else None), _nine(standing)],
        [_("customs release, half within"), length(told.releases.total.median), _nine(told.releases.total)],
    ]


def _teu(value: Decimal) -> str:
    return f"{figure(value)} TEU"


def _seven(mean: Decimal | None) -> str:
    return "" if mean is None else _("%(mean)s a day over seven days") % {"mean": figure(mean, 1)}


def _nine(lengths: Any) -> str:
    return (
        "" if lengths is None or not lengths.count else _("nine in ten: %(length)s") % {"length": length(lengths.p90)}
    )


def mode_lines(found: Period) -> list[Line]:
    """Boxes and TEU by mode, and by load, in and out."""
    rows = [(str(name), str(key)) for key, name in MODES.items()] + [(_("laden"), "laden"), (_("empty"), "empty")]
    return [
        [name, *(figure(found[f"{way}_{key}{teu}"], 1) for way in WAYS for teu in ("", "_teu"))] for name, key in rows
    ]


def stay_lines(stays: Mapping[tuple[str, str], Any]) -> list[Line]:
    """Stays or ages by direction and load."""
    return [
        [
            f"{word(way)} · {word(load)}" if way else _("all"),
            figure(each.count),
            length(each.median),
            length(each.p90),
            length(each.most),
        ]
        for (way, load), each in stays.items()
    ]


def use_lines(uses: Iterable[Use]) -> list[Line]:
    """Blocks, tracks or zones with what was used of them."""
    return [[f"{each.code} {each.name}".strip(), share(each.used), share(each.peak)] for each in uses]


def quality_lines(told: Kpis) -> list[Line]:
    """How far the records can be trusted."""
    return [[str(name), parts(getattr(told.quality, key))] for key, name in QUALITY.items()]


def release_lines(told: Kpis) -> list[Line]:
    """Release times by channel and by office."""
    named = [(word(each.value), of) for each, of in told.releases.by_channel.items()]
    named += [(each.name, of) for each, of in told.releases.by_office.items()]
    return [[name, figure(of.count), length(of.median), length(of.p90), length(of.most)] for name, of in named]


def queue_lines(told: Kpis) -> list[Line]:
    """What waits at each office, and since when."""
    return [
        [each.office.name, figure(each.length), length(_minutes(each.oldest_age))]
        for each in told.queues
        if each.length
    ]


def _minutes(age: Any) -> int | None:
    return None if age is None else int(age.total_seconds() // HOUR)
