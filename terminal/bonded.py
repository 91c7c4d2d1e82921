"""Goods in bond: what a ledger may say of them, how long they may stay, and what processing makes of them.

# Note [A ledger is only added to]
Customs read the ledger of an entry from its first row to its last. A row that was wrong stays; a further row says by
how much. So every figure is a signed difference, what is there is their sum, and no sum is ever below nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from terminal.errors import Malformed, Refused, gettext_noop

NOTHING: Final = Decimal(0)
PERCENT: Final = Decimal("0.01")
MOST_PERCENT: Final = Decimal("999999.99")
"""A yield beyond this says no more than that hardly anything came from the lots."""


class BondedRegime(StrEnum):
    """What goods are in bond for: to be stored, or to be made into something else."""

    STORAGE = "bonded-storage"
    PROCESSING = "bonded-processing"


class LedgerKind(StrEnum):
    """What a row of the ledger tells."""

    RECEIPT = "receipt"
    HANDLING = "handling"
    SPLIT = "split"
    TRANSFER = "transfer"
    SAMPLING = "sampling"
    INTO_PROCESSING = "into-processing"
    MADE = "made"
    WASTE = "waste"
    DIFFERENCE = "difference"
    REMOVAL = "removal"
    DESTRUCTION = "destruction"
    AMENDMENT = "amendment"
    EXTENSION = "extension"


ADDS: Final = frozenset({LedgerKind.RECEIPT, LedgerKind.MADE, LedgerKind.WASTE})
"""Rows after which more is there."""

TAKES: Final = frozenset(
    {LedgerKind.SAMPLING, LedgerKind.INTO_PROCESSING, LedgerKind.REMOVAL, LedgerKind.DESTRUCTION},
)
"""Rows after which less is there."""

DOCUMENTED: Final = frozenset(
    {LedgerKind.RECEIPT, LedgerKind.SAMPLING, LedgerKind.REMOVAL, LedgerKind.DESTRUCTION, LedgerKind.EXTENSION}
)
"""Rows that customs allow or order: they name the document."""


class WrongSign(Malformed):
    """A figure that such a row cannot have."""

    message = gettext_noop(
        "A row of the kind %(kind)s cannot be over %(packages)s packages and %(gross_kg)s kg: it %(rule)s."
    )


class NoDocument(Malformed):
    """Customs have no word in it."""

    message = gettext_noop("A row of the kind %(kind)s names the customs document that allows it.")


class AmendsTooMuch(Malformed):
    """With the amendment the row would say what such a row cannot."""

    message = gettext_noop(
        "Row %(number)s says %(packages)s packages and %(gross_kg)s kg, amendments included. Amended it would say "
        "%(amended_packages)s and %(amended_kg)s, and it %(rule)s; it can be amended down to nothing, not beyond."
    )


class NotAmended(Malformed):
    """A row that has a counterpart, or is no figure."""

    message = gettext_noop(
        "Row %(number)s is of the kind %(kind)s and not amended by itself: count the lot and enter the difference."
    )


class MassOutOfBalance(Malformed):
    """Something came of nothing, or is gone and nobody says where."""

    message = gettext_noop(
        "%(given_kg)s kg went in (%(input_kg)s kg from the lots, %(added_kg)s kg added), %(found_kg)s kg came out "
        "(%(output_kg)s kg made, %(waste_kg)s kg waste, %(loss_kg)s kg lost): the two are to be equal."
    )


class NothingMade(Malformed):
    """No input or no output."""

    message = gettext_noop("Processing takes some kg of at least one lot and makes some kg of at least one.")


class PeriodNotLonger(Malformed):
    """An extension that extends nothing."""

    message = gettext_noop("The period ends on %(ends_on)s; an extension ends it on a later day, not on %(wanted)s.")


class PeriodOver(Refused):
    """The goods may not be in bond any more."""

    message = gettext_noop(
        "The period of %(entry)s ended on %(ends_on)s: the goods can be removed or destroyed, or the period extended; "
        "nothing else."
    )


STILL_ALLOWED: Final = frozenset(
    {LedgerKind.REMOVAL, LedgerKind.DESTRUCTION, LedgerKind.EXTENSION, LedgerKind.AMENDMENT, LedgerKind.DIFFERENCE}
)
"""Rows that end a stay, or tell the truth: allowed when the period is over."""


def require_row(kind: LedgerKind, packages: int, gross_kg: Decimal, document: str = "") -> None:
    """Raise ``WrongSign`` or ``NoDocument`` unless such a row can be written."""
    if (rule := _broken_rule(kind, packages, gross_kg)) is not None:
        raise WrongSign(kind=kind.value, packages=packages, gross_kg=str(gross_kg), rule=rule)
    if kind in DOCUMENTED and not document.strip():
        raise NoDocument(kind=kind.value)


def _broken_rule(kind: LedgerKind, packages: int, gross_kg: Decimal) -> str | None:
    figures = (Decimal(packages), gross_kg)
    if kind in ADDS and not (gross_kg > 0 <= packages):
        return gettext_noop("adds some kg")
    if kind in TAKES and not (gross_kg < 0 >= packages):
        return gettext_noop("takes some kg away")
    if kind is LedgerKind.HANDLING and gross_kg != 0:
        return gettext_noop("changes no weight")
    if kind is LedgerKind.EXTENSION and any(figures):
        return gettext_noop("changes nothing that is there")
    if kind in (LedgerKind.AMENDMENT, LedgerKind.DIFFERENCE) and not any(figures):
        return gettext_noop("changes something")
    return None


AMENDED: Final = frozenset(
    {
        LedgerKind.RECEIPT,
        LedgerKind.HANDLING,
        LedgerKind.SAMPLING,
        LedgerKind.DIFFERENCE,
        LedgerKind.REMOVAL,
        LedgerKind.DESTRUCTION,
    }
)
"""Rows that stand for themselves, so that one can be amended and no other with it."""


def require_amendment(number: int, kind: LedgerKind, row: tuple[int, Decimal], by: tuple[int, Decimal]) -> None:
    """Raise ``NotAmended``, or ``AmendsTooMuch`` unless a row (packages, kg, as amended so far) can be amended so.

    Amended it is a row of its kind still, or nothing.
    """
    if kind not in AMENDED:
        raise NotAmended(number=number, kind=kind.value)
    after = row[0] + by[0], row[1] + by[1]
    rule = _broken_rule(kind, *after) if any(after) else None
    if rule is not None:
        raise AmendsTooMuch(
            number=number,
            packages=row[0],
            gross_kg=str(row[1]),
            amended_packages=after[0],
            amended_kg=str(after[1]),
            rule=rule,
        )


def require_period(kind: LedgerKind, entry: str, ends_on: date, today: date) -> None:
    """Raise ``PeriodOver`` for what is not done with goods any more whose period is over; its last day is within."""
    if today > ends_on and kind not in STILL_ALLOWED:
        raise PeriodOver(entry=entry, ends_on=str(ends_on))


def require_longer(ends_on: date, wanted: date) -> None:
    """Raise ``PeriodNotLonger`` unless the extension ends on a later day."""
    if wanted <= ends_on:
        raise PeriodNotLonger(ends_on=str(ends_on), wanted=str(wanted))


WARNINGS_DAYS: Final = (30, 14, 7, 1)
"""Days before the last day of a period on which its owner is warned."""

OVER: Final = -1
"""The warning that the period is over."""


def warning_due(ends_on: date, today: date, given: Collection[int]) -> int | None:
    """Which warning (days ahead, or ``OVER``) is to be given today; None: none, or it was given already.

    Where several are due at once (nobody looked for a while) it is the nearest one: the others have come true.
    """
    left = (ends_on - today).days
    due = OVER if left < 0 else min((days for days in WARNINGS_DAYS if left <= days), default=None)
    return None if due is None or due in given else due


@dataclass(frozen=True, kw_only=True)
class Processing:
    """What went into a run of processing and what came of it, in kg: input + added = output + waste + loss.

    ``added``: free goods put in, such as dye; ``waste`` is still there and in bond, ``loss`` is not (it dried, it
    burnt). Refuses ``NothingMade``, ``MassOutOfBalance``.
    """

    input_kg: Decimal
    output_kg: Decimal
    waste_kg: Decimal = NOTHING
    loss_kg: Decimal = NOTHING
    added_kg: Decimal = NOTHING

    def __post_init__(self) -> None:
        every = {name: getattr(self, name) for name in self.__dataclass_fields__}
        if not (all(each.is_finite() and each >= 0 for each in every.values()) and self.input_kg and self.output_kg):
            raise NothingMade
        given, found = self.input_kg + self.added_kg, self.output_kg + self.waste_kg + self.loss_kg
        if given != found:
            told = {name: str(each) for name, each in every.items()}
            raise MassOutOfBalance(given_kg=str(given), found_kg=str(found), **told)

    @property
    def yield_percent(self) -> Decimal:
        """Made of what went in from the lots, in percent to 0.01, ``MOST_PERCENT`` at most; over 100 where much was
        added.
        """
        return min(100 * self.output_kg / self.input_kg, MOST_PERCENT).quantize(PERCENT, ROUND_HALF_UP)

    def keeps_to(self, least_percent: Decimal | None, most_percent: Decimal | None) -> bool:
        """Whether the yield lies in what customs approved; an end that is None is open."""
        least = NOTHING if least_percent is None else least_percent
        return least <= self.yield_percent and (most_percent is None or self.yield_percent <= most_percent)
