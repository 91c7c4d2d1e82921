"""Generate traffic by order and take it in, or only say what it would be like."""

import sys
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from apps.common.api.problems import said
from apps.common.written import day
from apps.demo.services.foresight import NEEDED, hours, look_ahead
from apps.demo.services.traffic import Loaded, load, steps
from apps.network.models import Terminal
from apps.network.selectors import the_terminal
from apps.reports.services import fold_journal
from terminal.errors import Refused
from terminal.throughput import site_day
from terminal.traffic import SCENARIOS, Order, World, generate
from terminal.traffic.files import write
from terminal.traffic.stocks import base_rates


class Command(BaseCommand):
    help = (
        "Generate trains, ships, trucks, boxes, customs and bookings, the same for the same order, and take them in as "
        "reported history. Scenarios: " + "; ".join(f"{each.name}: {each.summary}" for each in SCENARIOS.values()) + "."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="start", type=day, metavar="DAY", help="first day, 2026-04-09 (default: the days end today)"
        )
        parser.add_argument("--days", type=int, default=90, help="how many site days (default: 90)")
        parser.add_argument(
            "--teu-per-year", type=int, default=0, help="in and out, each box once (default: the scenario's)"
        )
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same traffic (default: 1)")
        parser.add_argument("--scenario", default="normal", help=", ".join(SCENARIOS))
        parser.add_argument("--terminal", help="code of the terminal; the site's first one when it is not given")
        parser.add_argument("--dry-run", action="store_true", help="say how full it would be, take in nothing")
        parser.add_argument("--no-forecasts", action="store_true", help="leave forecasts to the worker's next hours")
        parser.add_argument("--write", type=Path, metavar="FOLDER", help="also write truth and records as CSV files")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._generate(options)
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal

    def _generate(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        world, terminal = self._world(options, now)
        until = min(now, datetime.fromtimestamp(world.end, terminal.zone))
        self._say_how_full(world)
        if options["write"]:
            self.stdout.write(f"Written to {options['write']}: {', '.join(write(world, options['write'], until))}.")
        if options["dry_run"]:
            return
        with tqdm(total=steps(world), desc=world.order.name, disable=not sys.stderr.isatty()) as bar:

            def show(what: str) -> None:
                bar.set_postfix_str(what)
                bar.update()

            loaded = load(world, terminal, until=until, at=now, progress=show)
        self.stdout.write(self.style.SUCCESS(summary(loaded, until)))
        if loaded.known_already:
            return
        fold_journal(at=now)
        if not options["no_forecasts"]:
            self._look_ahead(world, terminal, until, now)

    def _look_ahead(self, world: World, terminal: Terminal, until: datetime, now: datetime) -> None:
        since = datetime.fromtimestamp(world.start, terminal.zone)
        with tqdm(total=len(hours(since, until)), desc="forecasts", disable=not sys.stderr.isatty()) as bar:
            foreseen = look_ahead(terminal, since=since, until=until, at=now, progress=lambda _what: bar.update())
        if foreseen.made:
            self.stdout.write(
                f"{foreseen.made} forecasts as of past hours, judged on {foreseen.days} days: see Forecast."
            )
        else:
            self.stdout.write(f"No forecast: it takes {NEEDED.days} days of history.")

    def _world(self, options: dict[str, Any], now: datetime) -> tuple[World, Terminal]:
        if not (settings.DEMO or options["dry_run"]):
            raise CommandError("This is not a demo: set LANDBRIDGE_DEMO=1 where invented boxes do no harm.")
        terminal = the_terminal(options["terminal"])
        start = options["start"] or site_day(now, terminal.zone) - timedelta(days=options["days"] - 1)
        order = Order(
            start=start,
            days=options["days"],
            seed=options["seed"],
            scenario=options["scenario"],
            teu_per_year=options["teu_per_year"],
            zone=terminal.zone,
        )
        return generate(order), terminal

    def _say_how_full(self, world: World) -> None:
        self.stdout.write(f"{world.order.name}: {world.scenario.summary}.")
        for stock in base_rates(world):
            self.stdout.write(
                f"  {stock.stock:<13} {stock.mean:4.0%} on average, {stock.peak:4.0%} at most; over 85 % for "
                f"{stock.over:.1%} of the time: {stock.alerts} alerts, the longest {stock.longest_h:.0f} h"
            )


def summary(loaded: Loaded, until: datetime) -> str:
    """What was taken in, in two lines at most."""
    if loaded.known_already:
        return "That traffic is there already; nothing was changed."
    rows = ", ".join(f"{many} {what}" for what, many in loaded.rows.items())
    more = f"{loaded.refused} reports were refused for their numbers."
    if loaded.without_track:
        more += f" {loaded.without_track} trains found their track taken by another and stand without one."
    if loaded.without_room:
        more += f" {loaded.without_room} bookings found no room beside others and were left out."
    return f"Taken in as known at {until:%Y-%m-%d %H:%M %Z}: {rows}.\n{more}"
