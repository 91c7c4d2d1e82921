"""The site and the places trains and ships come from and go to."""

from datetime import datetime
from decimal import Decimal
from typing import Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from terminal.sandbox import shown
from terminal.stacking import TOLERANCE_KG


def require_zone(name: str) -> None:
    """Refuse a time zone the machine does not know. China is one zone; Kazakhstan has its own: names, never offsets."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as unknown:
        raise ValidationError(
            _("“%(name)s” is not a time zone, e.g. Asia/Shanghai."), params={"name": name}
        ) from unknown


class TerminalQuerySet(models.QuerySet["Terminal"]):
    def in_earnest(self) -> Self:
        """Those whose figures count. A sandbox only plays: it has no figures, and nobody is told about it."""
        return self.filter(sandbox=False)

    def looked_after(self, only: "Terminal | None" = None) -> Self:
        """Those a round of the worker is about: the one named, else all in earnest. A sandbox has its own clock, so
        its rounds are made by whoever plays it.
        """
        return self.in_earnest() if only is None else self.filter(pk=only.pk)


class TerminalManager(models.Manager["Terminal"]):
    def get_by_natural_key(self, code: str) -> "Terminal":
        return self.get(code=code)


class Terminal(Row):
    """One site with its zone, currency and rated figures. Everything that stands, happens or is alerted names one.

    The rated figures are what the site was built for; the capacity alerts and the daily digest measure against them.
    """

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    un_locode = models.CharField("UN/LOCODE", max_length=5)
    zone_name = models.CharField(_("time zone"), max_length=50, validators=[require_zone])
    currency = models.CharField(_("currency"), max_length=3)
    gauge_mm = models.PositiveSmallIntegerField(_("track gauge, mm"))
    ground_slots = models.PositiveIntegerField(_("ground slots"))
    tiers = models.PositiveSmallIntegerField(_("tiers"))
    operating_fill = models.DecimalField(_("operating fill"), max_digits=4, decimal_places=3)
    stacking_tolerance_kg = models.PositiveIntegerField(
        _("by how much a box may be heavier than the one below it, kg"), default=TOLERANCE_KG
    )
    rated_trains_per_day = models.DecimalField(_("rated trains a day"), max_digits=5, decimal_places=2)
    rated_teu_per_year = models.PositiveIntegerField(_("rated TEU a year"))
    target_teu_per_year = models.PositiveIntegerField(_("target TEU a year"), null=True, blank=True)
    teu_per_train = models.PositiveIntegerField(_("TEU a train"))
    train_stay_hours = models.DecimalField(_("standard stay of a train, h"), max_digits=5, decimal_places=2)
    on_time_tolerance_minutes = models.PositiveSmallIntegerField(
        _("a train leaves on time up to so many minutes late"), default=15
    )
    dwell_days = models.DecimalField(_("standard dwell of a box, days"), max_digits=5, decimal_places=2)
    working_hours = models.DecimalField(_("working hours a day"), max_digits=4, decimal_places=2)
    rail_lifts_per_hour = models.PositiveIntegerField(_("rail crane lifts per hour, all cranes"))
    yard_moves_per_hour = models.PositiveIntegerField(_("yard moves per hour, all machines"))
    warehouse_m2 = models.PositiveIntegerField(_("warehouse area, m²"))
    active = models.BooleanField(_("in operation"), default=True)
    sandbox = models.BooleanField(
        _("sandbox"),
        default=False,
        editable=False,
        help_text=_("Played for those who try out the API: counts in no figure, and has a clock of its own."),
    )
    day_began_at = models.DateTimeField(_("its day began at"), null=True, editable=False)

    objects = TerminalManager.from_queryset(TerminalQuerySet)()

    class Meta:
        verbose_name = _("terminal")
        verbose_name_plural = _("terminals")
        constraints = [
            models.CheckConstraint(
                condition=Q(operating_fill__gt=0, operating_fill__lte=1), name="operating_fill_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(sandbox=True) | Q(day_began_at__isnull=True), name="only_a_sandbox_has_its_own_clock"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @property
    def zone(self) -> ZoneInfo:
        """The site's own time zone: a day is a day here."""
        return ZoneInfo(self.zone_name)

    def time_at(self, at: datetime) -> datetime:
        """What its own clock shows at the moment ``at`` on the wall: the same, but for a sandbox that is played."""
        return at if self.day_began_at is None else shown(self.day_began_at, at)

    @property
    def operating_capacity_teu(self) -> int:
        """Ground slots × tiers × operating fill, whole TEU (1,763 × 4 × 0.70 = 4,936)."""
        return int(self.ground_slots * self.tiers * Decimal(self.operating_fill))

    @property
    def rated_teu_per_day(self) -> int:
        """Yearly TEU ÷ 365, whole TEU (410,000 → 1,123)."""
        return round(self.rated_teu_per_year / 365)


