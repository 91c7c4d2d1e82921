"""Rules that stop boxes and let them go by themselves, whenever something happens to a visit."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models.visits import VisitRole
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.events import EventKind
from terminal.readiness import Owner, Step
from terminal.readiness.rules import Deed, Filter, can_follow, in_force
from terminal.regimes import Direction, Goods, Regime
from terminal.throughput import Mode


def events() -> list[tuple[str, Any]]:
    """The kinds of event a rule can follow on, asked when needed: a new kind is no change of the table."""
    possible = {kind.value for kind in EventKind if can_follow(kind)}
    return [(value, label) for value, label in choices(EventKind) if value in possible]


class StopRule(Row):
    """On this event, for these visits, do that: place or lift holds, grant or revoke a permission.

    Empty in the filter: any. A rule speaks in its ``owner``'s name and touches nothing of another's. ``lifts`` names
    the rule whose holds it lifts; without it, it lifts those of its owner under its ``reference``. ``turn``: of several
    rules on one event the lowest acts first. A rule that has placed a hold is switched off, not deleted.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    name = models.CharField(_("name"), max_length=80)
    event = models.CharField(_("on this event"), max_length=40, choices=events)
    deed = models.CharField(_("what it does"), max_length=20, choices=choices(Deed))
    owner = models.CharField(_("owner"), max_length=10, choices=choices(Owner), default=Owner.TERMINAL.value)
    step = models.CharField(_("step (of a hold empty: every step)"), max_length=10, choices=choices(Step), blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    reference = models.CharField(_("owner's reference"), max_length=60, blank=True)
    lifts = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifts the holds of")
    )
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime), blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=choices(Direction), blank=True)
    laden = models.BooleanField(_("laden"), null=True, blank=True)
    goods = models.CharField(_("goods"), max_length=20, choices=choices(Goods), blank=True)
    mode = models.CharField(_("came or goes by"), max_length=5, choices=choices(Mode), blank=True)
    destination = models.CharField(_("destination begins with"), max_length=5, blank=True)
    size_type = models.CharField(_("size-type begins with"), max_length=4, blank=True)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party")
    )
    role = models.CharField(_("in the role of"), max_length=12, choices=VisitRole.Role, blank=True)
    detail = models.CharField(_("where the event says"), max_length=40, blank=True)
    value = models.CharField(_("that it is"), max_length=60, blank=True)
    active = models.BooleanField(_("active"), default=True)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    turn = models.PositiveSmallIntegerField(_("turn"), default=100)

    class Meta:
        verbose_name = _("stop rule")
        verbose_name_plural = _("stop rules")
        constraints = [
            one_of("owner", Owner, "stop_rule_owner_is_known"),
            models.CheckConstraint(
                condition=(Q(deed="place_hold") & ~Q(reason=""))
                | (Q(deed="lift_holds") & (Q(lifts__isnull=False) | ~Q(reference="")))
                | (Q(deed="grant_permission") & ~Q(step="") & ~Q(reference=""))
                | (Q(deed="revoke_permission") & ~Q(reference="")),
                name="a_stop_rule_says_what_its_deed_needs",
                violation_error_message=_(
                    "To place a hold a rule needs a reason; to lift holds the rule that placed them or a reference; "
                    "to grant a permission a step and a reference; to revoke one a reference."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_from__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="a_stop_rule_ends_after_it_began",
                violation_error_message=_("A rule ends after it began."),
            ),
        ]
        indexes = [models.Index(fields=["terminal", "event"], condition=Q(active=True), name="active_stop_rules")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A rule lifts what a rule of its own owner at its own terminal has placed."""
        lifts = self.lifts
        same = lifts is None or (lifts.terminal_id, lifts.owner, lifts.deed) == (
            self.terminal_id, self.owner, Deed.PLACE_HOLD,
        )  # fmt: skip
        if not same:
            raise ValidationError({"lifts": _("Name a rule of the same owner and terminal that places holds.")})

    @property
    def filter(self) -> Filter:
        """Which visits it is about."""
        return Filter(
            regime=Regime(self.regime) if self.regime else None,
            direction=Direction(self.direction) if self.direction else None,
            laden=self.laden,
            goods=Goods(self.goods) if self.goods else None,
            mode=Mode(self.mode) if self.mode else None,
            destination=self.destination,
            size_type=self.size_type,
            party=self.party_id,
            role=self.role,
            detail=self.detail,
            value=self.value,
        )

    def counts_at(self, at: Any) -> bool:
        """Whether it is in force at that moment."""
        return self.active and in_force(self.valid_from, self.valid_until, at)
