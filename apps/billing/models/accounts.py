"""A box's storage, from the event that starts its clock: whom it is charged to, its four dates, and pauses."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, one_of
from apps.containers.models import Visit
from apps.parties.models import Party


class StorageAccountQuerySet(models.QuerySet["StorageAccount"]):
    """Questions about accounts that chain."""

    def running(self) -> Self:
        """Accounts to which something may still be charged."""
        return self.filter(closed_at=None)


class StorageAccount(Row):
    """The storage of one visit. No row: nothing of the visit has come up for charging yet.

    The four dates are kept apart. ``calculated_last_free_on``: by the tariff, as far as it is known now (a pause that
    goes on moves it). ``overridden_last_free_on``: set by somebody, who and why beside it; it stands before the
    calculated one. ``guaranteed_through``: ``guarantor`` stands for days until then. ``paid_through``: every day until
    then is paid. ``charged_through``: days until then stand on lines, paid or not.
    ``payer`` empty: whoever has the say over the box when it is charged. ``closed_at``: the box has gone and all was
    charged. ``trouble``: why it could not be charged, as a sentence, until it can.
    """

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="storage", verbose_name=_("visit"))
    payer = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("charged to")
    )
    clock_event = models.BigIntegerField(_("journal entry that started the clock"), null=True, blank=True)
    clock_kind = models.CharField(_("the clock started with"), max_length=40, blank=True)
    clock_at = models.DateTimeField(_("clock started"), null=True, blank=True)
    calculated_last_free_on = models.DateField(_("last free day, calculated"), null=True, blank=True)
    overridden_last_free_on = models.DateField(_("last free day, overridden"), null=True, blank=True)
    overridden_by = models.CharField(_("overridden by"), max_length=120, blank=True)
    overridden_why = models.CharField(_("why"), max_length=200, blank=True)
    guaranteed_through = models.DateField(_("guaranteed through"), null=True, blank=True)
    guarantor = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("guaranteed by")
    )
    charged_through = models.DateField(_("charged through"), null=True, blank=True)
    paid_through = models.DateField(_("paid through"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    trouble = models.CharField(_("could not be charged"), max_length=300, blank=True)

    objects = StorageAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("storage of a box")
        verbose_name_plural = _("storage of boxes")
        permissions = [
            ("override_last_free_day", "Override the last free day of a box"),
            ("guarantee_storage", "Enter who guarantees a box's storage, and through which day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(overridden_last_free_on__isnull=True, overridden_by="", overridden_why="")
                | (Q(overridden_last_free_on__isnull=False) & ~Q(overridden_by="") & ~Q(overridden_why="")),
                name="an_override_names_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(guaranteed_through__isnull=True, guarantor__isnull=True)
                | Q(guaranteed_through__isnull=False, guarantor__isnull=False),
                name="a_guarantee_names_its_guarantor",
            ),
            models.CheckConstraint(
                condition=Q(paid_through__isnull=True)
                | Q(charged_through__isnull=False, paid_through__lte=F("charged_through")),
                name="only_charged_days_are_paid",
            ),
        ]
        indexes = [
            models.Index(fields=["visit"], condition=Q(closed_at__isnull=True), name="running_accounts"),
        ]

    def __str__(self) -> str:
        return str(self.visit)

    @property
    def last_free_on(self) -> date | None:
        """The last free day that holds, as far as it is known."""
        return self.overridden_last_free_on or self.calculated_last_free_on


class Pause(Row):
    """Time for which nobody pays for a box. Inspections that customs order here are found in their declarations.

    ``ends_at`` empty: it goes on. ``withdrawn``: it was entered by mistake and counts nowhere.
    """

    class Kind(models.TextChoices):
        INSPECTION = "inspection", _("customs inspection")
        FAULT = "fault", _("the terminal's fault")

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="pauses", verbose_name=_("visit"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    reason = models.CharField(_("reason"), max_length=200)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"), null=True, blank=True)
    entered_by = models.CharField(_("entered by"), max_length=120)
    ended_by = models.CharField(_("ended by"), max_length=120, blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    class Meta:
        verbose_name = _("pause of storage charges")
        verbose_name_plural = _("pauses of storage charges")
        constraints = [
            one_of("kind", ["inspection", "fault"], "a_pause_has_a_known_cause"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="a_pause_ends_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_pause_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.visit}: {self.reason}"


class FreeTimeNotice(models.Model):
    """A payer was told so many hours ahead that a box's free time ends. No row: it was not told.

    Once for each box and notice: when the day moves afterwards, nothing is said again.
    """

    account = models.ForeignKey(
        StorageAccount, on_delete=models.CASCADE, related_name="notices", verbose_name=_("storage of a box")
    )
    hours = models.PositiveSmallIntegerField(_("hours ahead"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"))
    last_free_on = models.DateField(_("last free day"))
    told_at = models.DateTimeField(_("told"))

    class Meta:
        verbose_name = _("notice of a last free day")
        verbose_name_plural = _("notices of last free days")
        constraints = [models.UniqueConstraint(fields=["account", "hours"], name="a_last_free_day_is_announced_once")]

    def __str__(self) -> str:
        return f"{self.account} {self.last_free_on}"
