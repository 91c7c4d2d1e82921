"""Load the site and the rules it keeps once; what staff changed since is never overwritten."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from apps.network.models import Terminal


class Command(BaseCommand):
    help = "Load fixtures/site.yaml and fixtures/segregation.yaml where no terminal is known yet. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if Terminal.objects.exists():
            self.stdout.write("The site is there already; nothing was changed.")
            return
        call_command("loaddata", "site", "segregation", verbosity=0)
        self.stdout.write(f"Loaded the site: {', '.join(t.name for t in Terminal.objects.all())}.")
