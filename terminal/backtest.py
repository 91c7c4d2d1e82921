"""What an alert rule would have said, and what it was worth: its lines played over a series by ``pressure`` itself.

Every alert *warns of* a line (full, say). It was *right* when the figure came to that line while it stood; *false* when
it ended and the figure never had; *undecided* while it stands and the figure has not yet. Every time the figure came to
the line was *foreseen* when an alert stood already, met *late* when one was raised only then, and *missed* when none
was. The *lead* of a right alert is the time from its raising to the line; none where the line was reached first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from statistics import median
from typing import Final

from terminal.lifecycle import AlertState
from terminal.pressure import Thresholds, Watch, observe

Point = tuple[datetime, Decimal | None]
"""A moment and a share of capacity; None where nothing could be read."""

NOTHING: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Episode:
    """An alert from its raising to its end. No end: it stands when the series ends. ``peak``: its highest share."""

    opened_at: datetime
    closed_at: datetime | None
    peak: Decimal = Decimal(0)


def replay(series: Sequence[Point], thresholds: Thresholds) -> list[Episode]:
    """The alerts the rule would have raised, reading by reading, as the watch itself goes on."""
    return list(_episodes(series, thresholds))


def _episodes(series: Sequence[Point], thresholds: Thresholds) -> Iterator[Episode]:
    watch = Watch(AlertState.NORMAL, series[0][0]) if series else None
    opened: datetime | None = None
    peak = Decimal(0)
    for at, share in series:
        watch = observe(watch, thresholds, share, at)  # type: ignore[arg-type]
        if watch.is_alerting and opened is None and share is not None:
            opened, peak = at, share
        elif opened is not None and not watch.is_alerting:
            yield Episode(opened, at, peak)
            opened = None
        peak = max(peak, share) if share is not None else peak
    if opened is not None:
        yield Episode(opened, None, peak)


def replay_days(series: Sequence[Point], end_of_day: Callable[[datetime], datetime]) -> list[Episode]:
    """The alerts of what is counted by the day: one a day at most, from the first reading above 1 to the end of its
    day. The last has no end where its day is not over when the series ends.
    """
    found: list[Episode] = []
    for end, readings in groupby(series, key=lambda point: end_of_day(point[0])):
        over = [(at, share) for at, share in readings if share is not None and share > 1]
        if over:
            closed = end if end < end_of_day(series[-1][0]) else None
            found.append(Episode(over[0][0], closed, max(share for _at, share in over)))
    return found


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which the figure was at the line or over it. No end: it still is."""

    began_at: datetime
    ended_at: datetime | None


def spells(series: Sequence[Point], line: Decimal) -> list[Spell]:
    """Every time at the line. A gap in the readings neither begins nor ends one."""
    found: list[Spell] = []
    began: datetime | None = None
    for at, share in series:
        if share is None:
            continue
        if share >= line and began is None:
            began = at
        elif share < line and began is not None:
            found.append(Spell(began, at))
            began = None
    return [*found, Spell(began, None)] if began is not None else found


@dataclass(frozen=True, slots=True)
class Record:
    """What a rule's alerts were worth over a time."""

    alerts: int
    right: int
    false: int
    undecided: int
    spells: int
    foreseen: int
    late: int
    missed: int
    leads: tuple[timedelta, ...] = ()

    @property
    def lead(self) -> timedelta | None:
        """The median lead of the alerts that came before the line."""
        return timedelta(seconds=median(lead.total_seconds() for lead in self.leads)) if self.leads else None

    @property
    def precision(self) -> float | None:
        """Right ones of the alerts that are decided."""
        decided = self.right + self.false
        return self.right / decided if decided else None

    @property
    def recall(self) -> float | None:
        """Foreseen ones of the times at the line."""
        return self.foreseen / self.spells if self.spells else None


def judge(episodes: Sequence[Episode], series: Sequence[Point], line: Decimal, *, grace: timedelta = NOTHING) -> Record:
    """What the alerts were worth against what came. ``grace``: how long after its end an alert may still come true."""
    found, ends = spells(series, line), series[-1][0] if series else None
    met = [_met(each, found, grace) for each in episodes]
    decided = [ends is not None and each.closed_at is not None and each.closed_at + grace <= ends for each in episodes]
    right = sum(spell is not None for spell in met)
    false = sum(spell is None and over for spell, over in zip(met, decided, strict=True))
    before = [_standing_at(spell.began_at, episodes, grace) for spell in found]
    touched = [any(_meets(each, spell, grace) for each in episodes) for spell in found]
    leads = tuple(
        spell.began_at - each.opened_at
        for each, spell in zip(episodes, met, strict=True)
        if spell is not None and spell.began_at > each.opened_at
    )
    return Record(
        alerts=len(episodes),
        right=right,
        false=false,
        undecided=len(episodes) - right - false,
        spells=len(found),
        foreseen=sum(before),
        late=sum(touch and not early for touch, early in zip(touched, before, strict=True)),
        missed=sum(not touch for touch in touched),
        leads=leads,
    )


def _meets(alert: Episode, spell: Spell, grace: timedelta) -> bool:
    begins_in_time = alert.closed_at is None or spell.began_at < alert.closed_at + grace
    return begins_in_time and (spell.ended_at is None or spell.ended_at > alert.opened_at)


def _met(alert: Episode, found: Sequence[Spell], grace: timedelta) -> Spell | None:
    return next((spell for spell in found if _meets(alert, spell, grace)), None)


def _standing_at(moment: datetime, episodes: Sequence[Episode], grace: timedelta) -> bool:
    return any(
        each.opened_at < moment and (each.closed_at is None or moment < each.closed_at + grace) for each in episodes
    )
