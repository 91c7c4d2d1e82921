"""Customs' work in figures: whose clock ran, how long releases took, how much work is expected, what is looked at."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.customs.models.declarations import Declaration
from apps.customs.models.offices import Office
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.customs.clocks import Clock
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.regimes import Direction, Regime


class ClockPeriod(models.Model):
    """A time in which one side had a declaration, in one status. ``ended_at`` empty: it runs on."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="periods")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    clock = models.CharField(_("clock"), max_length=10, choices=choices(Clock))
    status = models.CharField(_("status"), max_length=20, choices=choices(DeclarationStatus))
    began_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("clock period")
        verbose_name_plural = _("clock periods")
        ordering = ["declaration_id", "began_at", "pk"]
        constraints = [
            one_of("clock", Clock, "a_clock_is_known"),
            models.UniqueConstraint(fields=["declaration"], condition=Q(ended_at=None), name="one_clock_runs"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")), name="a_clock_runs_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.began_at:%Y-%m-%d %H:%M}"


class ReleaseTime(models.Model):
    """How long one release took, in whole minutes: from arrival (or, where that came later, declaration) to release.

    Written once, at the release. The columns named after a clock add up to ``minutes``; those named after a step say
    how long it stood in that step, all visits of it together; empty: it never did. ``counted``: it is in a
    ``ReleaseTally``, too.
    """

    declaration = models.OneToOneField(Declaration, on_delete=models.CASCADE, primary_key=True, related_name="took")
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime))
    channel = models.CharField(_("channel"), max_length=6, choices=choices(Channel))
    began_at = models.DateTimeField(_("from"))
    released_at = models.DateTimeField(_("released"))
    minutes = models.PositiveIntegerField(_("took, min"))
    trader_minutes = models.PositiveIntegerField(_("trader, min"), default=0)
    terminal_minutes = models.PositiveIntegerField(_("terminal, min"), default=0)
    customs_minutes = models.PositiveIntegerField(_("customs, min"), default=0)
    agency_minutes = models.PositiveIntegerField(_("other agency, min"), default=0)
    submitted = models.PositiveIntegerField(_("submitted, min"), null=True)
    registered = models.PositiveIntegerField(_("registered, min"), null=True)
    documentary_check = models.PositiveIntegerField(_("documentary check, min"), null=True)
    query = models.PositiveIntegerField(_("query, min"), null=True)
    referred = models.PositiveIntegerField(_("referred, min"), null=True)
    inspection_ordered = models.PositiveIntegerField(_("inspection, min"), null=True)
    inspected = models.PositiveIntegerField(_("inspected, min"), null=True)
    assessed = models.PositiveIntegerField(_("assessed, min"), null=True)
    paid = models.PositiveIntegerField(_("paid, min"), null=True)
    counted = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("release time")
        verbose_name_plural = _("release times")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    minutes=F("trader_minutes") + F("terminal_minutes") + F("customs_minutes") + F("agency_minutes")
                ),
                name="the_clocks_add_up_to_the_release_time",
            )
        ]
        indexes = [
            models.Index(fields=["terminal", "released_at"], name="release_times_by_day"),
            models.Index(
                fields=["terminal", "released_at"], condition=Q(counted=False), name="release_times_not_counted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.minutes} min"


class ReleaseTally(models.Model):
    """The release times of one day of the site, office, regime and channel in little room, for statistics.

    ``lengths``: for each release the code (see ``terminal.customs.durations``) of its time and of each step's, in the
    order of ``terminal.customs.clocks.STEPS``. Several rows may be about the same: each is of those that were not
    counted before. What is in none is in ``ReleaseTime`` only, and not ``counted`` there.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    regime = models.CharField(max_length=20, choices=choices(Regime))
    channel = models.CharField(max_length=6, choices=choices(Channel))
    lengths = models.BinaryField()
    trader_minutes = models.PositiveBigIntegerField()
    terminal_minutes = models.PositiveBigIntegerField()
    customs_minutes = models.PositiveBigIntegerField()
    agency_minutes = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("release times of a day")
        verbose_name_plural = _("release times of a day")
        indexes = [models.Index(fields=["terminal", "day"], name="release_tallies_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.office_id}"


class ExpectedMinutes(Row):
    """How long declarations of a regime in a channel keep their office busy. ``learned_at`` empty: set by hand.

    ``seen``: from how many finished ones it was learned. No row: the channel's own figure in
    ``terminal.customs.workload``.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime))
    channel = models.CharField(_("channel"), max_length=6, choices=choices(Channel))
    minutes = models.PositiveIntegerField(_("work, min"))
    seen = models.PositiveIntegerField(_("learned from"), default=0)
    learned_at = models.DateTimeField(_("learned"), null=True, blank=True)

    class Meta:
        verbose_name = _("expected work")
        verbose_name_plural = _("expected work")
        ordering = ["terminal_id", "regime", "channel"]
        constraints = [
            models.UniqueConstraint(fields=["terminal", "regime", "channel"], name="work_is_expected_once"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="expected_work_takes_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_regime_display()}, {self.get_channel_display()}: {self.minutes} min"


class RiskRule(Row):
    """Of declarations like these, so many go to this channel. Empty is any; the strictest that hits counts.

    ``share_percent``: of those it fits, how many it hits; which, is drawn from the declaration's number, so that asking
    twice is the same. ``hs_prefix``: the HS code of any line begins so. ``least_value_minor``: in minor units of the
    terminal's currency; lines in another currency count as fitting. ``valid_until`` is the last day.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    name = models.CharField(_("name"), max_length=80)
    channel = models.CharField(_("channel"), max_length=6, choices=choices(Channel))
    share_percent = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2, default=100)
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime), blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=choices(Direction), blank=True)
    hs_prefix = models.CharField(_("HS code begins with"), max_length=10, blank=True)
    origin = models.CharField(_("country of origin"), max_length=2, blank=True)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("declarant")
    )
    least_value_minor = models.BigIntegerField(_("value from (minor units)"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("risk rule")
        verbose_name_plural = _("risk rules")
        ordering = ["terminal_id", "name"]
        constraints = [
            one_of("channel", Channel, "a_risk_rule_names_a_channel"),
            models.UniqueConstraint(fields=["terminal", "name"], name="a_risk_rule_is_named_once"),
            models.CheckConstraint(
                condition=Q(share_percent__gt=0, share_percent__lte=100), name="a_risk_rule_hits_a_share"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="a_risk_rule_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(hs_prefix="") | Q(hs_prefix__regex=r"^\d{2,10}$"), name="a_risk_prefix_has_digits"
            ),
        ]

    def __str__(self) -> str:
        return self.name
