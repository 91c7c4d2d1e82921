"""The report to the owners of a week or month, as files to look at."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from apps.common.api.problems import said
from apps.network.selectors import the_terminal
from apps.reports.services.owners import files, picture, report_of
from terminal.errors import Refused
from terminal.kpis import month_of, week_of


class Command(BaseCommand):
    help = "Write the owners' report of the month, or with --week of the week, in which a day lies, as PDF and XLSX."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("day", type=date.fromisoformat, metavar="DAY", help="a day of it, 2026-05-01")
        parser.add_argument("--week", action="store_true", help="of its week instead of its month")
        parser.add_argument("--language", default="en", choices=[code for code, _name in settings.LANGUAGES])
        parser.add_argument("--into", type=Path, default=Path(), metavar="FOLDER", help="where the files go")
        parser.add_argument("--terminal", help="code of the terminal; the site's first one when it is not given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            terminal = the_terminal(options["terminal"])
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal
        span = (week_of if options["week"] else month_of)(options["day"])
        with translation.override(options["language"]), timezone.override(terminal.zone):
            report = report_of(terminal, span, timezone.now())
            for file in files(report, picture(report)):
                place = options["into"] / file.name
                place.write_bytes(file.content)
                self.stdout.write(str(place))
