"""Rules that stop boxes or let them go by themselves: what they do, and which visits each is about.

What is not known never counts as good news: where a rule would stop a box, a doubt counts as a fit; where it would let
one go, a doubt does not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from terminal.events import EventKind
from terminal.moments import utc
from terminal.regimes import Direction, Goods, Regime
from terminal.throughput import Mode


class Deed(StrEnum):
    """What a rule does to a visit."""

    PLACE_HOLD = "place_hold"
    LIFT_HOLDS = "lift_holds"
    GRANT_PERMISSION = "grant_permission"
    REVOKE_PERMISSION = "revoke_permission"


STOPPING: Final = frozenset({Deed.PLACE_HOLD, Deed.REVOKE_PERMISSION})
"""Deeds that stand between a box and its step; the others let it go."""

OF_NO_VISIT: Final = (
    "call-", "consist-", "track-", "stowage-", "booking-", "declaration-", "alert-", "retracted", "rule-",
    "progress-", "interchange-",
)  # fmt: skip
"""How the kinds of event begin that are told of carriers, papers, figures and rules, not of one box, and of what others
say of a box elsewhere: nothing here follows on that."""


def can_follow(kind: EventKind) -> bool:
    """Whether a rule can follow on this kind of event: one that is told of a visit."""
    return not kind.startswith(OF_NO_VISIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is known of a visit when something happens to it; None, empty or "unknown": nobody said.

    ``parts`` are the parties that have a role in it just then: (key, role). ``mode`` is how the box came or goes.
    ``details`` is what the event itself notes down.
    """

    size_type: str = ""
    regime: Regime = Regime.UNKNOWN
    direction: Direction = Direction.UNKNOWN
    laden: bool | None = None
    goods: Goods = Goods.STANDARD
    mode: Mode | None = None
    destination: str = ""
    parts: frozenset[tuple[int, str]] = frozenset()
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which visits a rule is about; None or empty: any. ``destination`` and ``size_type`` are how they begin.

    ``party`` (its key) and ``role`` together: that party in that role. ``detail`` and ``value``: the event has to say
    just that (``severity``, ``unsafe``); here there is no doubt.
    """

    regime: Regime | None = None
    direction: Direction | None = None
    laden: bool | None = None
    goods: Goods | None = None
    mode: Mode | None = None
    destination: str = ""
    size_type: str = ""
    party: int | None = None
    role: str = ""
    detail: str = ""
    value: str = ""

    def fits(self, visit: Traits, *, deed: Deed) -> bool:
        """Whether the rule is about the visit. In doubt a deed that stops is done, one that lets go is not."""
        in_doubt = deed in STOPPING
        return (
            _meets(self.regime, visit.regime, visit.regime is not Regime.UNKNOWN, in_doubt)
            and _meets(self.direction, visit.direction, visit.direction is not Direction.UNKNOWN, in_doubt)
            and _meets(self.laden, visit.laden, visit.laden is not None, in_doubt)
            and _meets(self.mode, visit.mode, visit.mode is not None, in_doubt)
            and _meets(self.goods, visit.goods, True, in_doubt)
            and _begins(self.destination, visit.destination, in_doubt)
            and _begins(self.size_type, visit.size_type, in_doubt)
            and self._has_part(visit.parts)
            and self._is_said(visit.details)
        )

    def _is_said(self, details: Mapping[str, object]) -> bool:
        if not self.detail:
            return True
        return self.detail in details and str(details[self.detail]) == self.value

    def _has_part(self, parts: Iterable[tuple[int, str]]) -> bool:
        if self.party is None and not self.role:
            return True
        return any(self.party in (None, party) and self.role in ("", role) for party, role in parts)


def _meets(wanted: object, said: object, known: bool, in_doubt: bool) -> bool:
    return wanted is None or wanted == said or (in_doubt and not known)


def _begins(wanted: str, said: str, in_doubt: bool) -> bool:
    return said.startswith(wanted) or (in_doubt and not said)


def in_force(since: datetime | None, until: datetime | None, at: datetime) -> bool:
    """Whether a rule that counts from ``since`` until just before ``until`` counts at ``at``; None: without an end."""
    moment = utc(at)
    return (since is None or utc(since) <= moment) and (until is None or moment < utc(until))
