"""The half-day counters held against an exact sweep over the bookings."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.common.api.problems import said
from apps.network.selectors import the_terminal
from apps.warehouse.selectors import Miscount, miscounted
from terminal.errors import Refused


class Command(BaseCommand):
    help = "Add up what the bookings hold from now on and name every half-day that is counted otherwise or overbooked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--terminal", help="code of the terminal; the site's first one when it is not given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            terminal = the_terminal(options["terminal"])
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal
        wrong = miscounted(terminal, timezone.now())
        for each in wrong:
            self.stdout.write(line(each))
        if wrong:
            raise CommandError(f"{len(wrong)} half-days are counted wrongly or overbooked.")
        self.stdout.write("Every half-day is counted as its bookings hold it, and none is overbooked.")


def line(each: Miscount) -> str:
    """One half-day, for a person."""
    return (
        f"{each.zone} {each.half_day}: {each.counted_m2} m² counted, {each.held_m2} m² held, "
        f"{each.capacity_m2} m² to be booked"
    )
