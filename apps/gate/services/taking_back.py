"""A gate-out that was entered wrongly and is taken back: the right to the box was not used after all."""

from django.db.models import F

from apps.containers.models import Visit
from apps.gate.models import AppointmentBox
from apps.journal.models import Entry
from terminal.events import EventKind
from terminal.throughput import Direction


def take_back(visit: Visit, entry: Entry) -> None:
    """Give the right back under which the box left by the entry's truck. Within the transaction that takes it back."""
    if entry.kind != EventKind.CONTAINER_GATED_OUT or entry.call_id is None:
        return
    left = AppointmentBox.objects.filter(visit=visit, direction=Direction.OUT.value, done_at__isnull=False)
    for box in left.filter(appointment__call=entry.call_id).select_related("delivery_order", "pin"):
        AppointmentBox.objects.filter(pk=box.pk).update(done_at=None, version=F("version") + 1)
        for right in (box.delivery_order, box.pin):
            if right is not None:
                type(right)._default_manager.filter(pk=right.pk).update(used_at=None, version=F("version") + 1)
