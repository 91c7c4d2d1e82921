"""Prove that the figures are what a full recount of the journal comes to, or mend them."""

import sys
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.common.api.problems import said
from apps.common.written import day
from apps.network.models import Terminal
from apps.network.selectors import the_terminal
from apps.reports.selectors import EndsBeforeItBegins
from apps.reports.selectors.truth import Difference, days_known
from apps.reports.services import check, mend
from terminal.errors import Refused


class Command(BaseCommand):
    help = (
        "Count every day of the journal again and mend what differs. With --check nothing is mended: the days and "
        "figures that differ are named, and the command ends with 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only look; end with 1 when something differs")
        parser.add_argument("--from", dest="start", type=day, metavar="DAY", help="first day")
        parser.add_argument("--to", dest="end", type=day, metavar="DAY", help="last day, included")
        parser.add_argument("--terminal", help="code of one terminal; all of them when it is not given")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for terminal in self._terminals(options["terminal"]):
            days = _days(options["start"], options["end"], terminal)
            found = (check if options["check"] else mend)(terminal, days, at=timezone.now())
            self._tell(terminal, len(days), found, mended=not options["check"])
            wrong += len(found)
        if wrong and options["check"]:
            sys.exit(1)

    def _terminals(self, code: str | None) -> list[Terminal]:
        try:
            return [the_terminal(code)] if code else list(Terminal.objects.in_earnest().order_by("pk"))
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal

    def _tell(self, terminal: Terminal, days: int, found: list[Difference], *, mended: bool) -> None:
        for each in found:
            self.stdout.write(f"{terminal.code} {each.day} {each.figure}: counted {each.counted}, true {each.true}")
        wrong = len({each.day for each in found})
        done = "mended" if mended else "differ from a full recount"
        self.stdout.write(f"{terminal.code}: {days} days looked at, {wrong} {done}.")


def _days(start: date | None, end: date | None, terminal: Terminal) -> list[date]:
    if start is None and end is None:
        return days_known(terminal)
    known = days_known(terminal)
    first, last = start or min(known, default=end or date.min), end or max(known, default=start or date.max)
    if last < first:
        refused = EndsBeforeItBegins(start=first.isoformat(), end=last.isoformat())
        raise CommandError(said(refused))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
