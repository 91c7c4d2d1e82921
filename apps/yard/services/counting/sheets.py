"""A count as a sheet: one line per box seen, or per stack that is empty.

See Note [All faults at once] in ``apps.common.sheets``.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from apps.common.attachments import kept_with
from apps.common.models import Attachment
from apps.common.sheets import SheetReader, SheetRefused
from apps.parties.actors import Actor
from apps.yard.models import Count, Sighting
from apps.yard.services.counting.counts import Seen, note_seen
from terminal.errors import gettext_noop
from terminal.identifiers import require_container_number

COLUMNS: Final = ("bay", "row", "tier", "container_number")


class CountRefused(SheetRefused):
    """A count's sheet with faults; ``faults`` tells every one of them."""

    message = gettext_noop("The count was not taken in: %(count)s faults.")


class _Reader(SheetReader):
    columns = COLUMNS
    longest = 5_000
    refusal = CountRefused

    def seen(self) -> list[Seen]:
        found: dict[str, int] = {}
        rows = []
        for _line in self.each_row():
            cell = [self.whole(name, 1, 200) for name in ("bay", "row", "tier")]
            number = self._number(found)
            if None not in cell and number is not None:
                bay, row, tier = (each or 0 for each in cell)
                rows.append(Seen(bay, row, tier, number))
        self.require_faultless()
        return rows

    def _number(self, found: dict[str, int]) -> str | None:
        if not self.row["container_number"]:
            return ""
        number: str | None = self.read(
            "container_number", require_container_number, _("Read the number off the box once more.")
        )
        if number in found:
            remedy = _("It stands at line %(line)d already.") % {"line": found[number]}
            self.fault("container_number", _("A box stands in one cell."), remedy)
            return None
        if number:
            found[number] = self.line
        return number


def read_count(kept: Attachment) -> list[Seen]:
    """What a kept sheet says. Raises ``CountRefused`` with every fault."""
    with kept.file.open("rb") as file:
        return _Reader(file.read()).seen()


def receive_count(count: Count, sheet: UUID, *, by: Actor, at: datetime) -> list[Sighting]:
    """Take in what a sheet kept with the count says. Raises ``NoSuchFile``, and as ``read_count``, ``note_seen``."""
    return note_seen(count, read_count(kept_with(count, sheet)), by=by, at=at)
