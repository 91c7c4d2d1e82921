"""A packing list as it comes: as a sheet (a line per kind of goods, perhaps a last one with totals) or as JSON.

See Note [All faults at once] in ``apps.common.sheets``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.common.sheets import Fault, SheetReader, SheetRefused, plain
from terminal.cargo import PackingLine, Totals
from terminal.dangerous_goods import require_imdg_class
from terminal.errors import gettext_noop
from terminal.identifiers.goods import require_commodity_code
from terminal.stock import GRAM, NOTHING, CustomsStatus

COLUMNS: Final = (
    "line",
    "goods",
    "packages",
    "package_kind",
    "gross_kg",
    "volume_m3",
    "hs_code",
    "marks",
    "origin",
    "customs_status",
    "chilled",
    "imdg_class",
)
LONGEST: Final = 500
TOTAL: Final = "total"
"""What stands in the column ``line`` of a last line that says what the others add up to."""

MOST_PACKAGES: Final = 1_000_000
HEAVIEST_KG: Final = Decimal(100_000)
LARGEST_M3: Final = Decimal(200)
COUNTRY: Final = re.compile(r"[A-Z]{2}")
LENGTHS: Final = {"goods": 200, "package_kind": 20, "marks": 200}
NOT_UNSAID: Final = ("goods", "package_kind")


class PackingListRefused(SheetRefused):
    """A packing list with faults; ``faults`` tells every one of them."""

    message = gettext_noop("The packing list was not taken in: %(count)s faults.")


def read_packing_list(content: bytes) -> list[PackingLine]:
    """The lines of a sheet (see ``rows_of``). Raises ``PackingListRefused`` with every fault."""
    return _Reader(content).lines()


def read_lots(lots: Sequence[Mapping[str, Any]], totals: Mapping[str, Any] | None = None) -> list[PackingLine]:
    """The lines of a list in JSON, numbered in their order, and its ``totals`` where it states any.

    Raises ``PackingListRefused`` with every fault, each with its place as a JSON pointer.
    """
    return _BodyReader(lots, totals).lines()


class _Reader(SheetReader):
    """One sheet on its way to a packing list."""

    columns = COLUMNS
    optional = frozenset({"line", "volume_m3", "marks", "origin", "customs_status", "chilled", "imdg_class"})
    longest = LONGEST
    refusal = PackingListRefused

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.found: dict[int, PackingLine] = {}
        self.stated: Totals | None = None
        self.last = 0

    def too_long(self) -> str:
        return _("A packing list is of one box; put goods of one kind on one line.")

    def lines(self) -> list[PackingLine]:
        for _row in self.each_row():
            self.last = self.line
            if self.row["line"].strip().lower() == TOTAL:
                self._totals()
            else:
                self._line()
        if not self.found and not self.faults:
            self.row = {}
            self.fault("", _("The packing list names no goods."), _("Give at least one line below the heading."))
        self._require_totals()
        self.require_faultless()
        return [self.found[line] for line in sorted(self.found)]

    def _line(self) -> None:
        before = len(self.faults)
        number, texts = self._number(), {name: self._text(name) for name in LENGTHS}
        packages = self.whole("packages", 1, MOST_PACKAGES)
        gross = self._kilograms()
        line = PackingLine(
            line=number or 0,
            packages=packages or 0,
            gross_kg=gross or NOTHING,
            volume_m3=self._cubic_metres() or NOTHING,
            hs_code=self._hs_code(),
            origin=self._origin(),
            customs_status=self._customs_status(),
            chilled=bool(self.row["chilled"] and self.yes_or_no("chilled")),
            imdg_class=self._imdg_class(),
            **texts,
        )
        if len(self.faults) == before and number is not None:
            self.found[number] = line

    def _number(self) -> int | None:
        if not self.row["line"]:
            return len(self.found) + 1
        number = self.whole("line", 1, LONGEST)
        if number in self.found:
            self.fault("line", _("There is a line of that number already."), _("Number the lines, each once."))
            return None
        return number

    def _text(self, column: str) -> str:
        said, most = " ".join(self.row[column].split()), LENGTHS[column]
        if len(said) > most:
            remedy = _("Write at most %(most)d characters.") % {"most": most}
            self.fault(column, _("This is too long."), remedy)
        if not said and column in NOT_UNSAID:
            self.fault(column, _("Nothing stands here."), _("Say what the goods are, and in what they are packed."))
        return said

    def _kilograms(self) -> Decimal | None:
        remedy = _("Write the gross weight of all packages in kilograms, more than nought, e.g. 1250.5.")
        if not self.row["gross_kg"]:
            self.fault("gross_kg", _("Nothing stands here."), remedy)
        return self._exact(self.decimal("gross_kg", remedy, lambda kg: GRAM <= kg <= HEAVIEST_KG))

    def _cubic_metres(self) -> Decimal | None:
        remedy = _("Write the volume of all packages in cubic metres, e.g. 3.2, or leave it out.")
        return self._exact(self.decimal("volume_m3", remedy, lambda m3: NOTHING <= m3 <= LARGEST_M3))

    def _exact(self, value: Decimal | None) -> Decimal | None:
        return None if value is None else value.quantize(GRAM)

    def _hs_code(self) -> str:
        remedy = _("Write 6, 8 or 10 digits; the first two are a chapter from 01 to 97, and not 77: e.g. 520512.")
        return self.read("hs_code", require_commodity_code, remedy) or ""

    def _origin(self) -> str:
        said = self.row["origin"].upper()
        if said and not COUNTRY.fullmatch(said):
            self.fault("origin", _("This is not a country."), _("Write two letters, such as CN or UZ."))
            return ""
        return said

    def _customs_status(self) -> CustomsStatus:
        if not self.row["customs_status"]:
            return CustomsStatus.UNKNOWN
        remedy = _("Write one of: %(possible)s.") % {"possible": ", ".join(CustomsStatus)}
        read = self.read("customs_status", lambda text: CustomsStatus(text.lower()), remedy)
        return read or CustomsStatus.UNKNOWN

    def _imdg_class(self) -> str:
        if not self.row["imdg_class"]:
            return ""
        return self.read("imdg_class", require_imdg_class, _("Write the class or division, such as 3 or 5.1.")) or ""

    def _totals(self) -> None:
        if self.stated is not None:
            self.fault("line", _("The totals are stated twice."), _("State them once, on the last line."))
        remedy = _("Write what the lines above add up to, or leave it out.")
        kilograms = self.decimal("gross_kg", remedy, lambda kg: kg >= 0)
        volume = self.decimal("volume_m3", remedy, lambda m3: m3 >= 0)
        self.stated = Totals(
            self.whole("packages", 0, MOST_PACKAGES * LONGEST, optional=True),
            self._exact(kilograms),
            self._exact(volume),
        )
        self.totals_at = (self.line, self.row)

    def _require_totals(self) -> None:
        """Only of a list whose lines could all be read: what a fault left out is missing in every sum."""
        if self.stated is None or self.faults:
            return
        self.line, self.row = self.totals_at
        for column, (_said, sums) in self.stated.wrong(self.found.values()).items():
            reason = _("The lines above add up to %(sum)s.") % {"sum": sums.normalize().__format__("f")}
            self.fault(column, reason, _("Correct the total, or the line that is wrong."))


class _BodyReader(_Reader):
    """A packing list that came as JSON: read as the sheet it could have been, its faults at their members."""

    def __init__(self, lots: Sequence[Mapping[str, Any]], totals: Mapping[str, Any] | None) -> None:
        super().__init__(b"")
        self.lots, self.said, self.at = lots, totals, ""

    def each_row(self) -> Iterator[None]:
        for turn, lot in enumerate(self.lots):
            self.at, self.line = f"/lots/{turn}", turn + 1
            self.row = {name: plain(lot.get(name)).strip() for name in COLUMNS} | {"line": str(turn + 1)}
            yield
        if self.said:
            self.row = {name: plain(self.said.get(name)).strip() for name in COLUMNS} | {"line": TOTAL}
            self.at = "/totals"
            yield

    def fault(self, column: str, reason: str, remedy: str) -> None:
        where = f"{self.at}/{column}" if column else self.at or "/lots"
        self.faults.append(Fault(0, column, self.row.get(column, "")[:60], reason, remedy, pointer=where))
