"""What is to come off a ship or barge and what is to go onto it: where it stands on board, how far the work is, and
where what happened differs from what was listed.

A stowage position is bay, row and tier (ISO 9711-1): bays odd for 20′ and even for 40′ from the bow, rows from the
middle (00) outwards, tiers even, below deck from 02 and on deck from 72.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from terminal.errors import Malformed, gettext_noop
from terminal.identifiers.text import compact, require_ascii, shown
from terminal.lifecycle import LineState


class StowageList(StrEnum):
    """Which list of a call: what it brings, or what it takes."""

    DISCHARGE = "discharge"
    LOAD = "load"


class Undone(StrEnum):
    """Why a listed box is not worked: it stays on the ship, or is not taken."""

    REMAINS_ON_BOARD = "remains_on_board"
    SHUT_OUT = "shut_out"


WHY_NOT: Final = {StowageList.DISCHARGE: Undone.REMAINS_ON_BOARD, StowageList.LOAD: Undone.SHUT_OUT}
"""What it is called when a line of a list is given up."""

POSITION: Final = re.compile(r"([0-9]{2,3})([0-9]{2})([0-9]{2})", re.ASCII)


class MalformedStowagePosition(Malformed):
    """Not bay, row and tier."""

    message = gettext_noop("%(position)s is not a place on board: bay, row and tier, such as 012-04-82.")


def require_stowage_position(text: str) -> str:
    """Bay (three digits), row and tier, as ``012-04-82``. Refuses ``ForeignLetter``, ``MalformedStowagePosition``."""
    said = require_ascii(compact(text))
    found = POSITION.fullmatch(said)
    if found is None or int(found[1]) == 0 or int(found[3]) == 0:
        raise MalformedStowagePosition(position=shown(text.strip()) or "—")
    return f"{int(found[1]):03d}-{found[2]}-{found[3]}"


def turn_off(stow: str) -> tuple[str, int, str]:
    """Where a box comes in the order of discharging: bay by bay, what stands higher first; unknown places last."""
    bay, row, tier = stow.split("-") if stow else ("999", "99", "00")
    return bay, -int(tier), row


def turn_on(stow: str) -> tuple[str, int, str]:
    """Where a box comes in the order of loading: bay by bay, what stands lower first; unknown places last."""
    bay, tier, row = turn_off(stow)
    return bay, -tier if stow else 99, row


class Trouble(StrEnum):
    """Why a line of a load list cannot be planned as it stands."""

    NO_SUCH_BOX = "no_such_box"
    ANOTHER_LINE = "another_line"
    PLANNED_ELSEWHERE = "planned_elsewhere"
    PAST_CUT_OFF = "past_cut_off"


TROUBLES: Final = {
    Trouble.NO_SUCH_BOX: (
        gettext_noop("No such box is here or announced."),
        gettext_noop("Have it announced, or ask the line which box it means."),
    ),
    Trouble.ANOTHER_LINE: (
        gettext_noop("The box belongs to another shipping line."),
        gettext_noop("Ask both lines whose it is; only its own line has it loaded."),
    ),
    Trouble.PLANNED_ELSEWHERE: (
        gettext_noop("The box is planned to leave by another call."),
        gettext_noop("Have it taken off that call first."),
    ),
    Trouble.PAST_CUT_OFF: (
        gettext_noop("The box was not here at the cut-off."),
        gettext_noop("Ask the carrier for a later cut-off, or shut it out."),
    ),
}
"""What is wrong, and what helps."""


class Deviation(StrEnum):
    """How what happened differs from what was listed."""

    SHORT = "short"
    OVER = "over"
    NOT_WORKED = "not_worked"
    OTHER_SEAL = "other_seal"
    OTHER_WEIGHT = "other_weight"
    OTHER_STOW = "other_stow"
    REMARKED = "remarked"


WEIGHT_TOLERANCE: Final = Decimal("0.03")
"""(ours) Share of the listed weight by which a weighing may differ: scales and listed masses are not exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """One line as listed, and what the tally saw. Empty or None: nobody said, which differs from nothing."""

    state: LineState
    unlisted: bool = False
    seals: Sequence[str] = ()
    seals_seen: Sequence[str] = ()
    gross_kg: int | None = None
    gross_kg_seen: int | None = None
    stow: str = ""
    stow_seen: str = ""
    reason: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One deviation, with what was planned and what was seen."""

    what: Deviation
    planned: str
    realised: str


def deviations(line: Tallied) -> list[Difference]:
    """Every way in which a line was worked otherwise than listed."""
    found = [
        (line.state is LineState.SHORT, Difference(Deviation.SHORT, "1", "0")),
        (line.unlisted, Difference(Deviation.OVER, "0", "1")),
        (line.state is LineState.CANCELLED, Difference(Deviation.NOT_WORKED, "", line.reason)),
        (_other_seals(line), Difference(Deviation.OTHER_SEAL, _joined(line.seals), _joined(line.seals_seen))),
        (_other_weight(line), Difference(Deviation.OTHER_WEIGHT, _kg(line.gross_kg), _kg(line.gross_kg_seen))),
        (_other_stow(line), Difference(Deviation.OTHER_STOW, line.stow, line.stow_seen)),
        (bool(line.remark), Difference(Deviation.REMARKED, "", line.remark)),
    ]
    return [difference for differs, difference in found if differs]


def _other_seals(line: Tallied) -> bool:
    return bool(line.seals and line.seals_seen) and set(line.seals) != set(line.seals_seen)


def _other_weight(line: Tallied) -> bool:
    if line.gross_kg is None or line.gross_kg_seen is None:
        return False
    return abs(line.gross_kg_seen - line.gross_kg) > line.gross_kg * WEIGHT_TOLERANCE


def _other_stow(line: Tallied) -> bool:
    return bool(line.stow and line.stow_seen) and line.stow != line.stow_seen


def _joined(seals: Iterable[str]) -> str:
    return ", ".join(seals)


def _kg(weight: int | None) -> str:
    return f"{weight} kg" if weight is not None else ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on a call is. ``pace`` in moves per hour and ``ends_at`` are None until two moves are done."""

    planned: int
    done: int
    pace: Decimal | None
    ends_at: datetime | None

    @property
    def left(self) -> int:
        """Boxes still to be worked."""
        return self.planned - self.done

    @property
    def share(self) -> Decimal:
        """What part of the work is done: 1 when there was none."""
        return Decimal(self.done) / self.planned if self.planned else Decimal(1)


def progress(planned: int, done_at: Iterable[datetime], at: datetime) -> Progress:
    """How far the work is at ``at``, and when it ends if it goes on as since its first move, pauses included."""
    moves = sorted(done_at)
    pace = _pace(moves, at)
    left = planned - len(moves)
    hours = Decimal(left) / pace if pace else None
    ends_at = at + timedelta(seconds=int(hours * 3600)) if hours is not None else None
    return Progress(planned, len(moves), pace, ends_at if left else moves[-1] if moves else None)


def _pace(moves: list[datetime], at: datetime) -> Decimal | None:
    if len(moves) < 2 or at <= moves[0]:
        return None
    hours = Decimal(int((at - moves[0]).total_seconds())) / 3600
    return Decimal(len(moves) - 1) / hours if hours else None
