"""Visits: one stay of a box at a terminal each, and whose business they are."""

from typing import Final, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from apps.calls.models import Call
from apps.common.models import Row, choices, one_of
from apps.containers.models.boxes import Consignment, Container
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.advice import Way
from terminal.lifecycle import Position, VisitState
from terminal.regimes import Direction, Goods, Regime

CLAIMABLE: Final = ("regime", "direction", "laden")
"""What decides whose permission a visit needs, and so is worth a false word."""


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
    came onto and left the terminal's ground. ``carrier_call``: the carrier it is on, where that is known. No
    ``laden``: nobody said, which blocks as a laden box would.
    ``stated_size_type`` is what this visit's papers say of the box; what others said of it stays with them. Empty: the
    container's own. ``claimed`` names what only a party's program said (of ``CLAIMABLE``): it serves planning, but to
    permissions it counts as not known. ``advised_via`` empty: nobody told by which way it was advised. ``joined_into``:
    the visit that goes on in this one's place, because both were the same box.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    container = models.ForeignKey(
        Container, on_delete=models.PROTECT, related_name="visits", verbose_name=_("container")
    )
    consignment = models.ForeignKey(
        Consignment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("consignment"),
    )
    state = models.CharField(_("state"), max_length=10, choices=choices(VisitState), default=VisitState.ADVISED.value)
    position = models.CharField(_("position"), max_length=12, choices=choices(Position), default=Position.INBOUND.value)
    arrival_call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="arriving", verbose_name=_("came by")
    )
    departure_call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="departing", verbose_name=_("leaves by")
    )
    carrier_call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="carrying", verbose_name=_("is on")
    )
    stated_size_type = models.CharField(_("size-type as advised"), max_length=4, blank=True)
    laden = models.BooleanField(_("laden"), null=True, blank=True)
    goods = models.CharField(_("goods"), max_length=20, choices=choices(Goods), default=Goods.STANDARD.value)
    gross_kg = models.PositiveIntegerField(_("gross weight, kg"), null=True, blank=True)
    destination = models.CharField(_("destination (UN/LOCODE)"), max_length=5, blank=True)
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime), default=Regime.UNKNOWN.value)
    direction = models.CharField(
        _("direction"), max_length=10, choices=choices(Direction), default=Direction.UNKNOWN.value
    )
    claimed = ArrayField(models.CharField(max_length=10), verbose_name=_("only claimed"), default=list, blank=True)
    unannounced = models.BooleanField(_("unannounced"), default=False)
    advised_via = models.CharField(
        _("advised by way of"), max_length=10, choices=choices(Way), blank=True, default="", db_default=""
    )
    joined_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="joined", verbose_name=_("joined into")
    )
    advised_at = models.DateTimeField(_("advised"))
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    departed_at = models.DateTimeField(_("departed"), null=True, blank=True)
    source = models.CharField(max_length=60, null=True, blank=True)  # noqa: DJ001 - absent, so that UNIQUE passes over it
    source_ref = models.CharField(max_length=160, null=True, blank=True)  # noqa: DJ001 - as above

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        permissions = [
            ("note_visit", "Note seals, weights, dangerous goods, temperatures and damages"),
            ("retract_movement", "Take back a movement that was entered wrongly"),
        ]
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
            models.CheckConstraint(
                condition=Q(state="joined", joined_into__isnull=False)
                | (~Q(state="joined") & Q(joined_into__isnull=True)),
                name="a_joined_visit_says_where_it_goes_on",
            ),
        ]
        indexes = [
            models.Index(fields=["terminal", "state", "position"], name="visits_by_state"),
            models.Index(fields=["terminal", "arrived_at"], name="visits_by_arrival"),
        ]

    def __str__(self) -> str:
        return self.container.number

    @property
    def size_type(self) -> str:
        """The size-type its parties may be told: as advised, else the container's."""
        return self.stated_size_type or self.container.size_type

    def knows(self, name: str) -> bool:
        """Whether one of ``CLAIMABLE`` was said, and by more than a party's program."""
        return name not in self.claimed and getattr(self, name) not in (None, Regime.UNKNOWN, Direction.UNKNOWN)


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
        return f"{self.party} ({self.get_role_display()})"


class Reference(models.Model):
    """A number under which somebody knows a visit: booking, bill of lading, SMGS or CIM note, order, own."""

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
        return f"{self.get_kind_display()} {self.value}"
