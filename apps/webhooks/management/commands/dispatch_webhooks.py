"""`manage.py dispatch_webhooks`: the dispatcher."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.webhooks.dispatcher import Dispatcher


class Command(BaseCommand):
    help = "Tell parties' systems what happens, as long as it runs; stop it with SIGTERM. Several may run."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the dispatcher until it is told to stop."""
        Dispatcher().run()
