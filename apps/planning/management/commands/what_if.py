"""What a change would do, on the terminal's screen. Nothing is kept of it."""

from argparse import ArgumentParser, ArgumentTypeError
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.calls.words import train_named
from apps.common.api.problems import said
from apps.common.figures import figure
from apps.network.selectors import the_terminal
from apps.parties.actors import Actor
from apps.planning.services import BlockClosed, Change, MoreBoxes, TrackClosed, TrainLate, WhatIf, what_if
from apps.planning.services.what_if import Difference
from apps.planning.services.what_if.changes import MOST_BOXES, MOST_HOURS
from apps.planning.services.what_if.trains import Train
from apps.planning.words import FIGURE
from terminal.errors import Refused
from terminal.pressure import Level

LATE: Final = "a train that is to come is late; where several of its number are to come, the day it is planned for"


def late(text: str) -> TrainLate:
    """A train and by how many hours it is late: X9014=6; where its number repeats, X9014@2026-11-28=6."""
    train, _equals, hours = text.rpartition("=")
    try:
        by = Decimal(hours)
    except InvalidOperation as trouble:
        raise ArgumentTypeError(f"“{text}”: a train and hours, as X9014=6") from trouble
    if not train or not 0 < by <= MOST_HOURS:
        raise ArgumentTypeError(f"“{text}”: a train and hours above 0 and up to {MOST_HOURS}, as X9014=6")
    return TrainLate(train=train, hours=by)


def boxes(text: str) -> MoreBoxes:
    """How many boxes more: 200."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_BOXES:
        raise ArgumentTypeError(f"“{text}” is not a number from 1 to {MOST_BOXES}")
    return MoreBoxes(count=int(text))


class Command(BaseCommand):
    help = "Try changes out by the terminal's own rules, say every figure before and after, and take all of it back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        many: dict[str, Any] = {"action": "append", "default": []}
        parser.add_argument("--late", type=late, metavar="TRAIN[@DAY]=HOURS", help=LATE, **many)
        parser.add_argument("--close", metavar="BLOCK", help="a block takes nothing in", **many)
        parser.add_argument("--close-track", metavar="TRACK", help="a track takes no train", **many)
        parser.add_argument("--boxes", type=boxes, metavar="N", help="so many 40′ boxes more come by road", **many)
        parser.add_argument("--terminal", help="code of the terminal; the site's first one when it is not given")

    def handle(self, *args: Any, **options: Any) -> None:
        changes: list[Change] = [
            *options["late"],
            *(BlockClosed(block=code) for code in options["close"]),
            *(TrackClosed(track=code) for code in options["close_track"]),
            *options["boxes"],
        ]
        try:
            terminal = the_terminal(options["terminal"])
            found = what_if(terminal, changes, by=Actor.itself("operator"), at=timezone.now())
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal
        self._tell(found)

    def _tell(self, found: WhatIf) -> None:
        self.stdout.write(f"{'':56}{'before':>10}{'after':>10}{'capacity':>10}")
        for each in found.effects.figures:
            name = str(FIGURE.get(each.code) or each.after.name)
            capacity = figure(each.after.capacity, 1) if each.after.capacity else "–"
            mark = f"  {_level(each)}" if each.before.level or each.after.level else ""
            self.stdout.write(
                f"{name:56}{figure(each.before.value, 1):>10}{figure(each.after.value, 1):>10}{capacity:>10}{mark}"
            )
        with timezone.override(found.terminal.zone):
            for train in found.effects.trains:
                self.stdout.write(f"{train_named(train.call)}: {_told(train.before)} → {_told(train.after)}")


def _level(each: Difference) -> str:
    """How its rule looks at it, before and after where that differs; nothing where all is well."""
    before, after = each.before.level or Level.OK, each.after.level or Level.OK
    if before is after:
        return "" if after is Level.OK else str(after)
    return f"{before} → {after}"


def _told(train: Train | None) -> str:
    if train is None:
        return "not to come"
    if not train.fits:
        return "no track takes it"
    return f"track {train.track or '–'}, waits {train.waits_minutes} min, leaves {train.late_minutes} min late"
