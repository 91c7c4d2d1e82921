"""A train gets ready to leave: its consist goes to the railway, its brakes are tested, and nothing else keeps it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.db.models import F

from apps.calls import services as calls
from apps.calls.services.refusals import lock, require_past, require_under_way
from apps.containers.services.rows import lock_visits
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.trains.models import TrainVisit, WagonLoad
from apps.trains.selectors.leaving import what_keeps
from apps.trains.selectors.loading import loaded, standing_wagons
from apps.trains.services.arriving import RIGHT, of_train
from apps.trains.services.refusals import StillLoaded
from terminal.departure import STILL_LOADED, Obstacle
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import ON_SITE

NAMED: Final = 10
"""Numbers a refusal names."""


class TrainNotReady(Refused):
    """Something keeps the train; ``blockers`` names all of it, with owner and remedy."""

    message = gettext_noop("%(train)s is not ready to leave: %(codes)s.")


class NotHere(Refused):
    """What is told of a train that stands here."""

    message = gettext_noop("%(train)s is %(phase)s: this can be said only while it stands here.")


class TestedBeforeItCame(Malformed):
    """A brake test of a train that was not here."""

    message = gettext_noop("The brakes of %(train)s cannot have been tested at %(time)s: it came at %(arrival)s.")


def send_consist(train: TrainVisit, *, by: Actor, at: datetime) -> TrainVisit:
    """The railway is given what the train takes, wagon by wagon; once more when it has changed.

    The journal row is what goes out. Raises ``NotYours``, ``CallIsOver`` (kept in the journal), ``NotHere``.
    """
    with here(train, "send consist", by=by, at=at):
        boxes = loaded(train)
        TrainVisit.objects.filter(pk=train.pk).update(consist_sent_at=at, version=F("version") + 1)
        train.consist_sent_at = at
        said = {
            "number": train.call.number,
            "wagons": len(standing_wagons(train)),
            "boxes": len(boxes),
            "teu": str(sum(each.visit.container.teu for each in boxes)),
        }
        record(of_train(train, EventKind.CONSIST_SENT, by=by, at=at, payload=said))
    return train


def note_brake_test(train: TrainVisit, *, by: Actor, at: datetime, happened_at: datetime | None = None) -> TrainVisit:
    """The brakes were tested and found good, at ``happened_at`` (now, unless said).

    Raises ``NotYours``, ``CallIsOver`` (kept in the journal), ``NotHere``, ``TestedBeforeItCame``, ``InTheFuture``,
    ``NaiveTime``.
    """
    tested = happened_at or at
    with here(train, "brake test", by=by, at=at):
        require_past(tested, at)
        came = train.call.arrived_at
        if came is not None and tested < came:
            said = {"time": tested.isoformat(), "arrival": came.isoformat()}
            raise TestedBeforeItCame(train=train.call.number, **said)
        test = {"brakes_tested_at": tested, "brakes_tested_by": by.label}
        TrainVisit.objects.filter(pk=train.pk).update(**test, version=F("version") + 1)
        train.brakes_tested_at, train.brakes_tested_by = tested, by.label
        record(of_train(train, EventKind.BRAKES_TESTED, by=by, at=tested, payload={"number": train.call.number}))
    return train


@contextmanager
def here(train: TrainVisit, message: str, *, by: Actor, at: datetime) -> Iterator[None]:
    """Something said of a train while it stands here, its call locked."""
    by.require(RIGHT, train.call.terminal)
    with calls.messages_about(train.call, message=message, by=by, at=at):
        lock(train.call)
        require_under_way(train.call)
        if train.call.phase not in ON_SITE:
            raise NotHere(train=train.call.number, phase=train.call.phase)
        yield


def require_can_leave(train: TrainVisit, at: datetime) -> None:
    """Raise exactly when ``what_keeps`` answers anything: ``StillLoaded`` (boxes that came with it), ``TrainNotReady``.

    Within a transaction in which the train's call is locked: nothing is put in the way of its boxes meanwhile.
    """
    aboard = WagonLoad.objects.filter(wagon__train=train, leg=WagonLoad.Leg.DEPARTING).select_related("visit")
    lock_visits(each.visit for each in aboard)
    found = what_keeps(train, at)
    if found:
        raise _refusal(train, found)


def _refusal(train: TrainVisit, found: list[Obstacle]) -> Refused:
    told = [each.as_facts() for each in found]
    brought = [each.container for each in found if each.code == STILL_LOADED]
    if brought:
        return StillLoaded(train=train.call.number, numbers=", ".join(brought[:NAMED]), blockers=told)
    codes = ", ".join(dict.fromkeys(each.code for each in found))
    return TrainNotReady(train=train.call.number, codes=codes, blockers=told)
