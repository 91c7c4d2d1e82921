"""Housekeeping of what every app shares."""

from datetime import datetime, timedelta
from typing import Final

from apps.common.models import RememberedAnswer

REMEMBERED_FOR: Final = timedelta(hours=48)
"""How long an ``Idempotency-Key`` is known. Twice a day's length, so that a nightly job may repeat yesterday's."""


def forget_answers(*, at: datetime) -> int:
    """Drop the answers remembered under idempotency keys longer than ``REMEMBERED_FOR`` ago; how many went."""
    gone, _by_model = RememberedAnswer.objects.filter(created_at__lt=at - REMEMBERED_FOR).delete()
    return gone
