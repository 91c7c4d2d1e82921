"""The report to the owners of a week or month, as files to look at."""

from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from apps.common.api.problems import said
from apps.common.written import day
from apps.network.selectors import the_terminal
from apps.notices.services import File
from apps.reports.owners import title
from apps.reports.services.owners import files, picture, report_of
from terminal.errors import Refused
from terminal.kpis import FIRST_DAY, Span, month_of, week_of
from terminal.throughput import site_day


class Command(BaseCommand):
    help = "Write the owners' report of the month, or with --week of the week, in which a day lies, as PDF and XLSX."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("day", type=day, metavar="DAY", help="a day of it, 2026-05-01")
        parser.add_argument("--week", action="store_true", help="of its week instead of its month")
        parser.add_argument("--language", default="en", choices=[code for code, _name in settings.LANGUAGES])
        parser.add_argument("--into", type=Path, default=Path(), metavar="FOLDER", help="where the files go")
        parser.add_argument("--terminal", help="code of the terminal; the site's first one when it is not given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            terminal = the_terminal(options["terminal"])
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal
        at = timezone.now()
        span = _span(options["day"], site_day(at, terminal.zone), weekly=options["week"])
        with translation.override(options["language"]), timezone.override(terminal.zone):
            report = report_of(terminal, span, at)
            if report.up_to:
                self.stdout.write(f"{span.first} – {span.last} is not over: {title(report)}")
            for place in _written(options["into"], files(report, picture(report))):
                self.stdout.write(str(place))


def _span(day: date, today: date, *, weekly: bool) -> Span:
    """The week or month of the day, once it has begun."""
    if day < FIRST_DAY:
        raise CommandError(f"Nothing was counted before {FIRST_DAY}, and {day} lies before it.")
    if (day - timedelta(days=day.weekday()) if weekly else day.replace(day=1)) > today:
        raise CommandError(f"The {'week' if weekly else 'month'} of {day} has not begun: today is {today}.")
    return week_of(day) if weekly else month_of(day)


def _written(folder: Path, found: tuple[File, ...]) -> list[Path]:
    """The files in the folder, which is made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in found:
            (folder / file.name).write_bytes(file.content)
    except OSError as trouble:
        raise CommandError(f"{folder} cannot be written into: {trouble.strerror}.") from trouble
    return [folder / file.name for file in found]
