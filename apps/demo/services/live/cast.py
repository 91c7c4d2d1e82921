"""Who reads, who is asked next, and what is watched in a week that passes at speed.

# Note [Lines drawn for the traffic]
A generated yard need not be full in just these days. Unless the site is to be judged as it is built, the rules have
capacities of their own: of the yard so that it is over its line for a third of the week, of blocks so that they begin
just over theirs. So there is something to tell of any order, and the rules show by what they measure.
"""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Final

import numpy as np
from django.db import transaction

from apps.alerts.models import Escalation, Rule, Subscription
from apps.demo.services import people
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import User
from apps.trains.models import Track
from apps.yard.selectors import utilisation
from terminal.traffic import World
from terminal.traffic.stocks import EVERY, yard_teu

READERS: Final = ("manager", "manager.zh", "planner", "gate")
"""One of each language: English, Chinese, Russian, Kazakh."""

CHAIN: Final = (("manager.zh", 30), ("planner", 60), ("gate", 90), ("admin", 120))
"""Who is asked next, so many minutes after an alert was told and nobody has acknowledged it."""

BLOCKS: Final = 6
SPEAK_FROM, SPEAK_UNTIL = time(8), time(20)
"""Of blocks and tracks people hear by day: what stands in the morning is one mail."""

OVER_FOR: Final = 0.35
"""The share of the week for which the yard is over its line."""

ABOUT_TO: Final = Decimal("0.88")
"""How full the fullest blocks are when the week begins."""


@dataclass(frozen=True)
class Cast:
    """Who acknowledges, and of how many TEU the yard's rule is the measure."""

    acknowledges: Actor
    yard_teu: Decimal


@transaction.atomic
def prepare(terminal: Terminal, world: World, *, since: datetime, as_built: bool) -> Cast:
    """People and rules of a week that begins at ``since``. See Note [Lines drawn for the traffic]."""
    if people.known() is None:
        people.invite(terminal)
    for name in READERS:
        for what in Subscription.What:
            Subscription.objects.get_or_create(terminal=terminal, user=_user(name), what=what, rule=None)
    Escalation.objects.filter(terminal=terminal).delete()
    for name, minutes in CHAIN:
        Escalation.objects.create(terminal=terminal, user=_user(name), after_seconds=60 * minutes)
    full = Decimal(terminal.operating_capacity_teu) if as_built else _full(world, since)
    _rules(terminal, full, as_built=as_built)
    return Cast(Actor.person(_user("manager")), full)


def _user(name: str) -> User:
    return User.objects.get(username=name)


def _full(world: World, since: datetime) -> Decimal:
    """So many TEU that the yard is over 85 % of them for a third of the time."""
    levels = yard_teu(world, np.arange(int(since.timestamp()), world.end, EVERY))
    line = float(np.quantile(levels, 1 - OVER_FOR))
    return Decimal(max(round(line / 0.85), 1))


def _rules(terminal: Terminal, full: Decimal, *, as_built: bool) -> None:
    yard = Rule.objects.filter(terminal=terminal, metric=Rule.Metric.YARD_TEU, block=None, within_hours=None)
    yard.update(capacity=None if as_built else full)
    ahead = {"raise_at": Decimal("0.5"), "warn_at": Decimal("0.3"), "clear_below": Decimal("0.25")}
    _rule(terminal, metric=Rule.Metric.YARD_TEU, within_hours=48, warns_of=Decimal("0.85"), capacity=full, **ahead)
    by_day = {"speaks_from": SPEAK_FROM, "speaks_until": SPEAK_UNTIL}
    fullest = sorted(utilisation(terminal).blocks, key=lambda each: each.teu, reverse=True)[:BLOCKS]
    for each in fullest:
        capacity = None if as_built or not each.teu else each.teu / ABOUT_TO
        _rule(terminal, metric=Rule.Metric.YARD_TEU, block=each.block, capacity=capacity, **by_day)
    for track in Track.objects.filter(terminal=terminal):
        _rule(terminal, metric=Rule.Metric.TRAIN_PLACES, track=track, **by_day)


def _rule(terminal: Terminal, **values: object) -> None:
    Rule.objects.create(terminal=terminal, **values)
