"""Webhooks, and boxes whose parties are told what happens to them."""

from typing import Any

from django.utils import timezone

from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.webhooks import services
from apps.webhooks.models import Webhook
from terminal.events import EventKind
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory

BOX, OTHER_BOX = "CSQU3054383", "TCLU5088040"


def box_of(party: Party, number: str = BOX, **more: Any) -> Visit:
    """A box in the yard in which the party has a part."""
    visit = VisitFactory(container=ContainerFactory(number=number), active=True, **more)
    VisitRoleFactory(visit=visit, party=party)
    return visit


def webhook_of(party: Party, url: str, **said: Any) -> tuple[Webhook, str]:
    """A webhook of the party and its secret."""
    said.setdefault("at", timezone.now())
    by = Actor.program(party, "key:test")
    return services.make_webhook(party=party, terminal=TerminalFactory(), url=url, by=by, **said)


def grain() -> Party:
    """Astana Grain."""
    return PartyFactory(code="astana-grain")


def happens(visit: Visit, kind: EventKind = EventKind.CONTAINER_MOVED, **more: Any) -> Entry:
    """One thing happens to a box now."""
    more.setdefault("at", timezone.now())
    more.setdefault("payload", {"cell": "A-01-1"})
    said = {"terminal_id": visit.terminal_id, "visit_id": visit.pk, "actor": "terminal:test", **more}
    (entry,) = record(Happening(kind=kind, container_number=visit.container.number, **said))
    return entry