class Place(models.Model):
    """A place by its UN/LOCODE. No row: a place not loaded here, which is a warning, never a refusal."""

    un_locode = models.CharField("UN/LOCODE", max_length=5, primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    country = models.CharField(_("country"), max_length=2, db_index=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self) -> str:
        return f"{self.name} ({self.un_locode})"


UN_LOCODE = RegexValidator(r"^[A-Z]{2}[A-Z2-9]{3}$", _("A UN/LOCODE is five capital letters, such as CNLYG."))


class Corridor(models.Model):
    """A way for goods between countries, e.g. the land bridge over Lianyungang; its legs lead there and back."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("corridor")
        verbose_name_plural = _("corridors")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class CorridorLeg(models.Model):
    """A leg of a corridor, or a wait at one place. ``branch``: legs of one branch follow those of the trunk ("").

    ``illustrative``: the figures are assumed, not published.
    """

    class Mode(models.TextChoices):
        RAIL = "rail", _("rail")
        ROAD = "road", _("road")
        SEA = "sea", _("sea")
        BARGE = "barge", _("barge")
        BORDER = "border", _("border")
        TRANSFER = "transfer", _("transfer")

    corridor = models.ForeignKey(Corridor, on_delete=models.CASCADE, related_name="legs", verbose_name=_("corridor"))
    branch = models.CharField(_("branch"), max_length=20, blank=True)
    sequence = models.PositiveSmallIntegerField(_("place in the order"))
    start = models.CharField(_("from (UN/LOCODE)"), max_length=5, validators=[UN_LOCODE])
    end = models.CharField(_("to (UN/LOCODE)"), max_length=5, validators=[UN_LOCODE])
    mode = models.CharField(_("mode"), max_length=10, choices=Mode)
    km = models.PositiveIntegerField(_("km"))
    hours_least = models.PositiveIntegerField(_("hours, at least"))
    hours_most = models.PositiveIntegerField(_("hours, at most"))
    usd_per_teu = models.DecimalField(_("US$ a TEU"), max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])
    illustrative = models.BooleanField(_("assumed"), default=True)

    class Meta:
        verbose_name = _("leg of a corridor")
        verbose_name_plural = _("legs of corridors")
        ordering = ["corridor_id", "branch", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["corridor", "branch", "sequence"], name="a_leg_has_its_place"),
            models.CheckConstraint(
                condition=Q(hours_most__gte=F("hours_least")),
                name="a_leg_takes_least_to_most",
                violation_error_message=_("The most hours cannot be fewer than the least."),
            ),
            models.CheckConstraint(condition=Q(usd_per_teu__gte=0), name="a_leg_costs_nothing_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.start}–{self.end}"


class SitePart(models.Model):
    """A part of the fixtures that was loaded here: the rows of a model, a role, a right of a role. It is not again.

    No row: it has never been loaded, or the site is older than this memory (``services``).
    """

    name = models.CharField(max_length=200, unique=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
