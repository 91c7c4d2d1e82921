"""What a visitor needs to know once everything runs."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.containers.models import Visit
from apps.demo.services import people
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.lifecycle import VisitState

BOOK = (
    "curl -s -X POST {url}/api/v1/warehouse/bookings/ -H 'Authorization: Api-Key {key}' "
    "-H 'Content-Type: application/json' -H 'Idempotency-Key: first-booking' "
    """-d '{{"zone": "gen", "area_m2": "120", "start_at": "{start}", "end_at": "{end}", """
    """"goods": "household appliances"}}'"""
)
TRACK = "curl -s {url}/api/v1/containers/{number}/events/ -H 'Authorization: Api-Key {key}'"
WHY = "curl -s '{url}/api/v1/containers/{number}/readiness/?step={step}' -H 'Authorization: Api-Key {key}'"


class Command(BaseCommand):
    help = "Print addresses, the demo's users, a shipper's credential and three curl lines that work as printed."

    def handle(self, *args: Any, **options: Any) -> None:
        url = settings.SITE_URL.rstrip("/")
        self._addresses(url)
        credentials = people.known() if settings.DEMO else None
        if credentials is not None:
            self._people(credentials)
            self._program(url, credentials)
        self.stdout.write("\nCtrl-C stops everything.")

    def _addresses(self, url: str) -> None:
        rows = [("Admin", "/admin/"), ("API, interactive", "/api/docs/"), ("Health", "/readyz")]
        if settings.MAILBOX_DIR:
            rows.insert(1, ("Mailbox", "/mailbox/"))
        self.stdout.write("\nLandbridge runs.\n")
        for name, path in rows:
            self.stdout.write(f"  {name:<18}{url}{path}")

    def _people(self, credentials: people.Credentials) -> None:
        self.stdout.write(f"\nDemo users, all with the password  {credentials.password}  (made for this demo only):")
        for name, role, language, *_ in people.PEOPLE:
            self.stdout.write(f"  {name:<18}{role} ({language})")
        readers = ", ".join(f"{name} ({language})" for name, _owner, language, *_ in people.OWNERS_PEOPLE)
        self.stdout.write(f"Readers of the owners' reports, by mail alone: {readers}")

    def _program(self, url: str, credentials: people.Credentials) -> None:
        self.stdout.write(f"\nA shipper's system ({people.SHIPPER}):")
        self.stdout.write(f"  API key           {credentials.api_key}")
        self.stdout.write(f"  OAuth2 client     {credentials.client_id}")
        self.stdout.write(f"  client secret     {credentials.client_secret}")
        blocked = _blocked_box()
        if blocked is None:
            return
        zone = blocked.terminal.zone
        start = (timezone.now().astimezone(zone) + timedelta(days=2)).replace(hour=8, minute=0, second=0, microsecond=0)
        facts = {
            "url": url,
            "key": credentials.api_key,
            "number": blocked.container.number,
            "step": "gate_out",
            "start": start.isoformat(),
            "end": (start + timedelta(days=1)).isoformat(),
        }
        for what, line in (
            ("Book warehouse space", BOOK),
            ("Track a container", TRACK),
            ("Why can it not move?", WHY),
        ):
            self.stdout.write(f"\n{what}:\n{line.format(**facts)}")


def _blocked_box() -> Visit | None:
    """A box of the demo's shipper that stands here under a hold, or any that stands here."""
    party = Party.objects.filter(code=people.SHIPPER).first()
    terminal = Terminal.objects.in_earnest().order_by("pk").first()
    if party is None or terminal is None:
        return None
    mine = Visit.objects.filter(state=VisitState.ACTIVE.value, terminal=terminal).seen_by(party, timezone.now())
    standing = mine.standing().select_related("container", "terminal").order_by("arrived_at", "pk")
    return standing.filter(holds__lifted_at=None, holds__isnull=False).first() or standing.first()
