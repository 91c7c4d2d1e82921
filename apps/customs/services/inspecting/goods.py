"""Goods in the warehouse that customs looks at, or has seized, stay."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from apps.customs.models import Inspection
from apps.warehouse.models import Lot
from terminal.customs.inspecting import InspectionResult
from terminal.errors import Refused, gettext_noop
from terminal.lifecycle import OPEN_INSPECTION, InspectionStatus


class GoodsAreInspected(Refused):
    """What customs is to look at is there when it comes."""

    message = gettext_noop(
        "Customs inspects %(lot)s (%(inspection)s): its goods stay until the result is written down."
    )


class GoodsAreSeized(Refused):
    """Seized goods leave on no release; only another look of customs ends it."""

    message = gettext_noop(
        "Customs has seized %(lot)s (%(inspection)s, %(office)s): its goods stay until the office has inspected it "
        "again and lets it go."
    )


def stop_goods(*, lot: Lot, **_signal: Any) -> Refused | None:
    """Why customs keeps goods of the lot here: a look at it is open, or the latest one seized it.

    What is asked of a lot is asked of what was split off it since.
    """
    looks = list(_looks(lot))
    for each in looks:
        if each.status in OPEN_INSPECTION:
            return GoodsAreInspected(lot=lot.number, inspection=each.number)
    done = [each for each in looks if each.status == InspectionStatus.DONE and each.done_at is not None]
    latest = max(done, key=lambda each: (each.done_at, each.pk), default=None)
    if latest is None or latest.result != InspectionResult.SEIZED:
        return None
    return GoodsAreSeized(lot=lot.number, inspection=latest.number, office=latest.office.name)


def _looks(lot: Lot) -> Iterator[Inspection]:
    """Inspections of the lot, and of those it was split off from before it was."""
    about, until = Q(lot=lot), lot.received_at
    parent = lot.parent
    while parent is not None:
        about |= Q(lot=parent, ordered_at__lte=until)
        until = min(until, parent.received_at)
        parent = parent.parent
    yield from Inspection.objects.filter(about).select_related("office")
