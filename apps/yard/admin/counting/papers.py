"""A count as a sheet: to be filled in with what is booked, read and shown, and only then taken in."""

import csv
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.common.admin.sheets import SheetKind
from apps.common.models import Attachment
from apps.yard.models import Count
from apps.yard.selectors import booked_in
from apps.yard.services import counting
from apps.yard.services.counting.sheets import COLUMNS


def _told(count: Count, kept: Attachment) -> dict[str, Any]:
    """What the sheet says, beside what the books have in the same cell."""
    seen = counting.read_count(kept)
    booked = {(each.bay, each.row, each.tier): each.visit.container.number for each in booked_in(count)}
    lines = [(each, booked.get((each.bay, each.row, each.tier), "")) for each in seen]
    return {
        "lines": lines,
        "seen": sum(bool(each.number) for each in seen),
        "stacks": len({(each.bay, each.row) for each in seen}),
        "differ": sum(each.number != was for each, was in lines),
    }


SHEET: Final = SheetKind(
    title=_("Count of %(row)s"),
    help=_("One line a box, the lower bay of a long one; a line without a number for a stack that is empty."),
    columns=COLUMNS,
    lines=[(1, 1, 1, "CSQU3054383"), (1, 1, 2, "TCLU5088040"), (2, 1, 1, "")],
    template="yard/count_sheet.html",
    file_name="count.csv",
    tell=_told,
    before=lambda count: count.sightings.exists(),
)


def booked_sheet(count: Count) -> HttpResponse:
    """The sheet of a count with what the books have there, to be corrected on the spot."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="count-{count}.csv"'
    rows = ((each.bay, each.row, each.tier, each.visit.container.number) for each in booked_in(count))
    csv.writer(answer).writerows([COLUMNS, *rows])
    return answer
