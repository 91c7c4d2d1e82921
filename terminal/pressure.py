"""When fullness is worth an alert, and when it is over.

*Stocks* (TEU in the yard, track places taken, m² held) are watched by pressure: a reading over the raise line must
last before an alert is raised, and one under the clear line must last before it is over. Between the two lines
nothing changes, so an alert never flaps. *Flows* (trains a day, TEU a day) are watched by what the whole site day
will come to: done plus still planned.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from terminal.errors import Malformed, gettext_noop
from terminal.lifecycle import AlertState
from terminal.moments import require_zone, utc

Reading = Decimal | float | None
"""A share of capacity (0.85 is 85 %); None where nothing could be read."""


class ThresholdsOutOfOrder(Malformed):
    """Thresholds between which no reading could come to rest."""

    message = gettext_noop(
        "Clear below (%(clear_below)s) must lie above zero and not above raise (%(raise_at)s); "
        "warn (%(warn)s) not above raise; waiting times not below zero."
    )


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lines of one watched stock, as shares of capacity. Refuses lines out of order."""

    warn: Decimal = Decimal("0.75")
    raise_at: Decimal = Decimal("0.85")
    clear_below: Decimal = Decimal("0.80")
    pending: timedelta = timedelta(minutes=15)
    recovery: timedelta = timedelta(minutes=30)

    def __post_init__(self) -> None:
        lines = 0 < self.clear_below <= self.raise_at and 0 < self.warn <= self.raise_at
        if not (lines and self.pending >= timedelta() and self.recovery >= timedelta()):
            raise ThresholdsOutOfOrder(
                warn=str(self.warn), raise_at=str(self.raise_at), clear_below=str(self.clear_below)
            )


class Level(StrEnum):
    """How a single reading looks, whatever was read before."""

    OK = "ok"
    WARN = "warn"
    RAISE = "raise"
    UNKNOWN = "unknown"


def level(thresholds: Thresholds, reading: Reading) -> Level:
    """The level of one reading: on the line is over it."""
    share = _share(reading)
    if share is None:
        return Level.UNKNOWN
    if share >= thresholds.raise_at:
        return Level.RAISE
    return Level.WARN if share >= thresholds.warn else Level.OK


def _share(reading: Reading) -> Decimal | None:
    if reading is None:
        return None
    share = Decimal(str(reading))
    return share if share.is_finite() else None


@dataclass(frozen=True, slots=True)
class Watch:
    """What a watched stock is doing, and since when.

    ``raised`` remembers through a silence that an alert stood when the readings stopped.
    """

    state: AlertState
    since: datetime
    raised: bool = False

    def __post_init__(self) -> None:
        require_zone(self.since)

    @property
    def is_alerting(self) -> bool:
        """Whether an alert stands: raised and not yet over."""
        return self.state in STANDING or (self.state is AlertState.NO_DATA and self.raised)


STANDING: Final = frozenset({AlertState.ALERTING, AlertState.RECOVERING})
"""An alert that was raised and is not yet over."""


def observe(watch: Watch, thresholds: Thresholds, reading: Reading, at: datetime) -> Watch:
    """The watch after one more reading, at most one step further. The same state keeps its ``since``.

    Silence is no recovery: an alert that stood when the readings stopped stands again when they return, unless they
    return under the clear line, and then it has to last there first. A reading older than ``since`` counts as read
    then, so a clock set back delays a change and never causes one.
    """
    since = utc(watch.since)
    moment = max(utc(at), since)
    state = _next_state(watch, thresholds, _share(reading), moment - since)
    if state is watch.state:
        return watch
    return Watch(state, moment, raised=state in STANDING or (state is AlertState.NO_DATA and watch.is_alerting))


def _next_state(watch: Watch, lines: Thresholds, share: Decimal | None, lasted: timedelta) -> AlertState:
    if share is None:
        return AlertState.NO_DATA
    if watch.is_alerting:
        return _while_alerting(watch.state, lines, share, lasted)
    return _while_quiet(watch.state, lines, share, lasted)


def _while_quiet(state: AlertState, lines: Thresholds, share: Decimal, lasted: timedelta) -> AlertState:
    if share < lines.raise_at:
        return AlertState.NORMAL
    if state is AlertState.PENDING and lasted >= lines.pending:
        return AlertState.ALERTING
    return AlertState.PENDING


def _while_alerting(state: AlertState, lines: Thresholds, share: Decimal, lasted: timedelta) -> AlertState:
    if share >= lines.clear_below:
        return AlertState.ALERTING
    if state is AlertState.RECOVERING and lasted >= lines.recovery:
        return AlertState.NORMAL
    return AlertState.RECOVERING


@dataclass(frozen=True, slots=True)
class DayOutlook:
    """What a site day will come to against the rated figure, in the unit of the figure (trains, TEU)."""

    done: Decimal
    still_planned: Decimal
    rated: Decimal

    @property
    def expected(self) -> Decimal:
        return self.done + self.still_planned

    @property
    def share(self) -> Decimal:
        """Expected ÷ rated. 1 is exactly full."""
        return self.expected / self.rated

    @property
    def exceeds(self) -> bool:
        """Whether the day will come to more than the rated figure: exactly full does not."""
        return self.expected > self.rated


class NotRated(Malformed):
    """A flow cannot be judged without a rated figure above zero."""

    message = gettext_noop("A rated figure of %(rated)s says nothing about a day: it must lie above zero.")


def day_outlook(done: Decimal | int, still_planned: Decimal | int, rated: Decimal | int) -> DayOutlook:
    """Done plus still planned for the site day against the rated figure. Raises ``NotRated``."""
    if not rated > 0:
        raise NotRated(rated=str(rated))
    return DayOutlook(Decimal(done), Decimal(still_planned), Decimal(rated))
