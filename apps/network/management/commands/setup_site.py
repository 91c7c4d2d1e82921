"""Load the site and the rules it keeps once, and what a newer version brings; what staff changed is not overwritten."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.network.models import Terminal
from apps.network.services import set_up_site


class Command(BaseCommand):
    help = (
        "Load fixtures/site.yaml, the rules beside it (segregation, customs) and further terminals where none is "
        "known yet; where one is, what has been added to them since. Safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        known = Terminal.objects.exists()
        given = set_up_site()
        if not known:
            self.stdout.write(f"Loaded the site: {', '.join(t.name for t in Terminal.objects.order_by('pk'))}.")
        elif given:
            told = ", ".join(f"{many} {what}" for what, many in given.items())
            self.stdout.write(f"The site is there already; what is new in this version was added: {told}.")
        else:
            self.stdout.write("The site is there already; nothing was changed.")
