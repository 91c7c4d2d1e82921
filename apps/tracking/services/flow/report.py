"""What came of a file of container flow: what was taken in, or every reason why not."""

from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import Final

from django.utils.translation import gettext as _

MOST_PROBLEMS: Final = 1000
LONGEST_VALUE: Final = 60


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where it stands, and what to do. Line 1 is the header; line 0 is the file as a whole."""

    line: int
    column: str
    value: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        if not self.line:
            return _("the file as a whole: %(reason)s %(remedy)s") % vars(self)
        return _("line %(line)d, %(column)s, “%(value)s”: %(reason)s %(remedy)s") % vars(self)


class Worst:
    """The first problems of a file by line, bounded, and how many there are in all."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[tuple[int, int, Problem]] = []

    def add(self, line: int, column: str, value: str, reason: str, remedy: str) -> None:
        self.count += 1
        short = value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "…"
        entry = (-line, -self.count, Problem(line, column, short, reason, remedy))
        (heappushpop if len(self._kept) >= MOST_PROBLEMS else heappush)(self._kept, entry)

    def sorted(self) -> list[Problem]:
        """By line, then in the order they were found."""
        return [problem for _line, _order, problem in sorted(self._kept, reverse=True)]


@dataclass
class FlowReport:
    """What came of a file. ``problems`` holds the first thousand by line, ``problem_count`` says how many there are.

    With a problem nothing was taken in. ``already_known`` stays were reported before, word for word.
    """

    stays: int = 0
    added: int = 0
    already_known: int = 0
    calls: int = 0
    containers: int = 0
    entries: int = 0
    dry_run: bool = False
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        """Whether the file is right: taken in, or fit to be with a dry run."""
        return not self.problem_count
