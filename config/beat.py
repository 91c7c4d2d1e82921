"""Beat with its schedule in the database, where a turn that staff changed stays changed."""

from typing import Any, Final

from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

SHIPPED: Final = "As shipped: {}"
"""What the description of a turn says of the schedule it was shipped with."""


class KeptSchedule(DatabaseScheduler):
    """Enters the turns of ``CELERY_BEAT_SCHEDULE`` that are new, or that a release has changed, and no others.

    The library's own scheduler writes all of them anew at every start: whatever staff had changed was lost then.
    """

    def update_from_dict(self, mapping: dict[str, dict[str, Any]]) -> None:
        """Enter those turns, each with the schedule it was shipped with as its description."""
        known = dict(PeriodicTask.objects.values_list("name", "description"))
        new = {name: entry for name, entry in mapping.items() if known.get(name) != _shipped(entry)}
        super().update_from_dict(new)
        for name, entry in new.items():
            PeriodicTask.objects.filter(name=name).update(description=_shipped(entry))


def _shipped(entry: dict[str, Any]) -> str:
    return SHIPPED.format(f"{entry['task']}, {entry['schedule']!r}")
