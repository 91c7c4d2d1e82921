"""`manage.py bounce < mail`: note what a bounced mail says."""

import email
import email.policy
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from apps.notices.bounces import note_bounce


class Command(BaseCommand):
    help = "Read a delivery report on standard input, and note the addresses that refuse mail for good."

    def handle(self, *args: Any, **options: Any) -> None:
        """Note them, and say which they are."""
        mail = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.compat32)
        noted = note_bounce(mail, timezone.now())
        self.stdout.write("\n".join(noted) if noted else "No address is refused for good in this mail.")
