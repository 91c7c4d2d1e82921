"""An interchange in a file: what it would do, or have it taken."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from apps.common.words import sentence
from apps.edi import services
from apps.edi.models import Interchange
from apps.edi.selectors import partner_named
from apps.edi.services.answering import located
from apps.parties.actors import Actor
from terminal.edifact.exchange import Door, Fate
from terminal.errors import Refused


class Command(BaseCommand):
    help = (
        "Say what an interchange in a file would do (nothing is written), or have it taken with --take. Whoever runs "
        "this vouches for the file. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("deed", choices=["read"])
        parser.add_argument("file", type=Path)
        parser.add_argument("--partner", default="", help="code of the partner; without it, who is named in UNB")
        parser.add_argument("--take", action="store_true", help="take it, as if the partner had sent it")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            try:
                data = options["file"].read_bytes()
                row = self._became(data, options)
            except OSError as unreadable:
                raise CommandError(f"{options['file']} cannot be read: {unreadable.strerror}.") from unreadable
            except Refused as refusal:
                raise CommandError(sentence(refusal.message, refusal.facts)) from refusal
            self._tell(row, taken=options["take"])

    def _became(self, data: bytes, options: dict[str, Any]) -> Interchange:
        partner, at = partner_named(options["partner"], data), timezone.now()
        if not options["take"]:
            return services.look(data, partner=partner, at=at)
        by, name = Actor.itself("edi command"), options["file"].name
        return services.take(data, partner=partner, door=Door.COMMAND, by=by, at=at, name=name).interchange

    def _tell(self, row: Interchange, *, taken: bool) -> None:
        for warning in row.warnings:
            self.stdout.write(f"segment {warning['segment']}: {located(warning)}")
        for message in row.messages:
            self.stdout.write(f"{message['type']} {message['dialect']} {message['document'] or message['reference']}")
            for deed in message["done"]:
                self.stdout.write("  + " + ", ".join(f"{name} {value}" for name, value in deed.items()))
            for left in message["left"]:
                self.stdout.write(f"  - segment {left['segment']}: {located(left)}")
        if row.fate == Fate.REFUSED and row.fault:
            raise CommandError(f"Refused at segment {row.fault['segment']}: {located(row.fault)}")
        done = "Taken." if taken else "Nothing was written; with --take it would be taken like this."
        self.stdout.write(self.style.SUCCESS(done))
