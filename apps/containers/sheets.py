"""What sheets say of boxes, column by column, the same for every carrier's list."""

import re
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from apps.common.sheets import SheetReader
from terminal.dangerous_goods import require_imdg_class, require_un_number
from terminal.equipment import SizeType
from terminal.identifiers import require_container_number, require_un_locode
from terminal.seals import require_seal_number

MOST_SEALS: Final = 6
BETWEEN_SEALS: Final = re.compile(r"[\s/;,|]+")


class BoxReader(SheetReader):
    """A sheet with lines about boxes. Each method reads the column of its name; None or "" where it says nothing."""

    def container_number(self) -> str | None:
        number: str | None = self.read(
            "container_number",
            require_container_number,
            _("Read the number off the box again; it is never corrected by guessing."),
        )
        return number

    def size_type(self) -> str | None:
        code: str | None = self.read(
            "size_type", lambda text: SizeType.parse(text).code, _("Write it as 22G1 or 45G1.")
        )
        return code

    def seals(self) -> tuple[str, ...]:
        remedy = _("Write the numbers, at most six, with a space between them.")
        found: tuple[str, ...] | None = self.read("seals", _seal_numbers, remedy)
        return found or ()

    def dangerous_goods(self) -> dict[str, str]:
        """``un_number`` and ``imdg_class``: both, or neither."""
        number = self.if_said("un_number", require_un_number, _("Write four digits, such as 1203."))
        imdg = self.if_said("imdg_class", require_imdg_class, _("Write the class or division, such as 3 or 5.1."))
        if bool(self.row["un_number"]) != bool(self.row["imdg_class"]):
            column = "imdg_class" if self.row["un_number"] else "un_number"
            self.fault(column, _("Dangerous goods have both a UN number and a class."), _("Give both, or neither."))
        return {"un_number": number, "imdg_class": imdg}

    def destination(self) -> str:
        return self.if_said("destination", require_un_locode, _("Write five letters, such as KZALA."))

    def if_said(self, column: str, parse: Callable[[str], str], remedy: str) -> str:
        """What ``parse`` makes of a column in which something stands."""
        return (self.read(column, parse, remedy) or "") if self.row[column] else ""


def _seal_numbers(text: str) -> tuple[str, ...]:
    numbers = dict.fromkeys(require_seal_number(each) for each in BETWEEN_SEALS.split(text.strip()) if each)
    if len(numbers) > MOST_SEALS:
        raise ValueError(text)
    return tuple(numbers)
