"""Cargo orders: what is to be unpacked, stuffed or handed out, and the packing list of each."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models.bookings import Booking
from apps.warehouse.models.zones import Zone
from terminal.cargo import OrderKind
from terminal.lifecycle import OPEN_CARGO_ORDER, CargoOrderStatus
from terminal.stock import Amount, CustomsStatus


class CargoOrderQuerySet(models.QuerySet["CargoOrder"]):
    """Questions about cargo orders that chain."""

    def open(self) -> Self:
        """Orders that are still to be carried out."""
        return self.filter(status__in=sorted(OPEN_CARGO_ORDER))


class CargoOrder(Row):
    """A party's order to unpack a box, to stuff one, or to hand out goods from its stock (without a box).

    ``zone`` is where unpacked goods go to. ``next_visit``: the empty stay that began when the box was empty. No
    ``planned_at``: nobody said when. ``mixes_customs``: the terminal allows goods of different customs status together.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=choices(OrderKind))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="cargo_orders", verbose_name=_("party"))
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="cargo_orders", verbose_name=_("container")
    )
    next_visit = models.OneToOneField(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("the emptied box")
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="cargo_orders", verbose_name=_("zone")
    )
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="cargo_orders", verbose_name=_("booking")
    )
    status = models.CharField(
        _("status"), max_length=11, choices=choices(CargoOrderStatus), default=CargoOrderStatus.REQUESTED.value
    )
    mixes_customs = models.BooleanField(_("goods of different customs status may be together"), default=False)
    reference = models.CharField(_("party's reference"), max_length=60, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    gang = models.CharField(_("gang"), max_length=60, blank=True)
    gang_size = models.PositiveSmallIntegerField(_("people in the gang"), null=True, blank=True)
    equipment = models.CharField(_("equipment"), max_length=120, blank=True)
    requested_at = models.DateTimeField(_("requested"))
    requested_by = models.CharField(_("requested by"), max_length=120)
    planned_at = models.DateTimeField(_("planned for"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    reason = models.CharField(_("reason of the refusal, cancellation or stop"), max_length=200, blank=True)

    objects = CargoOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("cargo order")
        verbose_name_plural = _("cargo orders")
        constraints = [
            one_of("status", CargoOrderStatus, "cargo_order_status_is_known"),
            one_of("kind", OrderKind, "cargo_order_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind="withdraw", visit__isnull=True) | (~Q(kind="withdraw") & Q(visit__isnull=False)),
                name="a_box_is_unpacked_or_stuffed",
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(status__in=sorted(each.value for each in OPEN_CARGO_ORDER)),
                name="a_box_has_one_open_order",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "-requested_at"], name="cargo_orders_by_party"),
            models.Index(fields=["terminal", "status"], name="cargo_orders_by_status"),
        ]

    def __str__(self) -> str:
        return self.number


class DeclaredLot(Row):
    """One line of a packing list, what is in the box by its papers; what was counted stands beside it.

    What was declared is never edited (the database refuses it). No ``counted_packages``: not counted yet. ``found``:
    it was in the box and on no list. Photos of what was seen are attachments whose subject it is.
    """

    order = models.ForeignKey(CargoOrder, on_delete=models.PROTECT, related_name="lines", verbose_name=_("order"))
    line = models.PositiveSmallIntegerField(_("line"))
    goods = models.CharField(_("goods"), max_length=200)
    packages = models.PositiveIntegerField(_("packages"))
    package_kind = models.CharField(_("kind of package"), max_length=20)
    gross_kg = models.DecimalField(_("gross weight, kg"), max_digits=12, decimal_places=3)
    volume_m3 = models.DecimalField(_("volume, m³"), max_digits=9, decimal_places=3, default=0)
    hs_code = models.CharField(_("HS code"), max_length=10)
    marks = models.CharField(_("marks"), max_length=200, blank=True)
    origin = models.CharField(_("country of origin"), max_length=2, blank=True)
    customs_status = models.CharField(
        _("customs status"),
        max_length=10,
        choices=choices(CustomsStatus, context="customs status"),
        default=CustomsStatus.UNKNOWN.value,
    )
    chilled = models.BooleanField(_("chilled"), default=False)
    imdg_class = models.CharField(_("IMDG class"), max_length=4, blank=True)
    found = models.BooleanField(_("found, on no list"), default=False)
    counted_packages = models.PositiveIntegerField(_("packages counted"), null=True, blank=True)
    counted_kg = models.DecimalField(
        _("gross weight found, kg"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    counted_m3 = models.DecimalField(_("volume found, m³"), max_digits=9, decimal_places=3, null=True, blank=True)
    counted_at = models.DateTimeField(pgettext_lazy("tally", "counted"), null=True, blank=True)
    counted_by = models.CharField(_("counted by"), max_length=120, blank=True)
    seen = models.CharField(_("what was seen"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("line of a packing list")
        verbose_name_plural = _("lines of packing lists")
        ordering = ["order_id", "line"]
        constraints = [
            one_of("customs_status", CustomsStatus, "declared_customs_status_is_known"),
            models.UniqueConstraint(fields=["order", "line"], name="a_line_is_declared_once"),
            models.CheckConstraint(
                condition=Q(found=False, packages__gt=0, gross_kg__gt=0, volume_m3__gte=0)
                | Q(found=True, packages=0, gross_kg=0, volume_m3=0),
                name="declared_goods_are_something",
            ),
            models.CheckConstraint(
                condition=Q(counted_packages__isnull=True, counted_kg__isnull=True, counted_m3__isnull=True)
                | Q(counted_packages=0, counted_kg=0, counted_m3=0)
                | Q(counted_packages__gt=0, counted_kg__gt=0, counted_m3__gte=0),
                name="counted_goods_weigh_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} / {self.line}"

    @property
    def declared(self) -> Amount:
        """By the papers."""
        return Amount(self.packages, self.gross_kg, self.volume_m3)

    @property
    def counted(self) -> Amount | None:
        """As found; None: not counted yet."""
        if self.counted_packages is None or self.counted_kg is None or self.counted_m3 is None:
            return None
        return Amount(self.counted_packages, self.counted_kg, self.counted_m3)
