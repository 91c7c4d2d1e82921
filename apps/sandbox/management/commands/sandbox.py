"""A terminal that is played, for those who try out the API."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.sandbox import services
from apps.sandbox.models import Stage
from apps.sandbox.selectors import programme
from apps.sandbox.tables import cast_table, script_table
from terminal.errors import Refused

HELP = (
    "open: build it; the first day begins when somebody asks. start: build it and begin a day. "
    "credential: a key and a client for whoever bears --name. show: what is played. "
    "script: the tables of docs/sandbox.md. clear: empty it and end its credentials."
)


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["open", "start", "credential", "show", "script", "clear"])
        parser.add_argument("--code", default="sandbox", help="The sandbox, where there are several.")
        parser.add_argument("--name", help="Of the integrator who gets a credential.")
        parser.add_argument("--haulier", action="store_true", help="The credential is the haulier's.")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        try:
            getattr(self, what)(options["code"], options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal

    def open(self, code: str, options: dict[str, Any]) -> None:
        """Build it where it is not there. Its first day begins when a program asks."""
        services.open_sandbox(code)
        self.stdout.write(f"The sandbox “{code}” is open: manage.py sandbox credential --name … lets you in.")

    def start(self, code: str, options: dict[str, Any]) -> None:
        """Build it where it is not there, and begin a day."""
        stage = services.begin_day(services.open_sandbox(code), at=timezone.now())
        self.stdout.write(f"Day {stage.day} of the sandbox “{code}” has begun; it takes an hour.")

    def credential(self, code: str, options: dict[str, Any]) -> None:
        """A key and a client, told once."""
        if not options["name"]:
            raise CommandError("For whom? --name")
        told = services.let_in(_stage(code), options["name"], at=timezone.now(), as_haulier=options["haulier"])
        self.stdout.write(f"For {told.party}, until {told.ends_at:%Y-%m-%d}. None of it is told again.")
        self.stdout.write(f"  API key           {told.api_key}")
        self.stdout.write(f"  OAuth2 client     {told.client_id}")
        self.stdout.write(f"  client secret     {told.client_secret}")

    def show(self, code: str, options: dict[str, Any]) -> None:
        """How far the day has come."""
        stage = _stage(code)
        now = programme(stage, timezone.now())
        if now is None:
            self.stdout.write("No day has begun.")
            return
        self.stdout.write(f"Day {stage.day}, minute {now.minute}; its clock shows {now.clock:%Y-%m-%d %H:%M} UTC.")
        for missed in stage.missed:
            self.stdout.write(
                f"  missed at minute {missed['minute']}: {missed['deed']} {missed['about']}: {missed['why']}"
            )

    def script(self, code: str, options: dict[str, Any]) -> None:
        """The tables of the documentation."""
        self.stdout.write(f"{cast_table()}\n\n{script_table()}")

    def clear(self, code: str, options: dict[str, Any]) -> None:
        """Empty it and end what it was entered by."""
        gone = services.close_sandbox(_stage(code), at=timezone.now())
        self.stdout.write(f"{gone} boxes went; the sandbox “{code}” is closed.")


def _stage(code: str) -> Stage:
    found = Stage.objects.select_related("terminal", "party").filter(terminal__code=code).first()
    if found is None:
        raise CommandError(f"No sandbox “{code}”: manage.py sandbox start --code {code}")
    return found
