"""What stops a visit and what lets it go: holds, permissions, and the rules that say which are needed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models.visits import Visit
from apps.network.models import Terminal
from terminal.readiness import Owner, Step
from terminal.regimes import Direction, Regime


class Hold(Row):
    """A stop on a visit: it blocks its step (or every step) until its owner lifts it.

    ``lifted_at`` empty: it stands. An override needs a second pair of eyes: ``override_proposed_by`` proposes,
    somebody else confirms; customs' holds cannot be overridden at all.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="holds", verbose_name=_("visit"))
    owner = models.CharField(_("owner"), max_length=10, choices=choices(Owner))
    step = models.CharField(_("step it blocks (empty: every step)"), max_length=10, choices=choices(Step), blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    reference = models.CharField(_("owner's reference"), max_length=60, blank=True)
    placed_at = models.DateTimeField(_("placed"))
    placed_by = models.CharField(_("placed by"), max_length=120)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.CharField(_("lifted by"), max_length=120, blank=True)
    override_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("override proposed by"),
    )
    override_reason = models.CharField(_("reason of the override"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        permissions = [
            ("lift_customs_hold", "Lift customs' holds"),
            ("lift_terminal_hold", "Lift the terminal's holds"),
            ("override_hold", "Propose or confirm the override of a hold"),
        ]
        constraints = [
            one_of("owner", Owner, "hold_owner_is_known"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("placed_at")),
                name="a_hold_is_lifted_after_it_was_placed",
            ),
        ]
        indexes = [models.Index(fields=["visit"], condition=Q(lifted_at__isnull=True), name="standing_holds")]

    def __str__(self) -> str:
        return f"{self.get_owner_display()}: {self.reason}"


class Permission(Row):
    """An owner's yes to a step of one visit. It counts from ``granted_at`` until ``valid_until`` or ``revoked_at``."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="permissions", verbose_name=_("visit"))
    owner = models.CharField(_("owner"), max_length=10, choices=choices(Owner))
    step = models.CharField(_("step"), max_length=10, choices=choices(Step))
    reference = models.CharField(_("owner's reference"), max_length=60)
    granted_at = models.DateTimeField(_("granted"))
    granted_by = models.CharField(_("granted by"), max_length=120)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("permission")
        verbose_name_plural = _("permissions")
        constraints = [
            one_of("owner", Owner, "permission_owner_is_known"),
            one_of("step", Step, "permission_step_is_known"),
            models.UniqueConstraint(fields=["visit", "owner", "step", "reference"], name="a_permission_is_given_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_owner_display()}: {self.get_step_display()} ({self.reference})"


class PermissionRule(models.Model):
    """Whether a kind of visit needs an owner's permission for a step. No rule for a kind: it needs customs'."""

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime))
    laden = models.BooleanField(_("laden"))
    direction = models.CharField(_("direction"), max_length=10, choices=choices(Direction))
    step = models.CharField(_("step"), max_length=10, choices=choices(Step))
    owner = models.CharField(_("owner"), max_length=10, choices=choices(Owner), default=Owner.CUSTOMS.value)
    required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("permission rule")
        verbose_name_plural = _("permission rules")
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "regime", "laden", "direction", "step", "owner"], name="a_permission_rule_is_one"
            ),
        ]

    def __str__(self) -> str:
        case = (self.get_regime_display(), self.get_direction_display(), self.get_step_display())
        return f"{', '.join(case)}: {self.get_owner_display()} {'✓' if self.required else '–'}"
