"""A train's papers on the screen: a sheet is given, read and shown; only then is it taken in."""

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.admin import linked
from apps.common.admin.sheets import SheetKind, TakeInForm
from apps.common.figures import figure
from apps.common.models import Attachment
from apps.common.words import sentence
from apps.trains import services
from apps.trains.consist import COLUMNS
from apps.trains.models import TrainVisit
from apps.trains.selectors.consists import announced_but_missing
from terminal.consists import Changed
from terminal.equipment import SizeType
from terminal.errors import Refused

RIGHT: Final = "trains.change_trainvisit"
METRES: Final = Decimal("13.4")
PATTERN: Final = [
    (1, "CN7", 5270001, "X70", 22000, METRES, 1, "CSQU3054383", "22G1", "yes", 21000, "KZALA", "CN771 KZ903", "", "",
     "SMGS 398-0114"),
    (1, "CN7", 5270001, "X70", 22000, METRES, 2, "TCLU5088040", "22G1", "yes", 19500, "KZALA", "CN772", 1203, 3,
     "CIM/SMGS 398-0115"),
    (2, "CN7", 5270002, "X70", 22000, METRES, 1, "UACU8175070", "45G1", "no", 3900, "KZALA", "", "", "", ""),
    (3, "CN7", 5270003, "X70", 22000, METRES, *[""] * 10),
]  # fmt: skip
"""Lines as they should be: a pair of 20′ boxes, one with dangerous goods, an empty 40′ one, an empty wagon."""

FACTS: Final = {
    "size_type": gettext_lazy("size-type"),
    "laden": gettext_lazy("laden"),
    "gross_kg": gettext_lazy("gross weight, kg"),
    "destination": gettext_lazy("destination"),
    "seals": gettext_lazy("seals"),
    "hazards": gettext_lazy("dangerous goods"),
    "notes": gettext_lazy("consignment notes"),
    "wagon_type": gettext_lazy("type"),
    "tare_kg": gettext_lazy("tare, kg"),
    "length_m": gettext_lazy("length, m"),
}
"""What each fact that can change is called."""


class TakeConsistForm(TakeInForm):
    """A consist that was kept and read, and the version of the train to which it was compared."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def _told(train: TrainVisit, kept: Attachment) -> dict[str, Any]:
    consist = services.read_sheet(kept)
    comparison = services.check_consist(train, consist, at=timezone.now())
    teu = sum(SizeType.parse(box.size_type).teu for box in consist.boxes)
    return {
        "consist": consist,
        "version": train.version,
        "boxes": len(consist.boxes),
        "teu": figure(teu, 2),
        "again": train.consist_received_at is not None,
        "difference": comparison.difference,
        "changed": [(each.number, _facts(each)) for each in comparison.difference.changed],
        "wagons_changed": [(each.number, _facts(each)) for each in comparison.difference.wagons_changed],
        "unannounced": comparison.unannounced,
        "missing": comparison.missing,
        "doubts": [doubt_in_words(doubt) for doubt in comparison.doubts],
    }


def missing_boxes(train: TrainVisit) -> SafeString | str:
    """The boxes announced for the train that its consist does not name; a dash where there are none."""
    missing = ((linked(visit),) for visit in announced_but_missing(train))
    return format_html_join(", ", "{}", missing) or "–"


def doubt_in_words(doubt: Refused) -> str:
    """A doubt about the papers in the reader's language."""
    facts = dict(doubt.facts)
    if "fact" in facts:
        facts |= {"fact": FACTS[facts["fact"]], "known": _said(facts["known"]), "said": _said(facts["said"])}
    return sentence(doubt.message, facts)


def _facts(changed: Changed) -> list[tuple[Any, str, str]]:
    """Each fact that changes: what it is called, what was, what is."""
    return [(FACTS[name], _said(was), _said(now)) for name, (was, now) in changed.values.items()]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        return ", ".join(value) or "–"
    return str(value) if value not in (None, "") else "–"


CONSIST: Final = SheetKind(
    title=gettext_lazy("Consist of %(row)s"),
    help=gettext_lazy(
        "One line a box, or one for an empty wagon, in the order of the wagons. The last three columns may be left out."
    ),
    columns=COLUMNS,
    lines=PATTERN,
    template="trains/consist.html",
    file_name="consist.csv",
    tell=_told,
    before=lambda train: train.consist_received_at,
)
