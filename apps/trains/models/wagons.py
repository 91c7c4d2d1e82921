"""Wagons: in their train and without one, and what stands on them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.trains.models.tracks import Track
from apps.trains.models.trains import TrainVisit
from terminal.identifiers import WagonScheme


class Wagon(Row):
    """One wagon of a train, in its place in the order.

    ``set_out_at``: it was taken out of the train and stands without it (on ``stands_on``, where somebody said), until
    ``taken_at``, when another train took it: ``taken_as`` is its row there. ``places`` of 20′: two, or four on an 80′
    wagon.
    """

    class SetOut(models.TextChoices):
        DEFECTIVE = "defective", _("defective")
        STORED = "stored", _("left to stand")

    train = models.ForeignKey(TrainVisit, on_delete=models.PROTECT, related_name="wagons", verbose_name=_("train"))
    sequence = models.PositiveSmallIntegerField(_("place in the train"))
    scheme = models.CharField(_("numbering scheme"), max_length=5, choices=choices(WagonScheme))
    number = models.CharField(_("wagon number"), max_length=12)
    wagon_type = models.CharField(_("type"), max_length=20, blank=True)
    tare_kg = models.PositiveIntegerField(_("tare, kg"), null=True, blank=True)
    length_m = models.DecimalField(_("length, m"), max_digits=5, decimal_places=2, null=True, blank=True)
    axles = models.PositiveSmallIntegerField(_("axles"), default=4)
    places = models.PositiveSmallIntegerField(_("20′ places"), default=2)
    set_out_at = models.DateTimeField(_("set out"), null=True, blank=True)
    set_out_for = models.CharField(_("why it was set out"), max_length=10, choices=SetOut, blank=True)
    set_out_note = models.CharField(_("note"), max_length=200, blank=True)
    stands_on = models.ForeignKey(
        Track,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="standing_wagons",
        verbose_name=_("stands on"),
    )
    mended_at = models.DateTimeField(_("mended"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken by another train"), null=True, blank=True)
    taken_as = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="came_as",
        verbose_name=_("taken as"),
    )

    class Meta:
        verbose_name = _("wagon")
        verbose_name_plural = _("wagons")
        ordering = ["train_id", "sequence"]
        constraints = [
            one_of("scheme", WagonScheme, "wagon_scheme_is_known"),
            models.CheckConstraint(condition=Q(places__in=[2, 4]), name="a_wagon_has_two_or_four_places"),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(set_out_at__isnull=False, taken_at__gte=F("set_out_at")),
                name="only_a_wagon_that_stands_is_taken",
            ),
            models.UniqueConstraint(fields=["train", "sequence"], name="a_place_in_the_train_holds_one_wagon"),
            models.UniqueConstraint(fields=["train", "scheme", "number"], name="a_wagon_is_in_the_train_once"),
        ]
        indexes = [
            models.Index(
                fields=["scheme", "number"],
                condition=Q(set_out_at__isnull=False, taken_at__isnull=True),
                name="wagons_that_stand",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class WagonLoad(Row):
    """A box on a wagon: ``arriving`` with the train, or ``departing`` with it. ``done_at``: discharged, or loaded."""

    class Leg(models.TextChoices):
        ARRIVING = "arriving", _("arriving")
        DEPARTING = "departing", _("departing")

    wagon = models.ForeignKey(Wagon, on_delete=models.PROTECT, related_name="loads", verbose_name=_("wagon"))
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="wagon_loads", verbose_name=_("visit"))
    leg = models.CharField(_("leg"), max_length=10, choices=Leg)
    place = models.PositiveSmallIntegerField(_("place on the wagon"), default=1)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("box on a wagon")
        verbose_name_plural = _("boxes on wagons")
        constraints = [
            models.UniqueConstraint(fields=["wagon", "leg", "place"], name="a_wagon_place_holds_one_container"),
            models.UniqueConstraint(fields=["visit", "leg"], name="a_visit_has_one_wagon_a_leg"),
        ]

    def __str__(self) -> str:
        return f"{self.wagon}/{self.place}"
