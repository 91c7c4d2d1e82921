"""The report to the owners as a sheet: its sections as text, then every day as figures under heads in words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.xlsx import workbook_of
from apps.reports.models import DailyThroughput
from apps.reports.owners import OwnersReport, sections, title
from apps.reports.selectors.periods import SUMMED
from apps.reports.tables import row_of
from apps.reports.words import QUALITY, filling_said

STANDS_FOR: Final[Mapping[str, Any]] = {
    "from": gettext_lazy("day"),
    "throughput_teu": gettext_lazy("throughput, TEU"),
    "of_rated_teu": gettext_lazy("of rated TEU"),
    "of_rated_trains": gettext_lazy("of rated trains"),
    "on_time_share": gettext_lazy("departed on time"),
    "rehandles_share": gettext_lazy("unproductive lifts"),
    "consists_share": QUALITY["consists"],
    "numbers_share": QUALITY["numbers"],
    "yard_mean_teu": gettext_lazy("yard on average, TEU"),
    "yard_peak_teu": gettext_lazy("yard at its fullest, TEU"),
    "yard_closing_teu": gettext_lazy("yard at the end, TEU"),
    "yard_mean_share": gettext_lazy("yard on average"),
    "yard_peak_share": gettext_lazy("yard at its fullest"),
    **{name: DailyThroughput._meta.get_field(name).verbose_name for name in SUMMED},  # type: ignore[union-attr]
}
"""Every column of a day, in the order of ``row_of``, in words."""

SHARES: Final = frozenset(name for name in STANDS_FOR if name.startswith("of_rated") or name.endswith("_share"))
"""Columns that are shares of one there, and percent here."""


def xlsx(report: OwnersReport) -> bytes:
    """The sheet, in the language that is active."""
    rows: list[list[Any]] = [[title(report)], [report.told.terminal.name], [filling_said(report.told)], []]
    for name, heads, lines in sections(report):
        rows += [[name], heads, *lines, []]
    days = [row_of(each, report.told.terminal) for each in report.days]
    shown = [name for name in days[0] if name in STANDS_FOR] if days else []
    rows += [[_("Every day")], [_head(name) for name in shown]]
    rows += [[_cell(name, day[name]) for name in shown] for day in days]
    return workbook_of(rows)


def _head(name: str) -> str:
    said = str(STANDS_FOR[name])
    return _("%(figure)s, %%") % {"figure": said} if name in SHARES else said


def _cell(name: str, value: Any) -> Any:
    if value is None:
        return ""
    return round(Decimal(value) * 100, 2) if name in SHARES else value
