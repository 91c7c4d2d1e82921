"""A sandbox is played: cue after cue, each when its minute has come.

# Note [Several players do no harm]
Whoever plays locks the stage, passes over one that is locked, enacts one cue and lets go: a cue and the count of what
was played are written together or not at all. After a pause the cues that were missed follow at once, each at its own
moment of the sandbox's day. A cue that is refused, because a program has changed what it is about, is noted and passed
over: the day goes on.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from apps.common import clock
from apps.common.words import sentence
from apps.network.models import Terminal
from apps.parties.models import ApiClient, PartyKey
from apps.sandbox.models import Stage
from apps.sandbox.script import SCRIPT, Cue
from apps.sandbox.services.deeds import DEEDS
from apps.sandbox.services.scene import BY, Scene
from apps.sandbox.services.sweeping import sweep
from terminal.errors import Refused
from terminal.sandbox import LOOP

AT_ONCE: Final = 20
"""Cues that one round enacts at most."""

AWAKE: Final = timedelta(hours=2)
"""A sandbox nobody asked for so long begins no further day until somebody asks again."""

log = logging.getLogger(__name__)


def play(at: datetime) -> int:
    """Enact what is due in every sandbox; how many cues. See Note [Several players do no harm]."""
    stages = Stage.objects.filter(terminal__active=True, terminal__sandbox=True).order_by("pk")
    return sum(play_one(pk, at) for pk in stages.values_list("pk", flat=True))


def play_one(stage: int, at: datetime, *, most: int = AT_ONCE) -> int:
    """Enact what is due in one sandbox, so many cues at most; how many."""
    played = 0
    while played < most and _step(stage, at):
        played += 1
    return played


@transaction.atomic
def begin_day(stage: Stage, *, at: datetime) -> Stage:
    """A new day begins: what was left of the last one goes. The stage as it is now."""
    row = Stage.objects.select_for_update().get(pk=stage.pk)
    terminal = Terminal.objects.get(pk=row.terminal_id)
    if row.day:
        with clock.going_by(terminal.time_at):
            sweep(terminal, by=BY, at=terminal.time_at(at))
    Terminal.objects.filter(pk=terminal.pk).update(day_began_at=at)
    row.day, row.played, row.cast, row.missed, row.version = row.day + 1, 0, {}, [], row.version + 1
    row.save(update_fields=["day", "played", "cast", "missed", "version"])
    return row


@transaction.atomic
def _step(pk: int, at: datetime) -> bool:
    """Enact the next cue where it is due; whether anything was done. Nothing where another player is at it."""
    stage = Stage.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if stage is None:
        return False
    began = stage.terminal.day_began_at
    if began is None:
        return _begin_next(stage, at - LOOP, at)
    if stage.played >= len(SCRIPT):
        return _begin_next(stage, began, at)
    cue = SCRIPT[stage.played]
    if cue.due_at(began) > at:
        return False
    _enact(stage, cue, cue.happens_at(began), at)
    stage.played, stage.version = stage.played + 1, stage.version + 1
    stage.save(update_fields=["played", "cast", "missed", "version"])
    return True


def _begin_next(stage: Stage, began: datetime, at: datetime) -> bool:
    if at < began + LOOP or not is_wanted(stage.terminal, at):
        return False
    begin_day(stage, at=at)
    return True


def is_wanted(terminal: Terminal, at: datetime) -> bool:
    """Whether a program that is still let in has asked here lately."""
    keys = PartyKey.objects.filter(terminal=terminal, revoked=False, last_used_at__gte=at - AWAKE)
    clients = ApiClient.objects.filter(terminal=terminal, last_used_at__gte=at - AWAKE).exclude(ends_at__lte=at)
    return keys.exists() or clients.exists()


def _enact(stage: Stage, cue: Cue, happens_at: datetime, wall: datetime) -> None:
    scene = Scene(stage, cue, happens_at, wall)
    kept = dict(stage.cast)
    try:
        with transaction.atomic(), clock.going_by(stage.terminal.time_at):
            DEEDS[cue.deed](scene)
    except Refused as refusal:
        _miss(stage, cue, kept, sentence(refusal.message, refusal.facts))
    except Exception:
        log.exception("the sandbox %s cannot play %s %s", stage, cue.deed, cue.about)
        _miss(stage, cue, kept, "fault")


def _miss(stage: Stage, cue: Cue, cast: dict[str, Any], why: str) -> None:
    stage.cast = cast
    stage.missed = [*stage.missed, {"minute": cue.minute, "deed": cue.deed, "about": cue.about, "why": why[:200]}]
