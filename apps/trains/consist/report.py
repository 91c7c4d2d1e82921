"""What is wrong with a consist: where, why, and what to do about it."""

from dataclasses import asdict, dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from terminal.errors import Malformed, gettext_noop
from terminal.identifiers.text import shown

MOST_TOLD: Final = 200


class ConsistRefused(Malformed):
    """A consist with problems; nothing of it is taken in. ``problems`` holds the first 200, one object each."""

    message = gettext_noop("The consist is refused, nothing of it was taken in (%(problem_count)s problems). %(first)s")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. Line 1 is the header; line 0 is the file as a whole."""

    line: int
    column: str
    value: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        if not self.line:
            return f"{self.reason} {self.remedy}"
        return _("Line %(line)d, %(column)s “%(value)s”: %(reason)s %(remedy)s") % asdict(self)


@dataclass
class Report:
    """The problems found so far, in the order of the file."""

    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, column: str, value: str, reason: str, remedy: str) -> None:
        """Note one more; only the first 200 are kept, all are counted."""
        self.count += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(Problem(line, column, shown(value), reason, remedy))

    def require_none(self) -> None:
        """Raise ``ConsistRefused`` when anything was noted."""
        if self.count:
            told = sorted(self.problems, key=lambda each: each.line)
            raise ConsistRefused(
                problem_count=self.count, first=str(told[0]), problems=[asdict(each) for each in told]
            )
