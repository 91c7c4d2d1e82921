"""`manage.py import_trade FILE`: published trade statistics out of a sheet, all of it or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from apps.common.sheets import SheetRefused
from apps.reports.services.trade import Line, TradeReader, take_in_trade
from apps.reports.trade_words import doubt_in_words


class Command(BaseCommand):
    help = "Take in a sheet (CSV or XLSX) of published trade statistics: all of it or, if anything is wrong, nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        needed = [name for name in TradeReader.columns if name not in TradeReader.optional]
        known = [name for name in TradeReader.columns if name in TradeReader.optional]
        parser.add_argument(
            "file",
            type=Path,
            help=f"one statement a line (thousand US$, percent, months as 2016-01), with a header: "
            f"{', '.join(needed)}; what the source says of {', '.join(known)}",
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything, take in nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell what became of every line, or every fault of every line."""
        try:
            lines = _taken_in(options["file"], dry_run=options["dry_run"])
        except OSError as unreadable:
            raise CommandError(f"{options['file']} cannot be read: {unreadable.strerror}.") from unreadable
        except SheetRefused as refused:
            for each in refused.faults:
                value = f" “{each.value}”" if each.value else ""
                self.stdout.write(f"line {each.line}, {each.column}{value}: {each.reason} {each.remedy}")
            raise CommandError(f"Nothing was taken in: {len(refused.faults)} faults.") from refused
        for line in lines:
            self.stdout.write(f"line {line.line}: {line.statement}: {line.outcome}")
            for doubt in line.doubts:
                told = f"line {line.line}: cannot be true, kept as published: {doubt_in_words(doubt)}"
                self.stdout.write(self.style.WARNING(told))
        self.stdout.write(self.style.SUCCESS(_summary(lines, dry_run=options["dry_run"])))


def _taken_in(file: Path, *, dry_run: bool) -> list[Line]:
    with transaction.atomic():
        lines = take_in_trade(file.read_bytes(), timezone.localdate())
        transaction.set_rollback(dry_run)
    return lines


def _summary(lines: list[Line], *, dry_run: bool) -> str:
    count = {outcome: sum(line.outcome == outcome for line in lines) for outcome in ("new", "changed", "same")}
    verb = "would be taken in" if dry_run else "taken in"
    return (
        f"{len(lines)} statements {verb}: {count['new']} new, {count['changed']} changed, {count['same']} as they were."
    )
