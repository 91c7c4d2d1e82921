"""Where the gauge changes: a box from a wagon of one gauge onto one of the other."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.containers.models import Visit
from apps.trains.models.wagons import Wagon
from terminal.seals import LONGEST


class GaugeTransfer(Row):
    """A box changed wagons where the gauge changes: one rail leg ends, the next begins.

    ``note`` is the consignment note under which it goes on (CIM/SMGS), where it is known.
    """

    class Note(models.TextChoices):
        SMGS = "smgs", _("SMGS")
        CIM = "cim", _("CIM")
        CIM_SMGS = "cim_smgs", _("CIM/SMGS")

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="gauge_transfers", verbose_name=_("visit"))
    wagon_out = models.ForeignKey(
        Wagon, on_delete=models.PROTECT, related_name="transfers_from", verbose_name=_("off wagon")
    )
    wagon_in = models.ForeignKey(
        Wagon, on_delete=models.PROTECT, related_name="transfers_onto", verbose_name=_("onto wagon")
    )
    transferred_at = models.DateTimeField(_("transferred"))
    transferred_by = models.CharField(_("transferred by"), max_length=120)
    seals_before = ArrayField(
        models.CharField(max_length=LONGEST), verbose_name=_("seals before"), default=list, blank=True
    )
    seals_after = ArrayField(
        models.CharField(max_length=LONGEST), verbose_name=_("seals after"), default=list, blank=True
    )
    damage = models.CharField(_("damage seen"), max_length=200, blank=True)
    note_kind = models.CharField(_("consignment note"), max_length=10, choices=Note, blank=True)
    note_number = models.CharField(_("number of the note"), max_length=40, blank=True)
    note_issued_on = models.DateField(_("note issued on"), null=True, blank=True)

    class Meta:
        verbose_name = _("gauge change")
        verbose_name_plural = _("gauge changes")
        constraints = [
            models.UniqueConstraint(fields=["visit"], name="a_visit_changes_gauge_once"),
            models.CheckConstraint(condition=~Q(wagon_in=F("wagon_out")), name="a_box_changes_its_wagon"),
            models.CheckConstraint(
                condition=Q(note_number="", note_kind="") | (~Q(note_number="") & ~Q(note_kind="")),
                name="a_consignment_note_has_kind_and_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wagon_out} → {self.wagon_in}"
