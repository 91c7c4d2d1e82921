"""Take in a file of container flow, or say line by line why not."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from apps.common.api.problems import said
from apps.network.models import Terminal
from apps.network.selectors import the_terminal
from apps.parties.actors import Actor
from apps.tracking.services import FlowReport, import_flow
from apps.tracking.services.flow.rows import COLUMNS, OPTIONAL
from terminal.errors import Refused


class Command(BaseCommand):
    help = "Take in a CSV of container stays as reported history: all of it or, if anything is wrong, nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            type=Path,
            help=f"CSV in UTF-8, one stay a line, with a header: {', '.join(COLUMNS)}; if known also "
            f"{', '.join(OPTIONAL)}; fixtures/demo/flow.csv is one",
        )
        parser.add_argument("--terminal", help="code of the terminal; the site's first one when it is not given")
        parser.add_argument("--dry-run", action="store_true", help="check everything, take in nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._import(options["file"], the_terminal(options["terminal"]), options["dry_run"])
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal
        for problem in [*report.problems, *report.warnings]:
            self.stdout.write(str(problem))
        if not report.accepted:
            raise CommandError(f"Nothing was taken in: {report.problem_count} problems in {report.stays} good lines.")
        self.stdout.write(self.style.SUCCESS(summary(report)))

    def _import(self, path: Path, terminal: Terminal, dry_run: bool) -> FlowReport:
        by = Actor.itself("import_flow")
        try:
            with path.open("rb") as file, bar(path) as shown:
                return import_flow(
                    file=file,
                    terminal=terminal,
                    by=by,
                    at=timezone.now(),
                    dry_run=dry_run,
                    progress=lambda done: shown.update(done - shown.n),
                )
        except OSError as unreadable:
            raise CommandError(f"{path} cannot be read: {unreadable.strerror}.") from unreadable


def bar(path: Path) -> "tqdm[Any]":
    """Bytes read so far, on a screen only."""
    return tqdm(total=path.stat().st_size, unit="B", unit_scale=True, desc=path.name, disable=not sys.stderr.isatty())


def summary(report: FlowReport) -> str:
    """What was taken in, in one line."""
    verb = "would be taken in" if report.dry_run else "taken in"
    return (
        f"{report.added} stays {verb} ({report.already_known} of {report.stays} were known already): "
        f"{report.containers} new containers, {report.calls} new calls, {report.entries} journal entries."
    )
