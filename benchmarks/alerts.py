"""All rules of a site looked at once, and how soon a mail is out that a breach asks for while 10,000 others wait.

``rules``: of the whole site and of blocks, tracks, zones and offices. ``look_s``: one look at all of them, the median
and the slowest of twenty, with 1,000 boxes standing. ``mail_s``: from the look that raises to the mail server's taking
the mail, 10,000 digests being due before it.

    python -m benchmarks.alerts
"""

import json
import sys
import time
from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import Any, Final

from benchmarks._db import database

LOOKS: Final = 20
RULES: Final = 40
BOXES: Final = 1000
WAITING: Final = 10_000


def run() -> dict[str, Any]:
    """Everything that is measured."""
    with database():
        return _Site().measured()


class _Site:
    def __init__(self) -> None:
        from django.utils import timezone

        from apps.network.models import Terminal
        from tests.factories.alerts import SubscriptionFactory
        from tests.factories.containers import VisitFactory

        self.terminal, self.at = Terminal.objects.get(code="cnlyg"), timezone.now()
        SubscriptionFactory(terminal=self.terminal)
        VisitFactory.create_batch(BOXES, terminal=self.terminal, active=True)
        self._rule_the_parts()

    def _rule_the_parts(self) -> None:
        """A rule for each part there is, until there are enough."""
        from apps.alerts.models import Rule
        from apps.customs.models import Office
        from apps.trains.models import Track
        from apps.warehouse.models import Zone
        from apps.yard.models import Block

        at, figure = {"terminal": self.terminal}, Rule.Metric
        parts = [(figure.YARD_TEU, {"block": each}) for each in Block.objects.filter(**at)]
        parts += [(figure.TRACK_METRES, {"track": each}) for each in Track.objects.filter(**at)]
        parts += [(figure.WAREHOUSE_M2, {"zone": each}) for each in Zone.objects.filter(**at)]
        parts += [(figure.CUSTOMS_QUEUE, {"office": each}) for each in Office.objects.filter(**at)]
        room = RULES - Rule.objects.filter(**at).count()
        for metric, part in parts[:room]:
            Rule.objects.create(metric=metric, capacity=Decimal(100_000), **at, **part)

    def measured(self) -> dict[str, Any]:
        from apps.alerts.models import Rule
        from apps.alerts.services import watch_capacity

        watch_capacity(self.terminal, self.at)
        took = []
        for n in range(LOOKS):
            began = time.perf_counter()
            watch_capacity(self.terminal, self.at + timedelta(seconds=20 * (n + 1)))
            took.append(time.perf_counter() - began)
        told = {"median": round(median(took), 3), "slowest": round(max(took), 3)}
        return {"rules": Rule.objects.filter(terminal=self.terminal).count(), "look_s": told, "mail_s": self._mail()}

    def _mail(self) -> float:
        """From the look that raises until the server has taken its mail, with so many waiting before it."""
        from aiosmtpd.controller import Controller
        from aiosmtpd.handlers import Sink
        from django.conf import settings

        from apps.alerts.models import Rule
        from apps.alerts.services import watch_capacity
        from apps.notices.models import Notice
        from apps.notices.services import deliver_due
        from config.embedded.ports import free_port

        later = self.at + timedelta(hours=1)
        facts = {"terminal": self.terminal, "recipient": "m@site.example", "language": "en", "about": "digest"}
        facts |= {"subject": "s", "text": "-", "html": "-", "created_at": self.at, "next_attempt_at": self.at}
        Notice.objects.bulk_create(
            Notice(**facts, message_id=f"<{n}@bench>", urgency=Notice.Urgency.BULK) for n in range(WAITING)
        )
        Rule.objects.filter(terminal=self.terminal, metric="yard_teu", block=None).update(
            capacity=Decimal(100), pending_seconds=0
        )
        watch_capacity(self.terminal, later)
        server = Controller(Sink(), hostname="127.0.0.1", port=free_port())
        server.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        began = time.perf_counter()
        watch_capacity(self.terminal, later + timedelta(seconds=1))
        alert = Notice.objects.filter(urgency=Notice.Urgency.URGENT).get()
        while not Notice.objects.filter(pk=alert.pk, state=Notice.State.SENT).exists():
            deliver_due(later + timedelta(minutes=1), limit=1)
        took = time.perf_counter() - began
        server.stop()
        return round(took, 2)


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2)
    print()
