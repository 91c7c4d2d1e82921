"""Daily throughput on the terminal's screen, or as CSV."""

import csv
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.common.api.problems import said
from apps.common.written import day
from apps.network.selectors import the_terminal
from apps.reports.selectors import DayFigures, daily
from apps.reports.services import fold_journal
from terminal.errors import Refused
from terminal.throughput import Mode

MODES = [f"{way}_{mode}" for way in ("in", "out") for mode in Mode]
COLUMNS = ["date", *MODES, "in_teu", "out_teu", "yard_end_of_day", "yard_teu_end_of_day"]


class Command(BaseCommand):
    help = "Count what is not counted yet, then print boxes and TEU in and out by site day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="start", type=day, required=True, metavar="DAY", help="first day, 2026-04-09"
        )
        parser.add_argument("--to", dest="end", type=day, required=True, metavar="DAY", help="last day, included")
        parser.add_argument("--terminal", help="code of the terminal; the site's first one when it is not given")
        parser.add_argument("--csv", action="store_true", help="comma-separated, with a header line")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["end"] < options["start"]:
            raise CommandError("--to lies before --from.")
        try:
            terminal = the_terminal(options["terminal"])
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal
        fold_journal(at=timezone.now())
        days = daily(terminal, options["start"], options["end"])
        (self._as_csv if options["csv"] else self._as_table)(days)

    def _as_csv(self, days: list[DayFigures]) -> None:
        out = csv.writer(self.stdout, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows(cells(each) for each in days)

    def _as_table(self, days: list[DayFigures]) -> None:
        self.stdout.write(" ".join(f"{name.replace('yard_', '').replace('_of_day', ''):>10}" for name in COLUMNS))
        for each in days:
            self.stdout.write(" ".join(f"{cell!s:>10}" for cell in cells(each)))


def cells(day: DayFigures) -> list[object]:
    """One line of the report, in the order of ``COLUMNS``."""
    moved = [getattr(day.row, name) for name in MODES]
    return [day.on.isoformat(), *moved, day.row.in_teu, day.row.out_teu, day.yard_boxes, day.yard_teu]
