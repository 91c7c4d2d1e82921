"""A generated week passes in minutes, with all that is watched, forecast, told and written in it."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from apps.calls.models import Call
from apps.common.api.problems import said
from apps.common.written import day
from apps.demo.services.live import Passing, chronicle, lines, prepare
from apps.demo.services.replay import Shift
from apps.demo.services.traffic import load, source_of
from apps.network.models import Terminal
from apps.network.selectors import the_terminal
from apps.notices.models import Heartbeat
from apps.reports.services import fold_journal
from terminal.errors import Refused
from terminal.throughput import day_bounds, site_day
from terminal.traffic import Order, World, generate

AWAKE: Final = timedelta(minutes=2)
"""Who has said so long ago that it lives looks at the terminal by the clock on the wall."""


class Command(BaseCommand):
    help = (
        "Let a generated week pass at a terminal at which nothing has happened yet: traffic by its own commands, "
        "forecasts, alerts, escalation, digests and reports, mails by SMTP. Ends with a table of what happened."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until", type=day, metavar="DAY", help="its last day, 2026-04-09 (default: yesterday)")
        parser.add_argument("--days", type=int, default=7, help="how many days pass (default: 7)")
        parser.add_argument("--days-before", type=int, default=70, help="days of history before them (default: 70)")
        parser.add_argument("--teu-per-year", type=int, default=60_000, help="in and out (default: 60000)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same week (default: 1)")
        parser.add_argument("--scenario", default="normal")
        parser.add_argument("--forecast-every", type=int, default=3, metavar="H", help="hours apart (default: 3)")
        parser.add_argument("--as-built", action="store_true", help="measure by the site, whether or not it gets full")
        parser.add_argument("--terminal", help="code of the terminal; the site's first one when it is not given")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo: set LANDBRIDGE_DEMO=1 where invented boxes do no harm.")
        try:
            self._live(the_terminal(options["terminal"]), options)
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal

    def _live(self, terminal: Terminal, options: dict[str, Any]) -> None:
        require_untouched(terminal)
        last = options["until"] or site_day(timezone.now(), terminal.zone) - timedelta(days=1)
        first = last - timedelta(days=options["days"] - 1)
        start, end = day_bounds(first, terminal.zone)[0], day_bounds(last, terminal.zone)[1]
        if end > timezone.now():
            raise CommandError("A week passes that is over: name a last day before today.")
        world = self._world(terminal, options, first)
        self._take_in(world, terminal, start)
        passing = self._passing(world, terminal, start, end, options)
        self._pass(passing, start, end)
        self._tell(passing, start)

    def _world(self, terminal: Terminal, options: dict[str, Any], first: Any) -> World:
        before = options["days_before"]
        return generate(
            Order(
                start=first - timedelta(days=before),
                days=before + options["days"],
                seed=options["seed"],
                scenario=options["scenario"],
                teu_per_year=options["teu_per_year"],
                zone=terminal.zone,
            )
        )

    def _take_in(self, world: World, terminal: Terminal, start: datetime) -> None:
        rows = load(world, terminal, until=start, at=start).rows
        fold_journal(at=start)
        self.stdout.write(f"{world.order.name}, as known at {start:%Y-%m-%d %H:%M %Z}: {rows.get('stays', 0)} stays.")

    def _passing(
        self, world: World, terminal: Terminal, start: datetime, end: datetime, options: dict[str, Any]
    ) -> Passing:
        cast = prepare(terminal, world, since=start, as_built=options["as_built"])
        drawn = "as built" if options["as_built"] else "drawn so that this traffic crosses its line"
        self.stdout.write(f"The yard's rule measures by {cast.yard_teu:.0f} TEU ({drawn}).")
        shift = Shift(world, terminal, source_of(world.order, terminal), start=start, end=end)
        return Passing(terminal, shift, cast, forecast_every=options["forecast_every"])

    def _pass(self, passing: Passing, start: datetime, end: datetime) -> None:
        with tqdm(total=int((end - start) / timedelta(hours=1)), unit=" h", disable=not sys.stderr.isatty()) as bar:

            def show(what: str) -> None:
                bar.set_postfix_str(what)
                bar.update()

            passing.go(start, end, show)

    def _tell(self, passing: Passing, start: datetime) -> None:
        told = chronicle(passing.terminal, since=start, at=timezone.now())
        for line in [*_counted(passing), *lines(told, passing.terminal.zone)]:
            self.stdout.write(line)
        if told.differences:
            raise CommandError("The figures are not what a full recount comes to.")


def require_untouched(terminal: Terminal) -> None:
    """Refuse a terminal at which something has happened, and one that a worker looks at meanwhile."""
    if Call.objects.filter(terminal=terminal).exists():
        raise CommandError(
            "Something has happened at this terminal already, perhaps this very week. A week passes once, in a folder "
            "of its own: TERMINAL_VAR=FOLDER make week."
        )
    if Heartbeat.objects.filter(process="beat", seen_at__gt=timezone.now() - AWAKE).exists():
        raise CommandError("A worker looks at this terminal by the clock on the wall: stop it first (Ctrl-C).")


def _counted(passing: Passing) -> Iterator[str]:
    done = passing.done
    yield ", ".join(f"{done[what]} {what}" for what in ("happenings", "forecasts", "digests", "reports", "mails taken"))
    refused = passing.shift.done.refused
    yield "Refused: " + (", ".join(f"{many} {what}" for what, many in sorted(refused.items())) or "nothing") + "."
