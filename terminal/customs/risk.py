"""How closely a declaration is to be looked at: rules, their shares, and what channel they come to.

# Note [A draw that can be asked twice]
A rule that hits one in ten must not hit another one when it is asked again, and nobody may choose. So each rule draws
from a checksum of the declaration's number and the rule's own name: known to nobody before the number is given, the
same for ever after, and for two rules independent. That makes the expected shares exact: of a declaration that two
rules of a half each fit, three quarters are hit.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from math import prod
from typing import Final

from terminal.lifecycle import Channel

STRICTEST_FIRST: Final = (Channel.RED, Channel.YELLOW, Channel.GREEN)
RANGE: Final = 1 << 64


@dataclass(frozen=True, slots=True)
class Line:
    """Goods of a declaration. What is not told (an empty text, None for the value, the rest of a code) fits every rule.

    ``value_minor`` in minor units of the terminal's currency; None too when it is given in another.
    """

    hs_code: str = ""
    origin: str = ""
    value_minor: int | None = None


UNTOLD: Final = (Line(),)
"""The goods of a declaration that names none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What of a declaration is asked when its risk is judged."""

    number: str
    regime: str
    direction: str
    party: int
    lines: tuple[Line, ...] = UNTOLD


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Of declarations like these, ``share_percent`` go to the channel. Empty is any; ``valid_until`` is the last day.

    ``least_value_minor``: what the lines that fit in code and origin are worth together.
    """

    name: str
    channel: Channel
    share_percent: float = 100.0
    regime: str = ""
    direction: str = ""
    hs_prefix: str = ""
    origin: str = ""
    party: int | None = None
    least_value_minor: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether the rule is in force that day of the site."""
        return (self.valid_from or day) <= day <= (self.valid_until or day)

    def fits(self, profile: Profile) -> bool:
        """Whether the declaration is one of those the rule is about."""
        return (
            self.regime in ("", profile.regime)
            and self.direction in ("", profile.direction)
            and self.party in (None, profile.party)
            and self._goods_fit(profile.lines or UNTOLD)
        )

    def _goods_fit(self, lines: tuple[Line, ...]) -> bool:
        values = [each.value_minor for each in lines if self._line_fits(each)]
        if not values or self.least_value_minor is None:
            return bool(values)
        return None in values or sum(value or 0 for value in values) >= self.least_value_minor

    def _line_fits(self, line: Line) -> bool:
        told, asked = line.hs_code, self.hs_prefix
        code_fits = told.startswith(asked) or asked.startswith(told)
        return code_fits and (not line.origin or self.origin in ("", line.origin))

    def hits(self, profile: Profile) -> bool:
        """Whether it is one of those and the draw fell on it."""
        return self.fits(profile) and drawn(profile.number, self.name) * 100 < self.share_percent


def drawn(number: str, name: str) -> float:
    """The lot of a declaration under a rule: from 0 up to, but not, 1."""
    return int.from_bytes(sha256(f"{number}\n{name}".encode()).digest()[:8]) / RANGE


def propose(profile: Profile, rules: Iterable[Rule], on: date) -> tuple[Channel, str]:
    """The channel of the strictest rule that hits, and its name (the first by name of several); green by no rule."""
    hit = [rule for rule in rules if rule.counts_on(on) and rule.hits(profile)]
    strictest = min(hit, key=lambda rule: (STRICTEST_FIRST.index(rule.channel), rule.name), default=None)
    return (strictest.channel, strictest.name) if strictest else (Channel.GREEN, "")


def expected_shares(profiles: Iterable[tuple[Profile, date]], rules: Iterable[Rule]) -> Mapping[Channel, float]:
    """What part of the declarations the rules send to each channel on average over all draws; none of none."""
    rules, many = list(rules), 0
    totals = dict.fromkeys(STRICTEST_FIRST, 0.0)
    for profile, on in profiles:
        many += 1
        fitting = [rule for rule in rules if rule.counts_on(on) and rule.fits(profile)]
        for channel, chance in _chances(fitting):
            totals[channel] += chance
    return {channel: total / many if many else 0.0 for channel, total in totals.items()}


def _chances(fitting: list[Rule]) -> Iterator[tuple[Channel, float]]:
    """Each channel is reached when none of a stricter one hit, and one of its own did; green by whatever is left."""
    left = 1.0
    for channel in STRICTEST_FIRST[:-1]:
        missed = prod(1 - rule.share_percent / 100 for rule in fitting if rule.channel == channel)
        yield channel, left * (1 - missed)
        left *= missed
    yield Channel.GREEN, left
