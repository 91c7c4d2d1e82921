"""What of a box its charges depend on, and which rule of several is meant for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol, TypeVar

from terminal.charges.money import ROUNDED, half_up
from terminal.errors import Malformed, gettext_noop
from terminal.regimes import Direction

SLOT_FT: Final = Decimal(20)
TEU_DIGITS: Final = 2


class NoSuchLength(Malformed):
    """A box without length."""

    message = gettext_noop("%(number)s cannot be %(length_ft)s feet long: a length is above 0, such as 20, 40 or 45.")


class NoRule(Malformed):
    """The tariff has nothing for such a box."""

    message = gettext_noop(
        "%(tariff)s has no %(rule)s for %(number)s; a rule without conditions would be for every box."
    )


class RuleTwice(Malformed):
    """Two rules of one tariff for the same boxes."""

    message = gettext_noop(
        "%(tariff)s has two rules of the kind %(rule)s for the same: %(conditions)s. Keep one of them."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A box as charges see it. ``length_ft``: nominal; ``customer``: whose conditions hold, "" for nobody's."""

    number: str
    length_ft: Decimal
    laden: bool
    direction: Direction
    customer: str = ""

    def __post_init__(self) -> None:
        if not (self.length_ft.is_finite() and self.length_ft > 0):
            raise NoSuchLength(number=self.number, length_ft=str(self.length_ft))

    @property
    def teu(self) -> Decimal:
        """Length ÷ 20′ to the hundredth, as ``terminal.equipment`` has it: 20′ 1, 40′ 2, 45′ 2.25."""
        return half_up(ROUNDED.divide(self.length_ft, SLOT_FT), TEU_DIGITS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """The boxes a rule is for; None: whatever it is."""

    customer: str | None = None
    direction: Direction | None = None
    length_ft: Decimal | None = None
    laden: bool | None = None

    def hold_for(self, box: Box) -> bool:
        """Whether the rule is for this box."""
        return (
            self.customer in (None, box.customer)
            and self.direction in (None, box.direction)
            and self.length_ft in (None, box.length_ft)
            and self.laden in (None, box.laden)
        )

    @property
    def narrowness(self) -> tuple[bool, ...]:
        """Sorts rules for one box: whose comes before which way, that before how long, that before laden or empty.

        Two different rules for one box are never equal in it, so the order of a tariff's rules does not matter.
        """
        return tuple(each is not None for each in (self.customer, self.direction, self.length_ft, self.laden))

    def __str__(self) -> str:
        load = {None: None, True: "laden", False: "empty"}[self.laden]
        feet = self.length_ft and f"{self.length_ft:f}′"
        return ", ".join(str(each) for each in (self.customer, self.direction, feet, load) if each) or "every box"


EVERY_BOX: Final = Conditions()


class Conditional(Protocol):
    """A rule with conditions."""

    @property
    def conditions(self) -> Conditions: ...


R = TypeVar("R", bound=Conditional)


def most_specific(rules: Iterable[R], box: Box) -> R | None:
    """The narrowest of the rules for the box; None: there is none."""
    meant = (rule for rule in rules if rule.conditions.hold_for(box))
    return max(meant, key=lambda rule: rule.conditions.narrowness, default=None)
