"""Containers, their visits, whose they are, and everything that stands between a visit and its next step."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from apps.calls.models import Call
from apps.common.models import Row, choices, one_of
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.lifecycle import Position, VisitState
from terminal.readiness import Owner, Step
from terminal.regimes import Direction, Goods, Regime


class Container(Row):
    """A box by its ISO 6346 number, wherever it is. Its visits are its times at our terminals."""

    number = models.CharField(_("container number"), max_length=11, unique=True)
    size_type = models.CharField(_("size-type"), max_length=4)
    teu = models.DecimalField("TEU", max_digits=4, decimal_places=2)
    tare_kg = models.PositiveIntegerField(_("tare, kg"), null=True, blank=True)

    class Meta:
        verbose_name = _("container")
        verbose_name_plural = _("containers")

    def __str__(self) -> str:
        return self.number


class Consignment(Row):
    """Goods that travel under one set of papers, in one or several boxes."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    description = models.CharField(_("goods"), max_length=200, blank=True)
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("consignment")
        verbose_name_plural = _("consignments")

    def __str__(self) -> str:
        return self.description or str(self.public_id)


class VisitQuerySet(models.QuerySet["Visit"]):
    """Questions about visits that chain."""

    def standing(self) -> Self:
        """Boxes on the terminal's ground now: the yard and the warehouse."""
        return self.filter(
            state=VisitState.ACTIVE.value, position__in=[Position.IN_YARD.value, Position.IN_WAREHOUSE.value]
        )

    def in_yard(self) -> Self:
        """Boxes in the yard now, cell known or not."""
        return self.filter(state=VisitState.ACTIVE.value, position=Position.IN_YARD.value)

    def seen_by(self, party: Party, at: object) -> Self:
        """The visits in which the party has a role in force at that moment: all it may know of."""
        roles = VisitRole.objects.filter(visit=models.OuterRef("pk"), party=party).in_force(at)
        return self.filter(models.Exists(roles))


class Visit(Row):
    """One stay of a box at a terminal, from advice to departure.

    ``state`` says where the stay is in its life, ``position`` what kind of place the box is in; in the yard the cell
    is the yard's own row, and no row there means "cell unknown". ``arrived_at`` and ``departed_at`` are when the box
    came onto and left the terminal's ground. No ``laden``: nobody said, which blocks as a laden box would.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    container = models.ForeignKey(
        Container, on_delete=models.PROTECT, related_name="visits", verbose_name=_("container")
    )
    consignment = models.ForeignKey(
        Consignment, on_delete=models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("consignment")
    )
    state = models.CharField(_("state"), max_length=10, choices=choices(VisitState), default=VisitState.ADVISED.value)
    position = models.CharField(_("position"), max_length=12, choices=choices(Position), default=Position.INBOUND.value)
    arrival_call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="arriving", verbose_name=_("came by")
    )
    departure_call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="departing", verbose_name=_("leaves by")
    )
    laden = models.BooleanField(_("laden"), null=True, blank=True)
    goods = models.CharField(_("goods"), max_length=20, choices=choices(Goods), default=Goods.STANDARD.value)
    gross_kg = models.PositiveIntegerField(_("gross weight, kg"), null=True, blank=True)
    destination = models.CharField(_("destination (UN/LOCODE)"), max_length=5, blank=True)
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime), default=Regime.UNKNOWN.value)
    direction = models.CharField(
        _("direction"), max_length=10, choices=choices(Direction), default=Direction.UNKNOWN.value
    )
    unannounced = models.BooleanField(_("unannounced"), default=False)
    advised_at = models.DateTimeField(_("advised"))
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    departed_at = models.DateTimeField(_("departed"), null=True, blank=True)
    source = models.CharField(max_length=60, null=True, blank=True)  # noqa: DJ001 - absent, so that UNIQUE passes over it
    source_ref = models.CharField(max_length=160, null=True, blank=True)  # noqa: DJ001 - as above

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            one_of("state", VisitState, "visit_state_is_known"),
            one_of("position", Position, "visit_position_is_known"),
            models.UniqueConstraint(
                fields=["container", "terminal"],
                condition=Q(state="active"),
                name="container_is_in_one_place",
            ),
            models.CheckConstraint(
                condition=Q(departed_at__isnull=True) | Q(arrived_at__isnull=False, departed_at__gte=F("arrived_at")),
                name="box_leaves_after_it_came",
            ),
            ExclusionConstraint(
                name="stays_of_a_container_do_not_overlap",
                expressions=[
                    ("container", RangeOperators.EQUAL),
                    ("terminal", RangeOperators.EQUAL),
                    (
                        Func("arrived_at", "departed_at", function="TSTZRANGE", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(arrived_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["terminal", "source", "source_ref"], name="a_reported_visit_is_one_visit"),
        ]
        indexes = [
            models.Index(fields=["terminal", "state", "position"], name="visits_by_state"),
            models.Index(fields=["terminal", "arrived_at"], name="visits_by_arrival"),
        ]

    def __str__(self) -> str:
        return self.container.number


class VisitRoleQuerySet(models.QuerySet["VisitRole"]):
    """Questions about roles that chain."""

    def in_force(self, at: object) -> Self:
        """Roles held at that moment."""
        return self.filter(since__lte=at).filter(Q(until__isnull=True) | Q(until__gt=at))


class VisitRole(models.Model):
    """A party's part in one visit, from when to when, and who gave it. No row: to that party the visit is not there."""

    class Role(models.TextChoices):
        SHIPPER = "shipper", _("shipper")
        CONSIGNEE = "consignee", _("consignee")
        FORWARDER = "forwarder", _("forwarder")
        LINE = "line", _("shipping line")
        BROKER = "broker", _("customs broker")
        HAULIER = "haulier", _("haulier")

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="roles", verbose_name=_("visit"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="visit_roles", verbose_name=_("party"))
    role = models.CharField(_("role"), max_length=12, choices=Role)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    given_by = models.CharField(_("given by"), max_length=120)

    objects = VisitRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role in a visit")
        verbose_name_plural = _("roles in visits")
        constraints = [
            models.UniqueConstraint(fields=["visit", "party", "role"], name="a_party_has_a_role_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="a_role_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} ({self.role})"


class Reference(models.Model):
    """A number under which somebody knows a visit: booking, bill of lading, SMGS or CIM note, order, the shipper's own."""

    class Kind(models.TextChoices):
        BOOKING = "booking", _("booking")
        BILL_OF_LADING = "bill_of_lading", _("bill of lading")
        SMGS = "smgs", _("SMGS note")
        CIM = "cim", _("CIM note")
        ORDER = "order", _("order")
        OWN = "own", _("shipper's own")

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="references", verbose_name=_("visit"))
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    value = models.CharField(_("number"), max_length=60)

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        constraints = [
            models.UniqueConstraint(fields=["visit", "kind", "value"], name="a_reference_is_noted_once"),
        ]
        indexes = [models.Index(fields=["value"], name="references_by_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


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
        return f"{self.owner}: {self.reason}"


class Permission(Row):
    """An owner's yes to one step of one visit. It counts from ``granted_at`` until ``valid_until`` or ``revoked_at``."""

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
        return f"{self.owner}: {self.step} ({self.reference})"


class PermissionRule(models.Model):
    """Whether a kind of visit needs an owner's permission for a step. No rule for a kind of visit: it needs customs'."""

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
        return f"{self.regime} {self.direction} {self.step}: {self.owner} {'✓' if self.required else '–'}"
