"""The report to the owners of a terminal, as paper and lines, in the language that is active."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.common.figures import figure, month_in_words, percent
from apps.common.paper import Column, Paper, Table, printed
from apps.parties.models import Ownership
from apps.reports import words
from apps.reports.selectors.kpis import Kpis
from apps.reports.selectors.periods import Period
from terminal.kpis import Span
from terminal.throughput import site_day

SHOWN_DAYS: Final = 3
WORSE: Final = Decimal("0.10")
"""By how much a share of a day has to be worse than that of the whole time to be named."""
FULL: Final = Decimal("0.85")


@dataclass(frozen=True)
class OwnersReport:
    """A week or a month: its figures, its days, and whose the terminal is. ``name``: 2026-05 or 2026-W19.

    ``whole``: the week or month itself; the figures end with the day on which they were made while it runs.
    """

    name: str
    whole: Span
    told: Kpis
    days: Sequence[Period]
    owners: Sequence[Ownership]
    made_at: datetime

    @property
    def span(self) -> Span:
        return self.told.period.span

    @property
    def up_to(self) -> date | None:
        """The day with which its figures end because the week or month was not over; None: it was."""
        today = site_day(self.made_at, self.told.terminal.zone)
        return None if self.whole.last < today else self.span.last


def title(report: OwnersReport) -> str:
    """What paper it is, in words; of a time that was not over, up to when."""
    said = _title(report.whole)
    if report.up_to is None:
        return said
    return _("%(report)s, up to %(day)s only") % {"report": said, "day": date_format(report.up_to, "SHORT_DATE_FORMAT")}


def _title(whole: Span) -> str:
    if whole.is_month:
        return _("Monthly report, %(month)s") % {"month": month_in_words(whole.first)}
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (whole.first, whole.last))
    return _("Weekly report, %(first)s – %(last)s") % {"first": first, "last": last}


def headline(report: OwnersReport) -> str:
    """What one reads in a list of mails."""
    found, terminal = report.told.period, report.told.terminal
    return _("%(title)s: %(teu)s TEU a day (%(share)s of rated), %(trains)s trains a day") % {
        "title": title(report),
        "teu": figure(found.teu_per_day),
        "share": percent(found.teu_per_day / terminal.rated_teu_per_day),
        "trains": figure(found.trains_per_day, 1),
    }


def best_and_worst(report: OwnersReport) -> tuple[list[Period], list[Period]]:
    """The days with the most and with the least throughput, none in both."""
    ranked = sorted(report.days, key=lambda day: (-day.throughput_teu, day.span.first))
    shown = min(SHOWN_DAYS, len(ranked) // 2)
    return ranked[:shown], ranked[::-1][:shown]


def causes(day: Period, report: OwnersReport) -> str:
    """What was worse that day than in the whole time, from the figures alone; a dash where nothing was."""
    whole, capacity = report.told.period, Decimal(report.told.terminal.operating_capacity_teu)
    said = []
    if not day["trains_arrived"] and whole["trains_arrived"]:
        said.append(_("no train came"))
    if _worse(day.on_time.share, whole.on_time.share):
        late = day.on_time.whole - day.on_time.part
        said.append(_("%(late)s of %(all)s trains left late") % {"late": late, "all": day.on_time.whole})
    if _worse(day.consists.share, whole.consists.share):
        late = day.consists.whole - day.consists.part
        said.append(_("%(late)s of %(all)s consists not here before") % {"late": late, "all": day.consists.whole})
    if _worse(_less(day.rehandles.share), _less(whole.rehandles.share)):
        said.append(_("%(share)s unproductive lifts") % {"share": words.share(day.rehandles)})
    if day.level.peak_teu >= FULL * capacity:
        said.append(_("yard at %(share)s") % {"share": percent(day.level.peak_teu / capacity)})
    return "; ".join(said) or words.NOTHING


def _less(share: Decimal | None) -> Decimal | None:
    return None if share is None else -share


def _worse(share: Decimal | None, whole: Decimal | None) -> bool:
    return share is not None and whole is not None and whole - share >= WORSE


def sections(report: OwnersReport) -> list[tuple[str, list[str], list[list[str]]]]:
    """Every table of the report: its title, its heads, its lines."""
    told = report.told
    best, worst = best_and_worst(report)
    owned_heads = [pgettext("of the terminal", "owner"), _("share"), _("TEU")]
    day_heads = [_("day"), _("TEU"), pgettext("head of a column", "trains"), _("what was worse than in the whole time")]
    stays = ["", _("number"), _("half within"), _("nine in ten within"), _("longest")]
    return [
        (_("Figures"), [_("figure"), _("value"), _("how")], words.main_lines(told)),
        (_("Compared, a day: other · share · difference"), words.compared_titles(told), words.compared_lines(told)),
        (_("Best days"), day_heads, [_day(day, report) for day in best]),
        (_("Worst days"), day_heads, [_day(day, report) for day in worst]),
        (
            _("By mode and load"),
            ["", _("boxes in"), _("TEU in"), _("boxes out"), _("TEU out")],
            words.mode_lines(told.period),
        ),
        (_("Stays that ended"), stays, words.stay_lines(told.dwell)),
        (_("Releases by customs"), stays, words.release_lines(told)),
        (_("How far the records can be trusted"), ["", _("share")], words.quality_lines(told)),
        (_("Throughput by share of ownership"), owned_heads, _owned(report)),
    ]


def _day(day: Period, report: OwnersReport) -> list[str]:
    on = date_format(day.span.first, "SHORT_DATE_FORMAT")
    return [on, figure(day.throughput_teu, 1), figure(day["trains_departed"]), causes(day, report)]


def _owned(report: OwnersReport) -> list[list[str]]:
    """Whose part of the volumes it is, as the shares of the joint venture have it."""
    volume = report.told.period.throughput_teu
    return [
        [
            each.party.name,
            _part(each),
            figure(volume * each.share_percent / 100, 1),
        ]
        for each in report.owners
    ]


def _part(each: Ownership) -> str:
    return percent(each.share_percent / 100, 2)


WIDTH_MM: Final = 190
WORDY: Final = 14
"""Letters from which a cell is a sentence; a Chinese character says as much as three."""
IDEOGRAPHS: Final = "\u2e80"


def paper(report: OwnersReport, picture: bytes) -> Paper:
    """The report for whoever prints it."""
    terminal, span = report.told.terminal, report.span
    return Paper(
        title=title(report),
        terminal=terminal.name,
        zone=timezone.get_current_timezone_name(),
        facts=[
            (_("From and to"), f"{span.first:%Y-%m-%d} – {span.last:%Y-%m-%d} ({terminal.zone_name})"),
            (_("Owners"), ", ".join(f"{each.party.name} {_part(each)}" for each in report.owners)),
            (_("Rated"), _rated(report)),
            *([(_("Mind"), said)] if (said := words.filling_said(report.told)) else []),
        ],
        tables=[_table(name, heads, lines) for name, heads, lines in sections(report) if lines],
        picture=picture,
    )


def _rated(report: OwnersReport) -> str:
    terminal = report.told.terminal
    said = _("%(trains)s trains and %(teu)s TEU a day") % {
        "trains": figure(terminal.rated_trains_per_day, 1),
        "teu": figure(terminal.rated_teu_per_day),
    }
    if terminal.target_teu_per_year:
        said += "; " + _("target %(teu)s TEU a year") % {"teu": figure(terminal.target_teu_per_year)}
    return said


def _table(name: str, heads: list[str], lines: list[list[str]]) -> Table:
    """The first column has room for words; the last one too, where a sentence stands in it."""
    wordy = len(heads) > 2 and any(_letters(line[-1]) >= WORDY for line in [heads, *lines])
    widths = _widths(len(heads), wordy=wordy)
    columns = [
        Column(head, width, figures=place > 0 and not (wordy and place == len(heads) - 1))
        for place, (head, width) in enumerate(zip(heads, widths, strict=True))
    ]
    return Table(columns, lines, title=name)


def _letters(cell: str) -> int:
    return sum(3 if each >= IDEOGRAPHS else 1 for each in cell if each.isalpha())


def _widths(columns: int, *, wordy: bool) -> list[int]:
    first = {2: 130, 3: 78, 4: 40 if wordy else 58}.get(columns, 58 if columns < 6 else 44)
    last = [66 if columns < 4 else 96] if wordy else []
    others = columns - 1 - len(last)
    return [first, *[(WIDTH_MM - first - sum(last)) // others] * others, *last]


def pdf(report: OwnersReport, picture: bytes) -> bytes:
    """The paper as a PDF."""
    terminal = report.told.terminal
    return printed(paper(report, picture), at=report.made_at, by=terminal.name)
