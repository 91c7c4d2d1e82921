"""Trains on the access railway: tracks, services, visits, wagons and what stands on them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from apps.calls.models import Call
from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.network.models import Terminal
from terminal.identifiers import WagonScheme


class Track(Row):
    """A working track of the terminal."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    code = models.CharField(_("code"), max_length=10)
    usable_m = models.PositiveIntegerField(_("usable length, m"))
    place_m = models.PositiveIntegerField(_("length of a train place, m"), default=800)
    closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ["terminal_id", "code"]
        constraints = [models.UniqueConstraint(fields=["terminal", "code"], name="a_track_code_is_unique")]

    def __str__(self) -> str:
        return self.code

    @property
    def places(self) -> int:
        """Whole trains of the standard length that fit: 950 m take one of 800 m."""
        return self.usable_m // self.place_m


class TrainService(Row):
    """A train that runs by timetable: its number, where it comes from or goes to, and its usual make-up."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    route = models.JSONField(_("route (UN/LOCODE in order)"), default=list)
    wagons = models.PositiveSmallIntegerField(_("wagons"), default=50)
    length_m = models.PositiveSmallIntegerField(_("train length, m"), default=800)
    stay_hours = models.DecimalField(_("stay, h"), max_digits=5, decimal_places=2, default=9)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("train service")
        verbose_name_plural = _("train services")
        constraints = [models.UniqueConstraint(fields=["terminal", "code"], name="a_service_code_is_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TrainVisit(Row):
    """What a rail call has beyond a call: its service, its length, and when its consist came (a fact, not a phase)."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="train", verbose_name=_("call"))
    service = models.ForeignKey(
        TrainService, on_delete=models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("service")
    )
    length_m = models.PositiveSmallIntegerField(_("train length, m"), default=800)
    consist_received_at = models.DateTimeField(_("consist received"), null=True, blank=True)

    class Meta:
        verbose_name = _("train visit")
        verbose_name_plural = _("train visits")

    def __str__(self) -> str:
        return self.call.number


class TrackStay(Row):
    """Metres of a track that a train really stands on, from when to when. Open end: it stands there now."""

    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="stays", verbose_name=_("track"))
    train = models.ForeignKey(TrainVisit, on_delete=models.PROTECT, related_name="stays", verbose_name=_("train"))
    from_m = models.PositiveIntegerField(_("from metre"))
    to_m = models.PositiveIntegerField(_("to metre"))
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("track occupation")
        verbose_name_plural = _("track occupations")
        constraints = [
            models.CheckConstraint(condition=Q(to_m__gt=F("from_m")), name="a_train_has_length"),
            ExclusionConstraint(
                name="track_metres_hold_one_train",
                expressions=[
                    ("track", RangeOperators.EQUAL),
                    (
                        Func("from_m", "to_m", function="INT4RANGE", output_field=IntegerRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func("since", "until", function="TSTZRANGE", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.track} {self.from_m}–{self.to_m} m"


class Wagon(Row):
    """One wagon of a train, in its place in the order. ``set_out_at``: taken out of the train, standing without it."""

    train = models.ForeignKey(TrainVisit, on_delete=models.PROTECT, related_name="wagons", verbose_name=_("train"))
    sequence = models.PositiveSmallIntegerField(_("place in the train"))
    scheme = models.CharField(_("numbering scheme"), max_length=5, choices=choices(WagonScheme))
    number = models.CharField(_("wagon number"), max_length=12)
    wagon_type = models.CharField(_("type"), max_length=20, blank=True)
    tare_kg = models.PositiveIntegerField(_("tare, kg"), null=True, blank=True)
    length_m = models.DecimalField(_("length, m"), max_digits=5, decimal_places=2, null=True, blank=True)
    set_out_at = models.DateTimeField(_("set out"), null=True, blank=True)

    class Meta:
        verbose_name = _("wagon")
        verbose_name_plural = _("wagons")
        ordering = ["train_id", "sequence"]
        constraints = [
            one_of("scheme", WagonScheme, "wagon_scheme_is_known"),
            models.UniqueConstraint(fields=["train", "sequence"], name="a_place_in_the_train_holds_one_wagon"),
            models.UniqueConstraint(fields=["train", "scheme", "number"], name="a_wagon_is_in_the_train_once"),
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
