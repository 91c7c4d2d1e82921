"""What stops a visit and what lets it go: holds, permissions, and the rules that say which are needed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.calls.models import Call
from apps.common.models import Row, choices, one_of
from apps.containers.models.boxes import Consignment
from apps.containers.models.rules import StopRule
from apps.containers.models.visits import Reference, Visit
from apps.network.models import Terminal
from terminal.readiness import Owner, Step
from terminal.readiness.facts import AnswerState, HoldKind
from terminal.regimes import Direction, Regime

ONE_THING = (
    Q(visit__isnull=False, consignment__isnull=True, call__isnull=True, paper_kind="", paper_number="", side="")
    | Q(visit__isnull=True, consignment__isnull=False, call__isnull=True, paper_kind="", paper_number="", side="")
    | Q(visit__isnull=True, consignment__isnull=True, call__isnull=False, paper_kind="", paper_number="") & ~Q(side="")
    | Q(visit__isnull=True, consignment__isnull=True, call__isnull=True, side="")
    & ~Q(paper_kind="")
    & ~Q(paper_number="")
)


class Hold(Row):
    """A stop on one thing: it blocks its step (or every step) of all boxes it reaches until its owner lifts it.

    It is on a visit; or on a consignment, on everything under one number in the papers (a booking, a note, an order),
    or on what arrives or departs by a call: then it reaches whatever belongs to that at the moment somebody asks.
    ``lifted_at`` empty: it stands. An override needs a second pair of eyes: ``override_proposed_by`` proposes,
    somebody else confirms; customs' holds cannot be overridden at all. ``rule`` and ``event``: the rule that placed it,
    and the journal entry the rule followed on; without them somebody placed it. ``kept_by``: the owner's office that
    keeps it; then nobody lifts it but that office, by what it does itself.
    """

    class Side(models.TextChoices):
        ARRIVING = "arriving", _("the boxes that arrive by it")
        DEPARTING = "departing", _("the boxes that depart by it")
        BOTH = "both", _("the boxes that arrive or depart by it")

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+", verbose_name=_("terminal"))
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="holds", verbose_name=_("visit")
    )
    consignment = models.ForeignKey(
        Consignment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="holds",
        verbose_name=_("consignment"),
    )
    paper_kind = models.CharField(_("kind of number"), max_length=15, choices=Reference.Kind, blank=True)
    paper_number = models.CharField(_("number in the papers"), max_length=60, blank=True)
    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="holds", verbose_name=_("call")
    )
    side = models.CharField(_("which boxes of the call"), max_length=10, choices=Side, blank=True)
    owner = models.CharField(_("owner"), max_length=10, choices=choices(Owner))
    kind = models.CharField(_("kind"), max_length=10, choices=choices(HoldKind), default=HoldKind.HOLD.value)
    kept_by = models.CharField(_("kept by the office"), max_length=20, blank=True)
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
    rule = models.ForeignKey(
        StopRule, on_delete=models.PROTECT, null=True, blank=True, related_name="placed", verbose_name=_("by rule")
    )
    event = models.BigIntegerField(_("journal entry the rule followed on"), null=True, blank=True)

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
            one_of("kind", HoldKind, "hold_kind_is_known"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("placed_at")),
                name="a_hold_is_lifted_after_it_was_placed",
            ),
            models.CheckConstraint(condition=ONE_THING, name="a_hold_is_on_one_thing"),
            models.CheckConstraint(
                condition=Q(rule__isnull=True, event__isnull=True) | Q(rule__isnull=False, event__isnull=False),
                name="a_rules_hold_names_its_event",
            ),
        ]
        indexes = [
            models.Index(fields=["visit"], condition=Q(lifted_at__isnull=True), name="standing_holds"),
            models.Index(
                fields=["terminal"],
                condition=Q(lifted_at__isnull=True, visit__isnull=True),
                name="standing_holds_of_groups",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_owner_display()}: {self.reason}"

    @property
    def subject(self) -> tuple[str, str]:
        """What it is on, and by what number or name that is known: ("visit", "CSQU3054383"), ("booking", "BK-17")."""
        if self.visit is not None:
            return "visit", str(self.visit)
        if self.consignment is not None:
            return "consignment", str(self.consignment)
        if self.call is not None:
            return "call", str(self.call)
        return self.paper_kind, self.paper_number


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


class Question(Row):
    """What an owner was asked about one visit, under the owner's or our reference, and how it stands with the answer.

    It permits nothing: a yes is a ``Permission``. It says why there is none. ``office``: where it lies.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="questions", verbose_name=_("visit"))
    owner = models.CharField(_("owner"), max_length=10, choices=choices(Owner))
    reference = models.CharField(_("reference"), max_length=60)
    office = models.CharField(_("office"), max_length=20, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(
        _("answer"), max_length=15, choices=choices(AnswerState), default=AnswerState.AWAITED.value
    )
    state_since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            one_of("state", AnswerState, "an_answers_state_is_known"),
            models.UniqueConstraint(fields=["visit", "owner", "reference"], name="a_question_is_asked_once"),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(state__in=["awaited", "out_of_service", "unreadable"]),
                name="questions_without_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_owner_display()}: {self.reference}"


class PermissionRule(models.Model):
    """Whether a kind of visit needs an owner's permission for a step. No rule for a kind: it needs customs'.

    ``valid_hours``: a permission older than that is stale and counts no more; empty: it counts until it says.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime))
    laden = models.BooleanField(_("laden"))
    direction = models.CharField(_("direction"), max_length=10, choices=choices(Direction))
    step = models.CharField(_("step"), max_length=10, choices=choices(Step))
    owner = models.CharField(_("owner"), max_length=10, choices=choices(Owner), default=Owner.CUSTOMS.value)
    required = models.BooleanField(_("required"), default=True)
    valid_hours = models.PositiveIntegerField(_("counts for, h"), null=True, blank=True)

    class Meta:
        verbose_name = _("permission rule")
        verbose_name_plural = _("permission rules")
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "regime", "laden", "direction", "step", "owner"], name="a_permission_rule_is_one"
            ),
            models.CheckConstraint(
                condition=Q(valid_hours__isnull=True) | Q(valid_hours__gt=0), name="a_permission_counts_for_some_time"
            ),
        ]

    def __str__(self) -> str:
        case = (self.get_regime_display(), self.get_direction_display(), self.get_step_display())
        return f"{', '.join(case)}: {self.get_owner_display()} {'✓' if self.required else '–'}"
