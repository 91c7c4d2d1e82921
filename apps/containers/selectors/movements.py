"""What moved a box, as the journal has it."""

from typing import Final

from apps.containers.models import Visit
from apps.journal.models import Entry
from terminal.events import ARRIVALS, DEPARTURES, Classifier, EventKind

MOVEMENTS: Final = ARRIVALS | DEPARTURES | {EventKind.CONTAINER_MOVED}
"""What can be taken back."""

CHANGES: Final = MOVEMENTS | {EventKind.CONTAINER_STRIPPED}
"""What stands on the movement before it."""


def latest_movement(visit: Visit) -> Entry | None:
    """The latest standing entry that moved or emptied the visit's box; None when nothing did."""
    standing = Entry.objects.standing().filter(
        visit_id=visit.pk, kind__in=sorted(CHANGES), classifier=Classifier.ACTUAL.value
    )
    return standing.order_by("happened_at", "pk").last()
