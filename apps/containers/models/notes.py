"""What is noted of a box during a visit: seals, weights, dangerous goods, temperatures, damages.

# Note [A note is never edited]
Each thing noted is a row with when and by whom. A further row corrects it (``corrects``), or says that it was never so
(``withdrawn``, too); what holds are the rows that no further one corrects. The database refuses to change or delete
one, whoever asks.
"""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models.visits import Visit
from terminal.damages import Harm, Severity, Side
from terminal.reefers import TOLERANCE, Reading
from terminal.seals import LONGEST, SealAct, SealOwner
from terminal.weights import VERIFIED, Weighing

N = TypeVar("N", bound="Note")


class NoteQuerySet(models.QuerySet[N]):
    """Questions about notes that chain."""

    def standing(self) -> Self:
        """Notes that hold: neither corrected nor withdrawn by a further one."""
        return self.filter(corrected_by=None, withdrawn=False)


class Note(Row):
    """One thing noted of a visit. See Note [A note is never edited]."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("visit"))
    noted_at = models.DateTimeField(_("noted"))
    noted_by = models.CharField(_("noted by"), max_length=120)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name=_("corrects"),
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta:
        abstract = True
        ordering = ["noted_at", "pk"]


def only_a_correction_withdraws(name: str) -> models.CheckConstraint:
    """What nobody noted cannot be withdrawn."""
    return models.CheckConstraint(condition=Q(withdrawn=False) | Q(corrects__isnull=False), name=name)


class Seal(Note):
    """A seal put on a box or taken off it. A box wears the seals whose latest row says *affixed*."""

    number = models.CharField(_("seal number"), max_length=LONGEST)
    owner = models.CharField(_("owner"), max_length=10, choices=choices(SealOwner))
    act = models.CharField(_("what was done"), max_length=10, choices=choices(SealAct))

    objects = NoteQuerySet.as_manager()

    class Meta(Note.Meta):
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints = [
            one_of("owner", SealOwner, "seal_owner_is_known"),
            one_of("act", SealAct, "seal_act_is_known"),
            only_a_correction_withdraws("only_a_noted_seal_is_withdrawn"),
        ]
        indexes = [models.Index(fields=["number"], name="seals_by_number")]

    def __str__(self) -> str:
        return f"{self.number} ({self.get_owner_display()})"


class Weight(Note):
    """What a box weighs, and how that is known. The visit's ``gross_kg`` follows the latest that holds."""

    gross_kg = models.PositiveIntegerField(_("gross weight, kg"))
    how = models.CharField(_("how it is known"), max_length=15, choices=choices(Weighing))
    certificate = models.CharField(_("certificate"), max_length=60, blank=True)
    verified_by = models.CharField(_("verified by"), max_length=120, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta(Note.Meta):
        verbose_name = _("weight")
        verbose_name_plural = _("weights")
        constraints = [
            one_of("how", Weighing, "weighing_is_known"),
            only_a_correction_withdraws("only_a_noted_weight_is_withdrawn"),
            models.CheckConstraint(condition=Q(gross_kg__gt=0), name="a_box_weighs_something"),
        ]

    def __str__(self) -> str:
        return f"{self.gross_kg} kg ({self.get_how_display()})"

    @property
    def verified(self) -> bool:
        """Whether it counts as a verified gross mass (VGM)."""
        return Weighing(self.how) in VERIFIED


class Hazard(Note):
    """Dangerous goods in a box, by UN number and class; several in one box are several rows."""

    un_number = models.CharField(_("UN number"), max_length=4)
    imdg_class = models.CharField(_("IMDG class"), max_length=4)

    objects = NoteQuerySet.as_manager()

    class Meta(Note.Meta):
        verbose_name = _("dangerous goods of a visit")
        verbose_name_plural = _("dangerous goods of visits")
        constraints = [only_a_correction_withdraws("only_a_noted_hazard_is_withdrawn")]

    def __str__(self) -> str:
        return f"UN {self.un_number} ({self.imdg_class})"


class Temperature(Note):
    """What a reefer is to keep, or what was read on a round, and whether it was plugged in then."""

    reading = models.CharField(_("set-point or measured"), max_length=10, choices=choices(Reading))
    celsius = models.DecimalField(_("°C"), max_digits=4, decimal_places=1)
    tolerance = models.DecimalField(_("tolerance, °C"), max_digits=3, decimal_places=1, default=TOLERANCE)
    plugged = models.BooleanField(_("plugged in"), null=True, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta(Note.Meta):
        verbose_name = _("temperature")
        verbose_name_plural = _("temperatures")
        constraints = [
            one_of("reading", Reading, "temperature_reading_is_known"),
            only_a_correction_withdraws("only_a_noted_temperature_is_withdrawn"),
            models.CheckConstraint(
                condition=~Q(reading="measured") | Q(plugged__isnull=False), name="a_round_says_whether_it_is_plugged"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.celsius} °C"


class Damage(Note):
    """A damage found on a box. No ``Repair``: it is still there. Its photos are attachments whose subject it is."""

    side = models.CharField(_("where on the box"), max_length=10, choices=choices(Side))
    harm = models.CharField(_("what"), max_length=15, choices=choices(Harm))
    severity = models.CharField(_("how bad"), max_length=10, choices=choices(Severity))

    objects = NoteQuerySet.as_manager()

    class Meta(Note.Meta):
        verbose_name = _("damage")
        verbose_name_plural = _("damages")
        constraints = [
            one_of("side", Side, "damaged_side_is_known"),
            one_of("harm", Harm, "harm_is_known"),
            one_of("severity", Severity, "severity_is_known"),
            only_a_correction_withdraws("only_a_noted_damage_is_withdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.get_harm_display()} ({self.get_severity_display()})"


class Repair(models.Model):
    """A damage was repaired: once, by whom, and when."""

    damage = models.OneToOneField(Damage, on_delete=models.PROTECT, related_name="repair", verbose_name=_("damage"))
    repaired_at = models.DateTimeField(_("repaired"))
    repaired_by = models.CharField(_("repaired by"), max_length=120)
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("repair")
        verbose_name_plural = _("repairs")

    def __str__(self) -> str:
        return f"{self.damage}, {self.repaired_at:%Y-%m-%d}"
