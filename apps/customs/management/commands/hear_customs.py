"""Hear a file of customs' messages, and say line by line what became of them."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.common.api.problems import said
from apps.customs.models import Authority
from apps.customs.services.authority import AuthorityIsOff, HeardLine, hear_lines
from terminal.errors import Refused


class Command(BaseCommand):
    help = (
        "Hear a file that a system of customs' gave: a message a line, as docs/customs-messages.md says. Whoever runs "
        "this vouches for the file. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSON lines in UTF-8")
        parser.add_argument("--system", required=True, help="code of the authority's system that speaks")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            states = self._hear(options["file"], Authority.objects.filter(code=options["system"]).first())
        except Refused as refusal:
            raise CommandError(said(refusal)) from refusal
        except OSError as unreadable:
            raise CommandError(f"{options['file']} cannot be read: {unreadable.strerror}.") from unreadable
        told = ", ".join(f"{many} {state}" for state, many in sorted(states.items())) or "nothing"
        if states["refused"]:
            raise CommandError(f"Heard: {told}.")
        self.stdout.write(self.style.SUCCESS(f"Heard: {told}."))

    def _hear(self, path: Path, authority: Authority | None) -> Counter[str]:
        if authority is None:
            raise AuthorityIsOff
        states: Counter[str] = Counter()
        with path.open("rb") as file:
            for each in hear_lines(file, authority, timezone.now()):
                state, told = shown(each)
                states[state] += 1
                self.stdout.write(told)
        return states


def shown(line: HeardLine) -> tuple[str, str]:
    """What became of a line, and that as a line to be read: its number, what, and why."""
    became = line.became
    if isinstance(became, Refused):
        return "refused", f"{line.number}: refused, {became.code()}: {said(became)}"
    why = f", {became.fault}: {became.answer}" if became.fault else ""
    again = " (heard before)" if became.known else ""
    return became.state, f"{line.number}: {became.reference} {became.state}{again}{why}"
