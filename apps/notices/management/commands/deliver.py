"""`manage.py deliver`: the delivery desk."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.notices.desk import Desk


class Command(BaseCommand):
    help = "Send what is written to people, as long as it runs; stop it with SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the desk until it is told to stop."""
        Desk().run()
