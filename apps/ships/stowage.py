"""A discharge or load list as a sheet, or as JSON: one line a box.

See Note [All faults at once] in ``apps.common.sheets``.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.common.sheets import SheetRefused
from apps.containers.sheets import BoxReader
from terminal.equipment import SizeType
from terminal.errors import gettext_noop
from terminal.reefers import COLDEST, WARMEST
from terminal.stowage import require_stowage_position
from terminal.weights import HEAVIEST_KG, Weighing

COLUMNS: Final = (
    "container_number",
    "size_type",
    "laden",
    "gross_kg",
    "vgm_kg",
    "vgm_method",
    "vgm_by",
    "seals",
    "un_number",
    "imdg_class",
    "celsius",
    "destination",
    "stow",
    "onward",
    "bill_of_lading",
)
LONGEST: Final = 5000
"""Lines a list may have: more than any ship discharges or loads in one call here."""

METHODS: Final = {1: Weighing.VGM_METHOD_1, 2: Weighing.VGM_METHOD_2}
"""How a verified gross mass came about, by the number SOLAS gives it."""


class StowageListRefused(SheetRefused):
    """A list with faults; ``faults`` tells every one of them."""

    message = gettext_noop("The list was not taken in: %(count)s faults.")


@dataclass(frozen=True)
class ListedBox:
    """A box as listed. ``sheet_line`` is where it stands in the sheet; ``stow`` is bay-row-tier on board."""

    sheet_line: int
    number: str
    size_type: str
    laden: bool
    gross_kg: int | None = None
    vgm_kg: int | None = None
    vgm_method: int | None = None
    vgm_by: str = ""
    seals: tuple[str, ...] = ()
    un_number: str = ""
    imdg_class: str = ""
    celsius: Decimal | None = None
    destination: str = ""
    stow: str = ""
    onward: str = ""
    bill_of_lading: str = ""

    def facts(self) -> dict[str, Any]:
        """What the list says of the box, by the columns of its row."""
        return {name: list(value) if name == "seals" else value for name, value in vars(self).items()
                if name != "sheet_line"}  # fmt: skip


def read_stowage_list(content: bytes) -> list[ListedBox]:
    """The boxes of a list (CSV in UTF-8, XLSX, or a JSON array of objects named as the columns).

    Raises ``StowageListRefused`` with every fault.
    """
    return _Reader(content).boxes()


class _Reader(BoxReader):
    """One sheet on its way to a list."""

    columns = COLUMNS
    longest = LONGEST
    refusal = StowageListRefused

    def boxes(self) -> list[ListedBox]:
        seen: dict[str, int] = {}
        boxes = [box for _row in self.each_row() if (box := self._box(seen)) is not None]
        if not boxes and not self.faults:
            self.fault("", _("The list names no box."), _("Give at least one line below the heading."))
        self.require_faultless()
        return boxes

    def _box(self, seen: dict[str, int]) -> ListedBox | None:
        before = len(self.faults)
        number, size = self.container_number(), self.size_type()
        found = {
            "laden": self.yes_or_no("laden"),
            "gross_kg": self.whole("gross_kg", 1, HEAVIEST_KG, optional=True),
            **self._verified_mass(),
            "seals": self.seals(),
            **self.dangerous_goods(),
            "celsius": self._celsius(size),
            "destination": self.destination(),
            "stow": self.if_said("stow", require_stowage_position, _("Write bay, row and tier, such as 012-04-82.")),
            "onward": self.row["onward"][:40],
            "bill_of_lading": self.row["bill_of_lading"][:60],
        }
        self._require_once(number, seen)
        if number is None or size is None or len(self.faults) > before:
            return None
        return ListedBox(self.line, number, size, **found)

    def _require_once(self, number: str | None, seen: dict[str, int]) -> None:
        line = seen.setdefault(number, self.line) if number else self.line
        if line != self.line:
            reason = _("The box is on line %(line)d already.") % {"line": line}
            self.fault("container_number", reason, _("A box is on a list once."))

    def _verified_mass(self) -> dict[str, Any]:
        mass = self.whole("vgm_kg", 1, HEAVIEST_KG, optional=True)
        method = self.whole("vgm_method", 1, 2, optional=True)
        who = self.row["vgm_by"][:120]
        if mass is not None and method is None and not self.row["vgm_method"]:
            self.fault("vgm_method", _("A verified gross mass says how it came about."), _("Write 1 or 2."))
        if mass is not None and not who:
            self.fault("vgm_by", _("A verified gross mass says who answers for it."), _("Write the party's name."))
        return {"vgm_kg": mass, "vgm_method": method, "vgm_by": who}

    def _celsius(self, size: str | None) -> Decimal | None:
        remedy = _("Write the set-point in °C, e.g. -18.5.")
        found = self.decimal("celsius", remedy, lambda degrees: COLDEST <= degrees <= WARMEST)
        if found is not None and size is not None and not SizeType.parse(size).is_reefer:
            self.fault(
                "celsius", _("Only a reefer keeps a temperature."), _("Leave it empty, or correct the size-type.")
            )
            return None
        return found if found is None else found.quantize(Decimal("0.1"))
