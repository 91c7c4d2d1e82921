"""Taking in published trade, from a sheet: all of it or nothing, with a word on every line."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.common.sheets import SheetReader
from apps.reports.models import TradeStatement
from apps.reports.selectors.trade import SAID, statements_of
from terminal.countries import COUNTRIES
from terminal.trade import Contradiction, contradictions

NAMES: Final = ("reporter", "partner", "from", "to", "source")
MOST: Final = Decimal(100_000_000_000)
ALL: Final = Decimal(100)
"""Percent: a share is no more, and nothing falls by more."""
TENTH: Final = Decimal("0.1")
NONE: Final = Decimal(0)
MOST_CHANGE: Final = Decimal(99_999)
EARLIEST: Final = date(1900, 1, 1)


@dataclass(frozen=True)
class Line:
    """What became of a line of the sheet: ``new``, ``changed`` or ``same``; and what in it contradicts itself."""

    line: int
    statement: TradeStatement
    outcome: str
    doubts: Sequence[Contradiction] = ()


class TradeReader(SheetReader):
    """A sheet of statements: thousand US$ and percent; months as 2016-01."""

    columns: ClassVar[tuple[str, ...]] = (*NAMES, *SAID, "rounded_to")
    optional: ClassVar[frozenset[str]] = frozenset({*SAID, "rounded_to"})
    longest: ClassVar[int] = 2000

    def __init__(self, content: bytes, today: date) -> None:
        super().__init__(content)
        self.today = today

    def statements(self) -> list[tuple[int, TradeStatement]]:
        """Every line with what it says. Raises ``SheetRefused`` with every fault."""
        found, seen = [], dict[tuple[Any, ...], int]()
        for _each in self.each_row():
            row = self._statement()
            if row is not None:
                self._require_first(row, seen)
                found.append((self.line, row))
        self.require_faultless()
        return found

    def _statement(self) -> TradeStatement | None:
        before = len(self.faults)
        reporter, partner = self._countries()
        first, last = self._months()
        figures = {name: self._figure(name, *_bounds(name)) for name in SAID}
        rounded_to = self._figure("rounded_to", TENTH, MOST)
        if not self.row["source"]:
            self.fault("source", _("Nothing stands here."), _("Name who says it."))
        if not any(self.row[name] for name in SAID):
            self.fault("turnover", _("The line says no figure."), _("Give at least one."))
        if len(self.faults) > before or not (reporter and partner and first and last):
            return None
        return TradeStatement(
            reporter=reporter, partner=partner, source=self.row["source"][:120], first_on=first,
            last_on=last.replace(day=monthrange(last.year, last.month)[1]), **figures,
            rounded_to=rounded_to or TENTH,
        )  # fmt: skip

    def _countries(self) -> tuple[str | None, str | None]:
        remedy = _("Write the two letters of the country, such as KZ.")
        reporter, partner = (self.read(name, _country, remedy) for name in ("reporter", "partner"))
        for name, code in (("reporter", reporter), ("partner", partner)):
            if code and code not in COUNTRIES:
                self.fault(name, _("No country has these letters (ISO 3166)."), remedy)
        if reporter and reporter == partner:
            self.fault("partner", _("A country does not trade with itself."), _("Name the other country."))
        return reporter, partner

    def _months(self) -> tuple[date | None, date | None]:
        remedy = _("Write the month as 2016-01.")
        first, last = self.read("from", _month, remedy), self.read("to", _month, remedy)
        for name, month in (("from", first), ("to", last)):
            if month and month < EARLIEST:
                self.fault(name, _("It lies before %(year)d.") % {"year": EARLIEST.year}, remedy)
        if first and last and last < first:
            self.fault("to", _("It ends before it begins."), remedy)
        elif last and last >= self.today.replace(day=1):
            self.fault("to", _("This month is not over yet."), _("Name months that are over."))
        return first, last

    def _figure(self, name: str, least: Decimal, most: Decimal) -> Decimal | None:
        remedy = _("Write a number from %(least)s to %(most)s with a point and at most one digit after it.")
        return self.decimal(
            name,
            remedy % {"least": least, "most": most},
            lambda value: least <= value <= most and value == round(value, 1),
        )

    def _require_first(self, row: TradeStatement, seen: dict[tuple[Any, ...], int]) -> None:
        key = (row.reporter, row.partner, row.first_on, row.last_on, row.source)
        if key in seen:
            reason = _("Line %(line)d says it already.") % {"line": seen[key]}
            self.fault("source", reason, _("Leave one of them out."))
        seen.setdefault(key, self.line)


def _bounds(name: str) -> tuple[Decimal, Decimal]:
    """Between which figures it lies: nobody trades less than nothing."""
    if name.endswith("_share"):
        return NONE, ALL
    return (-ALL, MOST_CHANGE) if name.endswith("_change") else (NONE, MOST)


def _country(text: str) -> str:
    if len(text) == 2 and text.isascii() and text.isalpha():
        return text.upper()
    raise ValueError(text)


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


@transaction.atomic
def take_in_trade(content: bytes, today: date) -> list[Line]:
    """Keep what a sheet says, in the place of what the same source said of the same time before.

    What contradicts itself is kept as it is published, and told. Raises ``SheetRefused`` with every fault of every
    line; then nothing is kept.
    """
    return [_kept(line, row) for line, row in TradeReader(content, today).statements()]


def _kept(line: int, row: TradeStatement) -> Line:
    about = ("reporter", "partner", "first_on", "last_on", "source")
    doubts = contradictions(statements_of([row]))
    known = TradeStatement.objects.select_for_update().filter(**{name: getattr(row, name) for name in about}).first()
    if known is None:
        row.save()
        return Line(line, row, "new", doubts)
    said = {name: getattr(row, name) for name in (*SAID, "rounded_to")}
    if all(getattr(known, name) == value for name, value in said.items()):
        return Line(line, known, "same", doubts)
    TradeStatement.objects.filter(pk=known.pk).update(**said)
    row.pk = known.pk
    return Line(line, row, "changed", doubts)
