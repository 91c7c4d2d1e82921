"""Taking in published trade, from a sheet: all of it or nothing, with a word on every line."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext as _

from apps.common.sheets import SheetReader
from apps.reports.models import TradeStatement
from apps.reports.selectors.trade import SAID

NAMES: Final = ("reporter", "partner", "from", "to", "source")
LEAST, MOST = Decimal("-1000000"), Decimal("100000000000")


@dataclass(frozen=True)
class Line:
    """What became of a line of the sheet: ``new``, ``changed`` or ``same``."""

    line: int
    statement: TradeStatement
    outcome: str


class TradeReader(SheetReader):
    """A sheet of statements: thousand US$ and percent; months as 2016-01."""

    columns: ClassVar[tuple[str, ...]] = (*NAMES, *SAID, "rounded_to")
    optional: ClassVar[frozenset[str]] = frozenset({*SAID, "rounded_to"})
    longest: ClassVar[int] = 2000

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
        remedy = _("Write the two letters of the country, such as KZ.")
        reporter, partner = (self.read(name, _country, remedy) for name in ("reporter", "partner"))
        months = _("Write the month as 2016-01.")
        first, last = self.read("from", _month, months), self.read("to", _month, months)
        figures = {name: self._figure(name) for name in SAID}
        rounded_to = self._figure("rounded_to")
        if not self.row["source"]:
            self.fault("source", _("Nothing stands here."), _("Name who says it."))
        if not any(value is not None for value in figures.values()):
            self.fault("turnover", _("The line says no figure."), _("Give at least one."))
        if first and last and last < first:
            self.fault("to", _("It ends before it begins."), months)
        if len(self.faults) > before:
            return None
        return TradeStatement(
            reporter=reporter, partner=partner, source=self.row["source"][:120], first_on=first,
            last_on=last.replace(day=monthrange(last.year, last.month)[1]), **figures,
            rounded_to=rounded_to or Decimal("0.1"),
        )  # fmt: skip

    def _figure(self, name: str) -> Decimal | None:
        remedy = _("Write a number with a point and at most one digit after it.")
        return self.decimal(name, remedy, lambda value: LEAST < value < MOST and value == round(value, 1))

    def _require_first(self, row: TradeStatement, seen: dict[tuple[Any, ...], int]) -> None:
        key = (row.reporter, row.partner, row.first_on, row.last_on, row.source)
        if key in seen:
            reason = _("Line %(line)d says it already.") % {"line": seen[key]}
            self.fault("source", reason, _("Leave one of them out."))
        seen.setdefault(key, self.line)


def _country(text: str) -> str:
    if len(text) == 2 and text.isascii() and text.isalpha():
        return text.upper()
    raise ValueError(text)


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


@transaction.atomic
def take_in_trade(content: bytes) -> list[Line]:
    """Keep what a sheet says, in the place of what the same source said of the same time before.

    Raises ``SheetRefused`` with every fault of every line; then nothing is kept.
    """
    return [_kept(line, row) for line, row in TradeReader(content).statements()]


def _kept(line: int, row: TradeStatement) -> Line:
    about = ("reporter", "partner", "first_on", "last_on", "source")
    known = TradeStatement.objects.select_for_update().filter(**{name: getattr(row, name) for name in about}).first()
    if known is None:
        row.save()
        return Line(line, row, "new")
    said = {name: getattr(row, name) for name in (*SAID, "rounded_to")}
    if all(getattr(known, name) == value for name, value in said.items()):
        return Line(line, known, "same")
    TradeStatement.objects.filter(pk=known.pk).update(**said)
    row.pk = known.pk
    return Line(line, row, "changed")
