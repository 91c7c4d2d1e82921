"""The demo week, and a yard that fills and empties on demand."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from apps.calls.models import Call
from apps.demo.services import bills, bond, fullness, life, people, rail, timetable, week
from apps.network.models import Terminal


class Command(BaseCommand):
    help = "load: the demo week around now, once. fill: the yard over 85 %, so that the alert comes. clear: back again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["load", "fill", "clear"])
        parser.add_argument("--terminal", default="cnlyg")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo: set LANDBRIDGE_DEMO=1 where invented boxes do no harm.")
        terminal = Terminal.objects.filter(code=options["terminal"]).first()
        if terminal is None:
            raise CommandError(f"No terminal “{options['terminal']}”; run manage.py setup_site first.")
        getattr(self, what)(terminal)

    def load(self, terminal: Terminal) -> None:
        """People, programs and the week; nothing that is there already is touched."""
        if people.known() is None:
            self.stdout.write("  users of every role and a shipper's credentials")
            people.invite(terminal)
        if week.is_told(terminal):
            self.stdout.write("The demo week is there already; nothing was changed.")
            return
        if Call.objects.filter(terminal=terminal).exists():
            self.stdout.write("Something else has happened at this terminal already; the demo week was left out.")
            return
        at = timezone.now()
        with transaction.atomic():
            story = week.tell(terminal, at=at, say=self.stdout.write)
            life.go_on(terminal, story, at=at, say=self.stdout.write)
            rail.run(terminal, by=week.BY, at=at)
            life.unpack_boxes(terminal, at=at)
            bond.put_in_bond(terminal, at=at)
            bills.bill(terminal, at=at)
            life.count(at)
            made = timetable.keep(terminal, story, by=week.BY, at=at)
            self.stdout.write(f"  {made} trains by the timetable of the weeks to come, open for booking")
        self.stdout.write("The demo week is loaded.")

    def fill(self, terminal: Terminal) -> None:
        """Bring the yard to 88 %."""
        boxes = fullness.fill(terminal, at=timezone.now(), say=self.stdout.write)
        self._tell(terminal, f"{boxes} boxes more.", "The alert follows")

    def clear(self, terminal: Terminal) -> None:
        """Take the boxes of ``fill`` away."""
        boxes = fullness.clear(terminal, at=timezone.now(), say=self.stdout.write)
        self._tell(terminal, f"{boxes} boxes fewer.", "The alert ends")

    def _tell(self, terminal: Terminal, said: str, alert: str) -> None:
        standing, capacity = fullness.standing_teu(terminal), terminal.operating_capacity_teu
        self.stdout.write(f"{said} The yard holds {standing:.0f} of {capacity} TEU ({standing / capacity:.0%}).")
        self.stdout.write(f"{alert} within a minute or two: see /mailbox/ and Capacity alerts.")
