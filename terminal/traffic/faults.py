"""Between the world and its records: what is told late, twice, wrongly, and taken back."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.identifiers import check_digit
from terminal.traffic.flows import Boxes
from terminal.traffic.moments import DAY, HOUR, NEVER, Flags, Moments, Numbers, seconds
from terminal.traffic.parameters import Faults
from terminal.traffic.streams import Stream, Streams

NEVER_HAPPENED, WRONG_TIME, WRONG_NUMBER, REFUSED_NUMBER = range(4)
"""What is wrong with a report: the movement, its time, its number, or a number that is none."""
WHY: Final = ("did not happen", "wrong time", "wrong number", "no valid number")


@dataclass(frozen=True)
class Mistakes:
    """One element a wrong report: about which stay, its way in (else out), what is wrong, and what was said.

    ``shift`` is added to the six digits of the number, ``retracted`` is when somebody noticed (``NEVER``: nobody).
    """

    stay: Numbers
    incoming: Numbers
    fault: Numbers
    says: Moments
    told: Moments
    retracted: Moments
    shift: Numbers

    def __len__(self) -> int:
        return len(self.stay)


@dataclass(frozen=True)
class Told:
    """When each stay's movements became known, and what else was told of them. ``twice``: reported a second time."""

    came: Moments
    went: Moments
    twice: Flags
    mistakes: Mistakes


def report(boxes: Boxes, faults: Faults, streams: Streams) -> Told:
    """Tell the movements of all boxes, with the faults that belong to it.

    A movement told wrongly is told rightly when the mistake is noticed, or, if it never is, at the next count.
    """
    stream, many = streams["reports"], len(boxes)
    came = _told(boxes.in_at, faults, stream)
    went = np.where(boxes.out_at < NEVER, _told(np.minimum(boxes.out_at, NEVER - 400 * DAY), faults, stream), NEVER)
    parts = [
        _false_departures(boxes, went, faults, streams["false-reports"]),
        *(
            _garbled(boxes, came if way else went, bool(way), fault, chance, faults, streams[f"garbled-{way}-{fault}"])
            for fault, chance in (
                (WRONG_TIME, faults.wrong_time),
                (WRONG_NUMBER, faults.wrong_number),
                (REFUSED_NUMBER, faults.refused_number),
            )
            for way in (1, 0)
        ),
    ]
    columns = ("stay", "incoming", "fault", "says", "told", "retracted", "shift")
    mistakes = Mistakes(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))
    return Told(came, went, streams["twice"].happens(faults.duplicated, many), mistakes)


def _told(at: Moments, faults: Faults, stream: Stream) -> Moments:
    many = len(at)
    usual = stream.hours(faults.delay_median_s / HOUR, 0.7, many)
    late = stream.hours(faults.late_median_h, faults.late_sigma, many)
    told: Moments = at + np.maximum(np.where(stream.happens(faults.late, many), late, usual), 1)
    return told


def _noticed(told: Moments, faults: Faults, stream: Stream) -> tuple[Moments, Flags]:
    """When each mistake is noticed or made good, and whether it stays in the records for all that."""
    after = told + stream.hours(faults.noticed_median_h, 1.0, len(told)) + 60
    return after, stream.happens(faults.never_noticed, len(told))


def _false_departures(boxes: Boxes, went: Moments, faults: Faults, stream: Stream) -> Mistakes:
    """Somebody reports a box gone that stands. It is noticed when it really goes, at the latest, if ever."""
    stays = np.flatnonzero(stream.happens(faults.retracted, len(boxes)) & (boxes.out_at < NEVER))
    length = boxes.out_at[stays] - boxes.in_at[stays]
    says = boxes.in_at[stays] + (length * stream.uniform(0.1, 0.9, len(stays))).astype(np.int64)
    told = says + stream.hours(faults.delay_median_s / HOUR, 0.7, len(stays)) + 1
    retracted, stands = _noticed(told, faults, stream)
    retracted = np.where(stands, NEVER, np.maximum(np.minimum(retracted, went[stays]), told + 60))
    zero = np.zeros(len(stays), dtype=np.int64)
    return Mistakes(stays, zero, zero + NEVER_HAPPENED, says, told, retracted, zero)


def _garbled(
    boxes: Boxes, told: Moments, incoming: bool, fault: int, chance: float, faults: Faults, stream: Stream
) -> Mistakes:
    """A movement told wrongly first; ``told``, when it is told rightly, moves behind the notice."""
    at = boxes.in_at if incoming else boxes.out_at
    stays = np.flatnonzero(stream.happens(chance, len(boxes)) & (at < NEVER))
    wrong_at = told[stays].copy()
    noticed, stands = _noticed(wrong_at, faults, stream)
    told[stays] = noticed
    says = at[stays].copy()
    if fault == WRONG_TIME:
        by = np.where(stream.happens(0.5, len(stays)), 12 * HOUR, DAY)
        says = np.where(stream.happens(0.6, len(stays)), says - by, np.minimum(says + by, wrong_at - 1))
    retracted = np.where(stands | (fault == REFUSED_NUMBER), NEVER, noticed)
    shift = np.zeros(len(stays), dtype=np.int64)
    if fault in (WRONG_NUMBER, REFUSED_NUMBER):
        shift = np.array([9, 90, 900, 9000, 90_000])[stream.draw.integers(0, 5, len(stays))]
    return Mistakes(
        stays, np.full(len(stays), int(incoming)), np.full(len(stays), fault), says, wrong_at, retracted, shift
    )


@dataclass(frozen=True)
class Moves:
    """Rehandles: boxes that were put elsewhere while they stood, one element a move."""

    stay: Numbers
    at: Moments
    told: Moments

    def __len__(self) -> int:
        return len(self.stay)


def rehandles(boxes: Boxes, faults: Faults, stream: Stream) -> Moves:
    """So many moves a stay on average, at any time between its coming and going (or ten days, for those that stay)."""
    many = stream.draw.poisson(faults.rehandle, len(boxes))
    stay = np.repeat(np.arange(len(boxes)), many)
    end = np.minimum(boxes.out_at, boxes.in_at + 10 * DAY)[stay]
    at = boxes.in_at[stay] + ((end - boxes.in_at[stay]) * stream.uniform(0.02, 0.98, len(stay))).astype(np.int64)
    return Moves(stay, at, at + seconds(stream.uniform(0.005, 0.1, len(stay))))


def misread(number: str, fault: int, shift: int) -> str:
    """The number as it was told: another box's, or one that cannot be (a wrong check digit, a Cyrillic letter)."""
    if fault == WRONG_NUMBER:
        body = f"{number[:4]}{(int(number[4:10]) + shift) % 1_000_000:06d}"
        return body + check_digit(body + "0")
    if fault != REFUSED_NUMBER:
        return number
    if shift == 9:
        return number[:3].translate(str.maketrans("CTSEOHBY", "СТЅЕОНВУ")) + number[3:]
    return number[:10] + str((int(number[10]) + 1) % 10)
