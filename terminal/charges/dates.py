"""The four dates of a stay's storage, kept apart: calculated, overridden, guaranteed through, paid through."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from terminal.charges.calendars import DAY
from terminal.errors import Malformed, gettext_noop


class OverrideByNobody(Malformed):
    """A last free day was set, and nobody can say by whom or why."""

    message = gettext_noop("A last free day is overridden by somebody and for a reason; both are told.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """A last free day that somebody set in place of the calculated one. Refuses ``OverrideByNobody``."""

    last_free_on: date
    by: str
    why: str

    def __post_init__(self) -> None:
        if not (self.by.strip() and self.why.strip()):
            raise OverrideByNobody


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """Chargeable days by who answers for them: paid already, on an earlier line, guaranteed by somebody, open.

    Each day is in one.
    """

    paid: tuple[date, ...]
    charged: tuple[date, ...]
    guaranteed: tuple[date, ...]
    open: tuple[date, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FourDates:
    """What is free, what is paid and what is promised, of days from ``first_on`` (the first the clock counts).

    ``calculated_on``: the last free day by the tariff, None without free days; ``override`` stands before it.
    ``paid_through``: no day until then is charged again. ``charged_through``: days until then stand on earlier lines,
    paid or not. ``guaranteed_through``: days until then are charged, and somebody stands for them, so that the box may
    go before they are paid.
    """

    first_on: date
    calculated_on: date | None
    override: Override | None = None
    guaranteed_through: date | None = None
    paid_through: date | None = None
    charged_through: date | None = None

    @property
    def last_free_on(self) -> date | None:
        """The last free day that holds: the overridden one, else the calculated one."""
        return self.override.last_free_on if self.override else self.calculated_on

    @property
    def chargeable_from(self) -> date:
        """The day after the last free day, never before the clock counts."""
        last_free = self.last_free_on
        return self.first_on if last_free is None else max(self.first_on, last_free + DAY)

    @property
    def settled_through(self) -> date:
        """The last day on which the box may go with nothing left to pay first."""
        settled = [self.chargeable_from - DAY, self.guaranteed_through, self.paid_through]
        return max(day for day in settled if day is not None)

    def is_paid(self, day: date) -> bool:
        """Whether a chargeable day was paid already."""
        return self.paid_through is not None and day <= self.paid_through

    def is_charged(self, day: date) -> bool:
        """Whether a chargeable day stands on an earlier line, or was paid."""
        return self.is_paid(day) or (self.charged_through is not None and day <= self.charged_through)

    def accounts(self, days: Iterable[date]) -> Accounts:
        """Chargeable days, told apart by who answers for them."""
        chargeable = list(days)
        unpaid = [day for day in chargeable if not self.is_charged(day)]
        promised = self.guaranteed_through
        return Accounts(
            paid=tuple(day for day in chargeable if self.is_paid(day)),
            charged=tuple(day for day in chargeable if self.is_charged(day) and not self.is_paid(day)),
            guaranteed=tuple(day for day in unpaid if promised is not None and day <= promised),
            open=tuple(day for day in unpaid if promised is None or day > promised),
        )
