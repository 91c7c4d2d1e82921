"""The timetable: train services, when they run, what they may carry, and how many places each destination has."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.network.models import Terminal
from terminal.trainload import LoadingRules


class LoadingRuleSet(Row):
    """What a railway allows on one train. An empty figure: no such limit."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    twenties_in_pairs = models.BooleanField(_("20′ boxes ride in pairs of one destination"), default=True)
    max_20_kg = models.PositiveIntegerField(_("a 20′ box weighs at most, kg"), null=True, blank=True, default=24_000)
    max_pair_difference_kg = models.PositiveIntegerField(
        _("two of a pair differ by less than, kg"), null=True, blank=True, default=5_000
    )
    max_40_kg = models.PositiveIntegerField(_("a 40′ or 45′ box at most, kg"), null=True, blank=True, default=25_000)
    max_boxes_kg = models.PositiveIntegerField(
        _("all boxes of a train at most, kg"), null=True, blank=True, default=1_300_000
    )
    max_axle_kg = models.PositiveIntegerField(_("axle load at most, kg"), default=18_000)
    max_wagon_kg = models.PositiveIntegerField(_("wagon gross at most, kg"), default=72_000)
    max_wagons = models.PositiveSmallIntegerField(_("wagons at most"), default=55)

    class Meta:
        verbose_name = _("loading rules")
        verbose_name_plural = _("loading rules")

    def __str__(self) -> str:
        return self.name

    @property
    def rules(self) -> LoadingRules:
        """The rules in the terminal's own words."""
        return LoadingRules(**{name: getattr(self, name) for name in LoadingRules.__dataclass_fields__})


class TrainService(Row):
    """A train that runs by timetable: its number, where it comes from or goes to, and its usual make-up.

    ``runs``: it brings boxes, takes boxes, or both. ``rules`` None: those of the Chinese railway. Boxes are loaded that
    are here ``cut_off_minutes`` before its departure; a new estimate is told to others when it differs from the last
    one they heard by ``eta_threshold_minutes`` or more.
    """

    class Runs(models.TextChoices):
        ARRIVING = "arriving", _("brings boxes")
        DEPARTING = "departing", _("takes boxes")
        BOTH = "both", _("brings and takes boxes")

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    route = models.JSONField(_("route (UN/LOCODE in order)"), default=list)
    wagons = models.PositiveSmallIntegerField(_("wagons"), default=50)
    length_m = models.PositiveSmallIntegerField(_("train length, m"), default=800)
    stay_hours = models.DecimalField(_("stay, h"), max_digits=5, decimal_places=2, default=9)
    active = models.BooleanField(_("active"), default=True)
    runs = models.CharField(_("direction"), max_length=10, choices=Runs, default=Runs.BOTH)
    rules = models.ForeignKey(
        LoadingRuleSet, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("loading rules")
    )
    cut_off_minutes = models.PositiveSmallIntegerField(_("cut-off so long before departure, min"), default=240)
    eta_threshold_minutes = models.PositiveSmallIntegerField(
        _("a new estimate is told when it differs by so much, min"), default=30
    )

    class Meta:
        verbose_name = _("train service")
        verbose_name_plural = _("train services")
        constraints = [
            models.UniqueConstraint(fields=["terminal", "code"], name="a_service_code_is_unique"),
            models.CheckConstraint(
                condition=Q(runs__in=["arriving", "both", "departing"]), name="a_service_brings_or_takes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def loading_rules(self) -> LoadingRules:
        """What its trains may carry."""
        return self.rules.rules if self.rules else LoadingRules()


class TimetableLine(Row):
    """When a service runs: on these weekdays (1 Monday … 7 Sunday), at these times of the site.

    It departs ``departs_days_later`` days after it arrived. No ``valid_until``: until further notice.
    """

    service = models.ForeignKey(
        TrainService, on_delete=models.CASCADE, related_name="timetable", verbose_name=_("train service")
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("weekdays"),
    )
    arrives_at = models.TimeField(_("arrives"))
    departs_at = models.TimeField(_("departs"))
    departs_days_later = models.PositiveSmallIntegerField(_("days later"), default=0)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of the timetable")
        verbose_name_plural = _("timetable")
        ordering = ["service_id", "arrives_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(departs_days_later__gt=0) | Q(departs_at__gt=F("arrives_at")),
                name="a_timetabled_train_departs_after_it_arrived",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="a_timetable_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]) & Q(weekdays__len__gt=0),
                name="a_week_has_seven_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service.code} {self.arrives_at:%H:%M}–{self.departs_at:%H:%M}"


class ServiceQuota(Row):
    """TEU that a destination may have on every train of a service. A destination without a row has no limit.

    No row at all: the service's places are not divided, and shippers book its whole train (two TEU a wagon).
    """

    service = models.ForeignKey(
        TrainService, on_delete=models.CASCADE, related_name="quotas", verbose_name=_("train service")
    )
    destination = models.CharField(_("destination (UN/LOCODE)"), max_length=5)
    teu = models.DecimalField(_("TEU"), max_digits=6, decimal_places=2)

    class Meta:
        verbose_name = _("quota of a destination")
        verbose_name_plural = _("quotas of destinations")
        ordering = ["service_id", "destination"]
        constraints = [
            models.UniqueConstraint(fields=["service", "destination"], name="a_destination_has_one_quota"),
            models.CheckConstraint(condition=Q(teu__gte=0), name="a_quota_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.destination} {self.teu} TEU"
