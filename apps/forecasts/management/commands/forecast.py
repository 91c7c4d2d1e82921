"""Make a forecast, judge days that are over, or print what is expected and what earlier forecasts were worth."""

from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.common import written
from apps.common.api.problems import said
from apps.common.figures import figure, percent
from apps.forecasts.models import Ahead, Figure
from apps.forecasts.selectors import latest, track_record
from apps.forecasts.services import make_forecasts, score_forecasts
from apps.network.models import Terminal
from apps.network.selectors import the_terminal
from terminal.errors import Refused
from terminal.metrics import Stock

SHOWN_H = (1, 6, 12, 24, 48, 72, 120, 168, 240, 336)


class Command(BaseCommand):
    help = "Forecast the stocks of a terminal for two weeks (make), judge a day that is over (score), or print both."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=("make", "score", "print"))
        parser.add_argument("--terminal", help="code of the terminal; the site's first one when it is not given")
        parser.add_argument("--at", type=written.moment, metavar="TIME", help="as of then; now when not given")
        parser.add_argument("--day", type=written.day, help="the site day to judge")

    def handle(self, *args: Any, **options: Any) -> None:
        at = options["at"] or timezone.now()
        try:
            terminal = the_terminal(options["terminal"])
            if options["what"] == "make":
                self._make(terminal, at)
            elif options["what"] == "score":
                self._score(terminal, options["day"], at)
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal
        if options["what"] == "print":
            self._print(terminal, at)

    def _make(self, terminal: Terminal, at: datetime) -> None:
        run = make_forecasts(terminal, at, made_at=timezone.now())
        made = run.courses.filter(scope=None).count()
        self.stdout.write(f"{terminal.code} as of {run.at:%Y-%m-%d %H:%M}Z: {made} stocks, {run.seconds} s")
        if not made:
            self.stdout.write("Too little is known of the past to say anything of what comes.")

    def _score(self, terminal: Terminal, day: date | None, at: datetime) -> None:
        if day is None:
            raise CommandError("Name the day to judge: --day 2026-05-04")
        self.stdout.write(f"{terminal.code} {day}: {score_forecasts(terminal, day, at=at)} scores")

    def _print(self, terminal: Terminal, at: datetime) -> None:
        for stock in Stock:
            found = latest(terminal, stock.value, at)
            self.stdout.write(f"\n{Figure(stock.value).label}")
            if found is None:
                self.stdout.write("  no forecast")
                continue
            for step in (each for each in SHOWN_H if each <= len(found.hours)):
                hour = found.hours[step - 1]
                band = f"{figure(hour.low):>8} {figure(hour.median):>8} {figure(hour.high):>8}"
                self.stdout.write(f"  {hour.at.astimezone(terminal.zone):%m-%d %H:%M} {band}")
            self._worth(terminal, stock, at)

    def _worth(self, terminal: Terminal, stock: Stock, at: datetime) -> None:
        for each in track_record(terminal, stock.value, at):
            ratio = "–" if each.worth.ratio is None else figure(each.worth.ratio, 2)
            inside = percent(each.worth.coverage)
            self.stdout.write(f"  {Ahead(each.lead.value).label}: {each.days} d, {inside} in the band, loss {ratio}")
