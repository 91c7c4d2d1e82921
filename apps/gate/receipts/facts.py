"""What an equipment interchange receipt says, in the language that is active and in the site's time."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.common.figures import figure
from apps.common.models import Attachment
from apps.containers.models import Damage
from apps.gate.models import Inspection

Line = tuple[str, str]


@dataclass(frozen=True)
class Receipt:
    """A receipt for whoever prints it: titles with their values, damages line by line, and the photos."""

    number: str
    title: str
    terminal: str
    lines: list[Line]
    damages: list[tuple[str, str, str, str]]
    photos: list[Attachment]
    signatures: list[str]


def receipt_of(inspection: Inspection) -> Receipt:
    """The receipt of an inspection. Three queries."""
    damages = list(inspection.damages.order_by("pk"))
    visit = inspection.visit
    return Receipt(
        number=inspection.number,
        title=_("Equipment interchange receipt"),
        terminal=visit.terminal.name,
        lines=_lines(inspection),
        damages=[
            (each.get_side_display(), each.get_harm_display(), each.get_severity_display(), each.remark)
            for each in damages
        ],
        photos=_photos(inspection, damages),
        signatures=[_("for the terminal"), _("driver")],
    )


def _lines(inspection: Inspection) -> list[Line]:
    box, visit = inspection.box, inspection.visit
    truck = box.appointment
    said = [
        (_("Container"), f"{box.number} · {visit.size_type}"),
        (_("Direction"), _("into the terminal") if box.comes_in else _("out of the terminal")),
        (_("Laden or empty"), _load(visit.laden, visit.gross_kg)),
        (_("Condition"), inspection.get_condition_display()),
        (_("Seals seen"), ", ".join(inspection.seals) or "–"),
        (_("Remark"), inspection.remark or "–"),
        (_("Truck"), truck.plate),
        (_("Haulier"), str(truck.haulier or "–")),
        (_("Driver"), truck.driver_name or "–"),
        (_("Appointment"), truck.number),
        (_("Inspected"), _moment(inspection)),
        (_("Inspected by"), inspection.inspected_by.partition(":")[2] or inspection.inspected_by),
    ]
    return [(str(title), str(value)) for title, value in said]


def _load(laden: bool | None, gross_kg: int | None) -> str:
    word = {True: _("laden"), False: _("empty"), None: "–"}[laden]
    return f"{word} · {figure(gross_kg)} kg" if gross_kg else word


def _moment(inspection: Inspection) -> str:
    zone = inspection.visit.terminal.zone
    return f"{inspection.inspected_at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"


def _photos(inspection: Inspection, damages: Iterable[Damage]) -> list[Attachment]:
    """Those of the whole box, then those of its damages."""
    own = Attachment.objects.filter(subject_kind="gate.inspection", subject_id=inspection.pk)
    numbers = [each.pk for each in damages]
    theirs = Attachment.objects.filter(subject_kind="containers.damage", subject_id__in=numbers)
    return [*own.order_by("pk"), *theirs.order_by("pk")]
