"""Boxes that were unpacked where they stand."""

from datetime import datetime

from django.db.models import F

from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.yard.models import Standing
from apps.yard.services.orders import call_off

EMPTIED = "the box was unpacked"


def stay_in_place(visit: Visit, empty: Visit, *, by: Actor, at: datetime) -> None:
    """The empty stay has the cell of the laden one; what was asked for the laden box is called off.

    Raises ``BoxBusy`` while somebody moves it.
    """
    call_off(visit, reason=EMPTIED, by=by, at=at)
    Standing.objects.filter(visit=visit).update(visit=empty, version=F("version") + 1)
