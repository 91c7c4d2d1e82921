"""Boxes that were never lifted off their wagon, or onto it."""

from datetime import datetime
from typing import Any

from django.db.models import F

from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.trains.models import WagonLoad
from terminal.events import EventKind


def take_back(visit: Visit, entry: Any, *, by: Actor, at: datetime) -> None:
    """Undo what a movement (its journal ``entry``) did on a train.

    A box that was not discharged is on its wagon still; one that was not loaded is on none.
    """
    loads = WagonLoad.objects.filter(visit=visit, wagon__train__call=entry.call_id)
    if entry.kind == EventKind.CONTAINER_DISCHARGED:
        loads.filter(leg=WagonLoad.Leg.ARRIVING).update(done_at=None, version=F("version") + 1)
    elif entry.kind == EventKind.CONTAINER_LOADED:
        loads.filter(leg=WagonLoad.Leg.DEPARTING).delete()
