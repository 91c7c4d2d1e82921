"""The customs house: its offices as a tree, when they work, who works there, and what falls to whom."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models import Zone
from terminal.regimes import Direction, Regime


class OfficeManager(models.Manager["Office"]):
    def get_by_natural_key(self, terminal: str, code: str) -> "Office":
        return self.get(terminal__code=terminal, code=code)


class Office(Row):
    """An office of the customs house. ``illustrative``: its name is ours, the public record does not give it.

    ``clears``: it takes declarations. ``takes_the_rest``: what no rule of jurisdiction covers comes here.
    ``opens_at`` and ``closes_at`` in the terminal's zone; both empty: round the clock. An office that is not ``active``
    is switched off: whatever lies there stays as it is.
    """

    class Kind(models.TextChoices):
        SECTION = "section", _("section office")
        FUNCTIONAL = "functional", _("functional office")
        BRANCH = "branch", _("anti-smuggling branch")
        ANTI_SMUGGLING = "anti_smuggling", _("anti-smuggling office")

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="offices", verbose_name=_("belongs to")
    )
    illustrative = models.BooleanField(_("illustrative name"), default=False)
    clears = models.BooleanField(_("takes declarations"), default=False)
    takes_the_rest = models.BooleanField(_("takes what no rule covers"), default=False)
    active = models.BooleanField(_("active"), default=True)
    opens_at = models.TimeField(_("opens"), null=True, blank=True)
    closes_at = models.TimeField(_("closes"), null=True, blank=True)
    closed_weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("weekdays it does not work"),
        default=list,
        blank=True,
        help_text=_("1 Monday to 7 Sunday, with commas between them."),
    )

    objects = OfficeManager()

    class Meta:
        verbose_name = _("customs office")
        verbose_name_plural = _("customs offices")
        ordering = ["terminal_id", "code"]
        constraints = [
            models.UniqueConstraint(fields=["terminal", "code"], name="an_office_code_is_unique"),
            models.UniqueConstraint(
                fields=["terminal"], condition=Q(takes_the_rest=True), name="one_office_takes_the_rest"
            ),
            models.CheckConstraint(
                condition=Q(takes_the_rest=False) | Q(clears=True), name="who_takes_the_rest_takes_declarations"
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True) | Q(opens_at__lt=F("closes_at")),
                name="an_office_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(closed_weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="an_office_is_shut_on_weekdays"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        return self.terminal.code, self.code


class OfficeClosure(Row):
    """Days on which an office does not work; no ``office``: none of the house does (a public holiday)."""

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    office = models.ForeignKey(
        Office, on_delete=models.CASCADE, null=True, blank=True, related_name="closures", verbose_name=_("office")
    )
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=120)

    class Meta:
        verbose_name = _("days off of customs")
        verbose_name_plural = _("days off of customs")
        ordering = ["terminal_id", "first_on"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="days_off_end_after_they_begin")
        ]

    def __str__(self) -> str:
        return f"{self.first_on}–{self.last_on} {self.reason}"


class Officer(models.Model):
    """A user who works for an office. No row: no say there.

    An inspector works its inspections and nothing else; an officer decides declarations; a head may besides lower the
    channel of one that was to be inspected.
    """

    class Role(models.TextChoices):
        INSPECTOR = "inspector", _("inspector")
        OFFICER = "officer", _("officer")
        HEAD = "head", _("head of the office")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="offices", verbose_name=_("user")
    )
    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="officers", verbose_name=_("office"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.OFFICER)

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        constraints = [
            models.UniqueConstraint(fields=["user", "office"], name="an_officer_is_named_once"),
            one_of("role", ["inspector", "officer", "head"], "an_officers_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.office}"


class JurisdictionQuerySet(models.QuerySet["Jurisdiction"]):
    """Questions about rules of jurisdiction that chain."""

    def in_force(self, on: Any) -> Self:
        """Rules that count on that day."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_until=None) | Q(valid_until__gte=on))


class Jurisdiction(Row):
    """What falls to an office. Empty is any; of several rules that cover a declaration each names an office for it.

    ``hs_chapter``: the first two digits of an HS code of any of its goods. ``zone``: any of its lots lies there.
    ``party``: it is the declarant. ``valid_until`` is the last day.
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="jurisdiction", verbose_name=_("office"))
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime), blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=choices(Direction), blank=True)
    hs_chapter = models.CharField(_("HS chapter"), max_length=2, blank=True)
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    objects = JurisdictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("jurisdiction")
        verbose_name_plural = _("jurisdictions")
        ordering = ["office_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="a_jurisdiction_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(hs_chapter="") | Q(hs_chapter__regex=r"^\d\d$"), name="a_chapter_has_two_digits"
            ),
        ]

    def __str__(self) -> str:
        named = [self.regime, self.direction, self.hs_chapter, str(self.zone or ""), str(self.party or "")]
        return f"{self.office}: {', '.join(filter(None, named)) or '*'}"
