"""A ship's lists on the screen: a sheet is given, read and shown against what is known; only then is it taken in."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from apps.common.admin.sheets import SheetKind
from apps.common.figures import figure
from apps.common.models import Attachment
from apps.ships import services
from apps.ships.models import ShipCall
from apps.ships.selectors import differences, onward_calls
from apps.ships.stowage import COLUMNS
from terminal.equipment import SizeType
from terminal.stowage import StowageList

RIGHT: Final = "ships.change_shipcall"
PATTERN: Final = [
    ("CSQU3054383", "22G1", "yes", 21000, 21040, 1, "Altyn Metals", "YSL771", "", "", "", "KZALA", "003-02-82",
     "X9014", "YSL-0042"),
    ("TCLU5088040", "45R1", "yes", 26500, "", "", "", "YSL772 KZ903", "", "", "-18", "CNLYG", "002-00-84", "truck", ""),
    ("UACU8175070", "22T1", "yes", 23800, 23790, 2, "Steppe Grain", "", 1203, 3, "", "UZTAS", "005-01-02", "X9016", ""),
]  # fmt: skip
"""Lines as they should be: onto a train, a reefer for a truck, dangerous goods on deck."""

HELP: Final = _("One line a box; seals with a space between them; the place on board as bay-row-tier.")


def _told(which: StowageList) -> Callable[[ShipCall, Attachment], dict[str, Any]]:
    def tell(ship: ShipCall, kept: Attachment) -> dict[str, Any]:
        boxes = services.read_list(kept)
        onward_calls(ship, boxes)
        teu = sum(SizeType.parse(box.size_type).teu for box in boxes)
        return {"boxes": len(boxes), "teu": figure(teu, 2), "difference": differences(ship, which, boxes)}

    return tell


def _kind(which: StowageList, title: Any, received: str) -> SheetKind:
    return SheetKind(
        title=title,
        help=HELP,
        columns=COLUMNS,
        lines=PATTERN,
        template="ships/list.html",
        file_name=f"{which.value}-list.csv",
        tell=_told(which),
        before=lambda ship: getattr(ship, received),
    )


LISTS: Final = {
    "receive_discharge_list": _kind(StowageList.DISCHARGE, _("Discharge list of %(row)s"), "discharge_list_at"),
    "receive_load_list": _kind(StowageList.LOAD, _("Load list of %(row)s"), "load_list_at"),
}
