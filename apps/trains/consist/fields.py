"""One field at a time: what it may say, and what to do when it says something else."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.trains.consist.reading import Line
from apps.trains.consist.report import Report
from terminal.errors import Refused

T = TypeVar("T")

YES: Final = frozenset({"yes", "y", "true", "1", "laden", "full"})
NO: Final = frozenset({"no", "n", "false", "0", "empty"})

REMEDY: Final = {
    "wagon_sequence": gettext_lazy("Number the wagons 1, 2, 3 … from the head of the train."),
    "wagon_scheme": gettext_lazy("Chinese wagons are CN7, those of 1520 mm CIS8, European ones UIC12."),
    "wagon_number": gettext_lazy("Compare it with the wagon; nothing is corrected here."),
    "wagon_type": gettext_lazy("At most 20 characters."),
    "tare_kg": gettext_lazy("Whole kilograms, or nothing."),
    "length_m": gettext_lazy("Metres with at most two decimals and a point, or nothing."),
    "position": gettext_lazy("1 or 2; a 40′ or 45′ box stands on 1."),
    "container_number": gettext_lazy("Compare it with the box or its papers; nothing is corrected here."),
    "size_type": gettext_lazy("Four characters of ISO 6346, such as 22G1 or 45G1."),
    "laden": gettext_lazy("yes, no, or nothing when it is not known."),
    "gross_kg": gettext_lazy("Whole kilograms, box and goods together."),
    "destination": gettext_lazy("A UN/LOCODE such as KZALA, or nothing."),
}


class Fields:
    """The fields of one line, each read once; what is wrong goes to the report and reads as None."""

    def __init__(self, line: Line, report: Report) -> None:
        self.line = line
        self.report = report

    def text(self, column: str) -> str:
        """As it stands there; empty when there is nothing."""
        return self.line.fields.get(column, "")

    def wrong(self, column: str, reason: str) -> None:
        """Note a problem with this field."""
        self.report.add(self.line.number, column, self.text(column), reason, str(REMEDY[column]))

    def checked(self, column: str, reader: Callable[[str], T]) -> T | None:
        """What one of the terminal's own readers makes of it; its refusal is the reason."""
        try:
            return reader(self.text(column))
        except Refused as refusal:
            self.wrong(column, _(refusal.message) % refusal.facts)
        return None

    def whole(self, column: str, least: int, most: int, *, needed: bool = False) -> int | None:
        """A whole number between bounds; None for nothing."""
        text = self.text(column)
        if not text and not needed:
            return None
        if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        self.wrong(column, _("A whole number from %(least)d to %(most)d is expected.") % {"least": least, "most": most})
        return None

    def metres(self, column: str) -> Decimal | None:
        """Metres over 0 and under 100, to the centimetre; None for nothing."""
        text = self.text(column)
        if not text:
            return None
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal("NaN")
        if found.is_finite() and 0 < found < 100 and found == round(found, 2):
            return round(found, 2)
        self.wrong(column, _("Metres are expected."))
        return None

    def flag(self, column: str) -> bool | None:
        """Yes, no, or None for nothing."""
        said = self.text(column).lower()
        if said and said not in YES | NO:
            self.wrong(column, _("yes or no is expected."))
        return True if said in YES else False if said in NO else None
