"""The reports to the owners: of every week and month that is over, once to each reader, late rather than never."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from apps.common.xlsx import MEDIA_TYPE
from apps.network.models import Terminal
from apps.notices import services as notices
from apps.notices.models import Notice
from apps.notices.services import File, NewNotice
from apps.parties.models import Ownership, User
from apps.reports import owners, owners_sheet
from apps.reports.models import DailyThroughput
from apps.reports.owners import OwnersReport
from apps.reports.selectors.kpis import kpis
from apps.reports.selectors.periods import periods
from apps.reports.words import main_lines
from terminal.kpis import Span, days_of, month_of, week_of

SENT_FROM: Final = time(6)
"""Site time from which the report of yesterday's week or month goes out: late words of the last day are in by then."""
PDF: Final = "application/pdf"
LANGUAGE_OF: Final = {"CN": "zh-hans", "KZ": "kk", "RU": "ru"}

Made = dict[tuple[str, str], tuple[bytes, tuple[File, ...]]]
"""The picture and the files, by language and zone: readers who share both get the same."""


@dataclass(frozen=True)
class Reader:
    """Somebody at an owner who gets the report. ``user`` None: the owner's own address."""

    recipient: str
    language: str
    zone: str
    user: User | None = None


@transaction.atomic
def report_to_owners(terminal: Terminal, at: datetime) -> int:
    """Write the reports of the last whole week and month to every reader who has not got them; how many."""
    local = at.astimezone(terminal.zone)
    if local.time() < SENT_FROM:
        return 0
    week, month = week_of(local.date() - timedelta(days=7)), month_of(local.date().replace(day=1) - timedelta(days=1))
    return sum(_send(terminal, span, at) for span in (week, month))


def name_of(span: Span) -> str:
    """2026-05 of a month, 2026-W19 of a week."""
    year, week, _day = span.first.isocalendar()
    return f"{span.first:%Y-%m}" if span.is_month else f"{year}-W{week:02d}"


def report_of(terminal: Terminal, span: Span, at: datetime) -> OwnersReport:
    """The figures of a week or month for its owners; while it runs, up to the day of ``at``."""
    told = kpis(terminal, span, at)
    shares = Ownership.objects.filter(terminal=terminal).select_related("party").order_by("-share_percent", "pk")
    days = periods(terminal, days_of(told.period.span))
    return OwnersReport(name_of(span), span, told, days, list(shares), at)


def readers_of(terminal: Terminal) -> Iterator[tuple[Ownership, Reader]]:
    """The people of each owner with an address, or where there are none the owner's own address."""
    for share in Ownership.objects.filter(terminal=terminal, party__active=True).select_related("party"):
        people = User.objects.filter(
            is_active=True, memberships__terminal=terminal, memberships__party=share.party
        ).exclude(email="")
        found = [Reader(each.email, each.language, each.zone_name, each) for each in people.distinct().order_by("pk")]
        if not found and share.party.email:
            language = LANGUAGE_OF.get(share.party.country, "en")
            found = [Reader(share.party.email, language, terminal.zone_name)]
        yield from ((share, each) for each in found)


def _send(terminal: Terminal, span: Span, at: datetime) -> int:
    if not DailyThroughput.objects.filter(terminal=terminal, on__range=(span.first, span.last)).exists():
        return 0
    keys = {_once_key(terminal, span, reader): reader for _share, reader in readers_of(terminal)}
    said = set(Notice.objects.filter(once_key__in=keys).values_list("once_key", flat=True))
    due = [(key, reader) for key, reader in keys.items() if key not in said]
    if not due:
        return 0
    report, made = report_of(terminal, span, at), Made()
    return len(notices.write([_mail(report, reader, key, made) for key, reader in due], at))


def _once_key(terminal: Terminal, span: Span, reader: Reader) -> str:
    return f"owners:{terminal.code}:{name_of(span)}:{reader.recipient}"


def _mail(report: OwnersReport, reader: Reader, key: str, made: Made) -> NewNotice:
    terminal = report.told.terminal
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.zone)):
        alike = (reader.language, reader.zone)
        if alike not in made:
            plot = picture(report)
            made[alike] = (plot, files(report, plot))
        plot, enclosed = made[alike]
        context: dict[str, Any] = {
            "title": owners.title(report),
            "subject": owners.headline(report),
            "terminal": terminal,
            "lines": main_lines(report.told),
            "worst": owners.sections(report)[3],
        }
        return NewNotice(
            terminal=terminal,
            user=reader.user,
            recipient=reader.recipient,
            language=reader.language,
            about=f"owners:{terminal.code}:{report.name}",
            once_key=key,
            subject=context["subject"],
            text=render_to_string("reports/owners.txt", context),
            html=render_to_string("reports/owners.html", context),
            image=plot,
            files=enclosed,
        )


def files(report: OwnersReport, plot: bytes) -> tuple[File, ...]:
    """The report as PDF and XLSX in the active language, with the terminal's code and the time it is of as names."""
    name = f"{report.told.terminal.code}-{report.name}" + (f"-to-{report.up_to}" if report.up_to else "")
    return (
        File(f"{name}.pdf", PDF, owners.pdf(report, plot)),
        File(f"{name}.xlsx", MEDIA_TYPE, owners_sheet.xlsx(report)),
    )


def picture(report: OwnersReport) -> bytes:
    """Throughput and trains of the days."""
    from apps.reports.plots import Day, month_plot  # a second of every start, and few processes ever draw

    terminal = report.told.terminal
    days = [Day(each.span.first, each.throughput_teu, each["trains_departed"]) for each in report.days]
    rated = Decimal(terminal.rated_teu_per_day)
    return month_plot(days, rated_teu=rated, rated_trains=terminal.rated_trains_per_day)
