"""A train's consist as a file: read, checked line by line, and either understood whole or refused with every reason."""

from typing import IO

from apps.trains.consist.checking import check
from apps.trains.consist.reading import COLUMNS, MOST_BYTES, MOST_LINES, read
from apps.trains.consist.report import ConsistRefused, Problem, Report
from apps.trains.consist.wagons import Consist, ConsistBox, ConsistWagon

__all__ = [
    "COLUMNS",
    "MOST_BYTES",
    "MOST_LINES",
    "Consist",
    "ConsistBox",
    "ConsistRefused",
    "ConsistWagon",
    "Problem",
    "read_consist",
]


def read_consist(file: IO[bytes]) -> Consist:
    """Understand a CSV of one line per box (or per empty wagon), columns as ``COLUMNS``, in the order of the wagons.

    UTF-8 with or without a byte order mark; comma, semicolon or tab. Raises ``ConsistRefused`` with every problem
    (line, column, value, reason, remedy) and understands nothing of a file with one.
    """
    report = Report()
    consist = check(read(file, report), report)
    report.require_none()
    return consist
