"""What a year's traffic would need of every resource, on the terminal's screen or as a plot."""

from argparse import ArgumentParser, ArgumentTypeError
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.common.api.problems import said
from apps.common.figures import figure
from apps.network.selectors import the_terminal
from apps.planning.selectors import CapacityAnswer, Question, capacity
from apps.planning.words import LEVER, RESOURCE, measured_said, share_of, whole
from terminal.errors import Refused


def number(text: str) -> Decimal:
    """A figure as people write it for programs: 550000 or 8.5."""
    try:
        value = Decimal(text)
    except InvalidOperation as trouble:
        raise ArgumentTypeError(f"“{text}” is not a number") from trouble
    if not value.is_finite() or value <= 0:
        raise ArgumentTypeError(f"{text} does not lie above 0")
    return value


class Command(BaseCommand):
    help = "Say which resource saturates first at a yearly volume, what each carries, and what would make it fit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--teu", type=number, help="TEU a year, each box once; as rated when not given")
        parser.add_argument("--stay", type=number, metavar="HOURS", help="stay of a train; as rated when not given")
        parser.add_argument("--dwell", type=number, metavar="DAYS", help="dwell of a box; as rated when not given")
        parser.add_argument("--busy", action="store_true", help="on a day that one in twenty exceeds")
        parser.add_argument("--terminal", help="code of the terminal; the site's first one when it is not given")
        parser.add_argument("--plot", type=Path, metavar="FILE", help="write the plot there, a PNG")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = Question(
            teu_per_year=options["teu"],
            train_stay_hours=options["stay"],
            dwell_days=options["dwell"],
            busy=options["busy"],
        )
        try:
            answer = capacity(the_terminal(options["terminal"]), asked, timezone.now())
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal
        self._tell(answer)
        if options["plot"]:
            from apps.planning.plots import capacity_plot  # a second of every start, and few ask for it

            options["plot"].write_bytes(capacity_plot(answer))

    def _tell(self, answer: CapacityAnswer) -> None:
        day = answer.teu_per_year / 365
        self.stdout.write(
            f"{figure(answer.teu_per_year)} TEU a year = {figure(day)} a day; "
            f"trains stay {figure(answer.train_stay_hours, 1)} h, boxes {figure(answer.dwell_days, 1)} days"
            + (f"; a busy day has {figure(answer.peak, 2)} times the mean one" if answer.peak != 1 else "")
        )
        self.stdout.write(f"\n{'':28}{'needed':>12}{'there':>12}{'share':>9}{'carries, TEU a year':>22}")
        for use in answer.uses:
            self.stdout.write(
                f"{RESOURCE[use.resource]:28}{figure(use.needed, 1):>12}{figure(use.rated, 1):>12}"
                f"{share_of(use):>9}{whole(answer.carries(use)):>22}"
            )
        self.stdout.write(f"\n{self._verdict(answer)}")
        for each in answer.remedies:
            self.stdout.write(
                f"  {RESOURCE[each.resource]}: would fit with {LEVER[each.lever]} of {figure(each.needed, 1)} "
                f"(now {figure(each.present, 1)})"
            )
        if answer.measured is None:
            self.stdout.write("Too few days were counted to measure what a box takes; usual figures stand in for it.")
        else:
            self.stdout.write("\n" + measured_said(answer.measured))

    def _verdict(self, answer: CapacityAnswer) -> str:
        first = RESOURCE[answer.first.resource]
        if answer.fits:
            return f"It fits. Saturates first: {first}, at {whole(answer.carries_teu_per_year)} TEU a year."
        full = ", ".join(str(RESOURCE[use.resource]) for use in answer.uses if not use.fits)
        return f"It does not fit. Saturates first: {first}; too small: {full}."
