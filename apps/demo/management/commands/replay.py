"""Generate traffic, take in what was known at the beginning of a day, and work that day through the commands."""

import sys
from argparse import ArgumentParser
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from apps.common.api.problems import said
from apps.common.written import day
from apps.demo.services.replay import audit, replay
from apps.demo.services.traffic import load, source_of
from apps.network.models import Terminal
from apps.network.selectors import the_terminal
from apps.yard.selectors import utilisation
from terminal.errors import Refused
from terminal.throughput import day_bounds, site_day
from terminal.traffic import Order, World, generate


class Command(BaseCommand):
    help = (
        "Work a generated day through the terminal's own commands: trains, ships and trucks come and go, every box is "
        "moved by a work order that is handed out and confirmed. Ends with a count of the yard's books."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=day, help="the day to be worked, 2026-04-09 (default: yesterday)")
        parser.add_argument("--days-before", type=int, default=20, help="days of history before it (default: 20)")
        parser.add_argument("--teu-per-year", type=int, default=0, help="in and out (default: the scenario's)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same traffic (default: 1)")
        parser.add_argument("--scenario", default="normal")
        parser.add_argument("--terminal", help="code of the terminal; the site's first one when it is not given")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo: set LANDBRIDGE_DEMO=1 where invented boxes do no harm.")
        try:
            self._replay(options)
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal

    def _replay(self, options: dict[str, Any]) -> None:
        now, terminal = timezone.now(), the_terminal(options["terminal"])
        worked = options["day"] or site_day(now, terminal.zone) - timedelta(days=1)
        start, end = day_bounds(worked, terminal.zone)
        world = generate(
            Order(
                start=worked - timedelta(days=options["days_before"]),
                days=options["days_before"] + 1,
                seed=options["seed"],
                scenario=options["scenario"],
                teu_per_year=options["teu_per_year"],
                zone=terminal.zone,
            )
        )
        self._take_in(world, terminal, start)
        self._work(world, terminal, start, end)

    def _take_in(self, world: World, terminal: Terminal, start: datetime) -> None:
        if load(world, terminal, until=start, at=start).known_already:
            raise CommandError("This traffic is at the terminal already; a day is worked once. Take another seed.")
        use = utilisation(terminal)
        self.stdout.write(f"{start:%Y-%m-%d %H:%M %Z}: {use.boxes} boxes stand in the yard ({use.share:.0%}).")

    def _work(self, world: World, terminal: Terminal, start: datetime, end: datetime) -> None:
        source = source_of(world.order, terminal)
        with tqdm(desc="worked", unit=" happenings", disable=not sys.stderr.isatty()) as bar:
            done = replay(world, terminal, source, start=start, end=end, progress=lambda _what: bar.update())
        use = utilisation(terminal)
        self.stdout.write(f"Happened: {_said(done.happened)}.")
        self.stdout.write(f"Work orders done: {_said(done.orders)}.")
        self.stdout.write(f"Refused: {_said(done.refused)}; left without ever having been told of: {done.unknown}.")
        self.stdout.write(f"At the end {use.boxes} boxes stand in the yard ({use.share:.0%}).")
        violations = audit(terminal)
        for sentence in violations:
            self.stdout.write(self.style.ERROR(sentence))
        if violations:
            raise CommandError(f"{len(violations)} things in the yard's books cannot be.")
        self.stdout.write(self.style.SUCCESS("The yard's books are right: nothing in them cannot be."))


def _said(counted: Counter[str]) -> str:
    return ", ".join(f"{many} {what}" for what, many in sorted(counted.items())) or "nothing"
