"""Hours, days and months as rows of a table: for CSV, XLSX and whoever reads JSON."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.common.xlsx import workbook_of
from apps.network.models import Terminal
from apps.reports.models import HourlyThroughput
from apps.reports.selectors.periods import SUMMED, Period, periods
from apps.reports.sql.counting import CROSSINGS
from terminal.errors import Malformed, gettext_noop
from terminal.kpis import Ratio, Span, days_of, months_in
from terminal.throughput import day_bounds

MOST_DAYS: Final = {"hour": 62, "day": 4000, "month": 4000}
STEPS: Final = tuple(MOST_DAYS)
RATIOS: Final = ("on_time", "rehandles", "consists", "numbers")

Row = dict[str, Any]


class TooLong(Malformed):
    """More days are asked for than one table gives in these steps."""

    message = gettext_noop("From %(start)s to %(end)s are %(days)s days; by the %(step)s one table gives %(most)s.")


def require_length(span: Span, step: str) -> None:
    """Refuse a span too long for its steps: ``TooLong``."""
    if span.days > MOST_DAYS[step]:
        facts = {"start": span.first.isoformat(), "end": span.last.isoformat(), "days": span.days}
        raise TooLong(**facts, step=step, most=MOST_DAYS[step])


def table(terminal: Terminal, span: Span, step: str) -> list[Row]:
    """A row for every hour, day or month of the span, also those in which nothing moved. Raises ``TooLong``."""
    require_length(span, step)
    if step == "hour":
        return list(_hours(terminal, span))
    spans = days_of(span) if step == "day" else list(months_in(span))
    return [row_of(each, terminal) for each in periods(terminal, spans)]


def _hours(terminal: Terminal, span: Span) -> Iterator[Row]:
    start, end = day_bounds(span.first, terminal.zone)[0], day_bounds(span.last, terminal.zone)[1]
    rows = HourlyThroughput.objects.filter(terminal=terminal, starts_at__gte=start, starts_at__lt=end)
    for row in rows.order_by("starts_at").values("starts_at", *CROSSINGS):
        local = row["starts_at"].astimezone(terminal.zone)
        throughput = (row["in_teu"] + row["out_teu"]) / 2
        yield {"from": local.isoformat(), "throughput_teu": throughput, **{name: row[name] for name in CROSSINGS}}


def row_of(each: Period, terminal: Terminal) -> Row:
    """A day or a month: its sums, its shares with part and whole, its level, and how it stands to what was rated."""
    named: Row = {"from": each.span.first, "to": each.span.last, "days": each.span.days}
    teu, trains = each.throughput_teu, Decimal(each["trains_departed"])
    rated_teu = Decimal(terminal.rated_teu_per_day) * each.span.days
    rated_trains = terminal.rated_trains_per_day * each.span.days
    capacity = Decimal(terminal.operating_capacity_teu)
    return {
        **named,
        "throughput_teu": teu,
        "of_rated_teu": _share(Ratio(teu, rated_teu)),
        "of_rated_trains": _share(Ratio(trains, rated_trains)),
        **{name: each[name] for name in SUMMED},
        **{key: value for name in RATIOS for key, value in _parts(name, getattr(each, name)).items()},
        "yard_mean_teu": _rounded(each.level.mean_teu),
        "yard_peak_teu": each.level.peak_teu,
        "yard_closing_teu": each.level.closing_teu,
        "yard_mean_share": _share(Ratio(each.level.mean_teu, capacity)),
        "yard_peak_share": _share(Ratio(each.level.peak_teu, capacity)),
    }


def _parts(name: str, ratio: Ratio) -> Row:
    return {f"{name}_part": ratio.part, f"{name}_whole": ratio.whole, f"{name}_share": _share(ratio)}


def _share(ratio: Ratio) -> Decimal | None:
    return None if ratio.share is None else ratio.share.quantize(Decimal("0.0001"))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def as_csv(rows: list[Row]) -> str:
    """Comma-separated with a line of names; nothing known is an empty cell."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0] if rows else [])
    writer.writerows([_plain(value) for value in row.values()] for row in rows)
    return out.getvalue()


def as_xlsx(rows: list[Row]) -> bytes:
    """A workbook of one sheet, figures as figures."""
    lines: list[list[Any]] = [list(rows[0])] if rows else [[_("no figures")]]
    lines += [[_plain(value) for value in row.values()] for row in rows]
    return workbook_of(lines)


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value
