"""A train's papers on the screen: a sheet is given, read and shown; only then is it taken in."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from apps.common.admin.sheets import SheetKind
from apps.common.figures import figure
from apps.common.models import Attachment
from apps.trains import services
from apps.trains.consist import COLUMNS
from apps.trains.models import TrainVisit
from terminal.equipment import SizeType

RIGHT: Final = "trains.change_trainvisit"
PATTERN: Final = [
    (1, "CN7", 5270001, "X70", 22000, "13.4", 1, "CSQU3054383", "22G1", "yes", 21000, "KZALA"),
    (1, "CN7", 5270001, "X70", 22000, "13.4", 2, "TCLU5088040", "22G1", "yes", 19500, "KZALA"),
    (2, "CN7", 5270002, "X70", 22000, "13.4", 1, "UACU8175070", "45G1", "no", 3900, "KZALA"),
    (3, "CN7", 5270003, "X70", 22000, "13.4", "", "", "", "", "", ""),
]
"""Lines as they should be: a pair of 20′ boxes, an empty 40′ one, an empty wagon."""


def _told(train: TrainVisit, kept: Attachment) -> dict[str, Any]:
    consist = services.read_sheet(kept)
    teu = sum(SizeType.parse(box.size_type).teu for box in consist.boxes)
    return {"consist": consist, "boxes": len(consist.boxes), "teu": figure(teu, 2)}


CONSIST: Final = SheetKind(
    title=_("Consist of %(row)s"),
    help=_("One line a box, or one for an empty wagon, in the order of the wagons."),
    columns=COLUMNS,
    lines=PATTERN,
    template="trains/consist.html",
    file_name="consist.csv",
    tell=_told,
    before=lambda train: train.consist_received_at,
)
