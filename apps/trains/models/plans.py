"""What a train is to take: plans, drawn up and approved, box by box and wagon by wagon."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.trains.models.trains import TrainVisit
from apps.trains.models.wagons import Wagon
from terminal.lifecycle import LoadPlanState
from terminal.trainload import Reason


class LoadPlan(Row):
    """A plan of what a train takes. At most one a train is approved, and at most one is being drawn up.

    ``worth`` and ``bound``: priority-weighted TEU reached, and what no plan can exceed (none: never searched).
    """

    train = models.ForeignKey(TrainVisit, on_delete=models.CASCADE, related_name="plans", verbose_name=_("train"))
    state = models.CharField(
        _("state"), max_length=10, choices=choices(LoadPlanState), default=LoadPlanState.DRAFT.value
    )
    worth = models.DecimalField(_("TEU by priority"), max_digits=8, decimal_places=2, default=0)
    bound = models.DecimalField(_("at most"), max_digits=8, decimal_places=2, null=True, blank=True)
    dug = models.PositiveSmallIntegerField(_("boxes to be dug away"), default=0)
    seconds = models.DecimalField(_("searched, s"), max_digits=6, decimal_places=2, default=0)
    drawn_up_at = models.DateTimeField(_("drawn up"))
    drawn_up_by = models.CharField(_("drawn up by"), max_length=120)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("load plan")
        verbose_name_plural = _("load plans")
        ordering = ["-drawn_up_at", "-pk"]
        constraints = [
            one_of("state", LoadPlanState, "load_plan_state_is_known"),
            models.UniqueConstraint(
                fields=["train"], condition=Q(state="approved"), name="a_train_has_one_approved_plan"
            ),
            models.UniqueConstraint(fields=["train"], condition=Q(state="draft"), name="a_train_has_one_draft"),
            models.CheckConstraint(
                condition=~Q(state="approved") | (Q(approved_at__isnull=False) & ~Q(approved_by="")),
                name="an_approval_says_whose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.train} ({self.get_state_display()})"


class PlannedLoad(Row):
    """A box on a wagon of a plan. ``place``: the first 20′ place it takes. ``by_hand``: staff put it there."""

    plan = models.ForeignKey(LoadPlan, on_delete=models.CASCADE, related_name="loads", verbose_name=_("plan"))
    wagon = models.ForeignKey(Wagon, on_delete=models.CASCADE, related_name="planned", verbose_name=_("wagon"))
    place = models.PositiveSmallIntegerField(_("place on the wagon"), default=1)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="planned_loads", verbose_name=_("visit"))
    by_hand = models.BooleanField(_("put there by staff"), default=False)

    class Meta:
        verbose_name = _("planned load")
        verbose_name_plural = _("planned loads")
        ordering = ["plan_id", "wagon__sequence", "place"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "visit"], name="a_box_is_planned_once_a_plan"),
            models.UniqueConstraint(
                fields=["plan", "wagon", "place"],
                name="a_planned_place_holds_one_box",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wagon}/{self.place}"


class LeftBehind(Row):
    """A box that could have gone and does not, by a plan, and why."""

    plan = models.ForeignKey(LoadPlan, on_delete=models.CASCADE, related_name="left_behind", verbose_name=_("plan"))
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+", verbose_name=_("visit"))
    reason = models.CharField(_("why it stays"), max_length=10, choices=choices(Reason))

    class Meta:
        verbose_name = _("box left behind")
        verbose_name_plural = _("boxes left behind")
        constraints = [
            one_of("reason", Reason, "why_it_stays_is_known"),
            models.UniqueConstraint(fields=["plan", "visit"], name="a_box_stays_for_one_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.visit}: {self.get_reason_display()}"
