"""Which offices a declaration falls to: rules as dated data, what they leave empty being any."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """What a declaration is about, as far as jurisdiction asks: the chapters of its goods, the zones of its lots."""

    regime: str
    direction: str
    party: int
    chapters: frozenset[str] = frozenset()
    zones: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What falls to ``office``. Empty is any; ``valid_until`` is the last day."""

    office: int
    regime: str = ""
    direction: str = ""
    chapter: str = ""
    zone: int | None = None
    party: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether the rule is in force that day of the site."""
        return (self.valid_from or day) <= day <= (self.valid_until or day)

    def covers(self, matter: Matter) -> bool:
        """Whether the matter falls under the rule."""
        return (
            self.regime in ("", matter.regime)
            and self.direction in ("", matter.direction)
            and (not self.chapter or self.chapter in matter.chapters)
            and (self.zone is None or self.zone in matter.zones)
            and self.party in (None, matter.party)
        )


def offices_for(matter: Matter, rules: Iterable[Rule], on: date) -> set[int]:
    """The offices that a rule in force that day names for the matter; none: no rule covers it."""
    return {rule.office for rule in rules if rule.counts_on(on) and rule.covers(matter)}


def chapters_of(hs_codes: Iterable[str]) -> frozenset[str]:
    """The chapters of HS codes: their first two digits. No code has none."""
    return frozenset(code[:2] for code in hs_codes if code)
