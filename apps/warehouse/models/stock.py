"""Stock: lots, every movement of each, what is reserved of them, and counts."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models.orders import CargoOrder, DeclaredLot
from apps.warehouse.models.zones import Zone
from terminal.stock import Amount, CustomsStatus, LotMove


class LotQuerySet(models.QuerySet["Lot"]):
    """Questions about lots that chain."""

    def in_stock(self) -> Self:
        """Lots of which something is left."""
        return self.filter(packages__gt=0)


class Lot(Row):
    """Goods of one kind, one owner and one origin, lying in one zone. No packages left: it is gone.

    What is there is what its movements leave of it; the columns say it for now, and every service writes both. Of it,
    ``reserved_packages`` are promised to orders. ``visit``: the stay of the box it came in; ``line``: the line of the
    packing list it was counted as; ``parent``: the lot it was split off. ``entry``: the goods are in bond under it, and
    every movement of theirs is a row of its ledger. ``moved_at``: its latest movement, before
    which none can be entered any more.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="lots", verbose_name=pgettext_lazy("goods", "owner")
    )
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="lots", verbose_name=_("zone"))
    position = models.CharField(_("position"), max_length=40, blank=True)
    goods = models.CharField(_("goods"), max_length=200)
    packages = models.PositiveIntegerField(_("packages"))
    package_kind = models.CharField(_("kind of package"), max_length=20)
    gross_kg = models.DecimalField(_("gross weight, kg"), max_digits=12, decimal_places=3)
    volume_m3 = models.DecimalField(_("volume, m³"), max_digits=9, decimal_places=3, default=0)
    reserved_packages = models.PositiveIntegerField(_("packages reserved"), default=0)
    hs_code = models.CharField(_("HS code"), max_length=10)
    marks = models.CharField(_("marks"), max_length=200, blank=True)
    origin = models.CharField(_("country of origin"), max_length=2, blank=True)
    customs_status = models.CharField(
        _("customs status"),
        max_length=10,
        choices=choices(CustomsStatus, context="customs status"),
        default=CustomsStatus.UNKNOWN.value,
    )
    customs_reference = models.CharField(_("customs' reference"), max_length=60, blank=True)
    chilled = models.BooleanField(_("chilled"), default=False)
    imdg_class = models.CharField(_("IMDG class"), max_length=4, blank=True)
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="lots", verbose_name=_("came in")
    )
    line = models.OneToOneField(
        DeclaredLot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lot",
        verbose_name=_("line of the packing list"),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=pgettext_lazy("parent lot", "split off"),
    )
    entry = models.ForeignKey(
        "warehouse.BondedEntry",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lots",
        verbose_name=pgettext_lazy("bonded ledger", "bonded entry"),
    )
    received_at = models.DateTimeField(pgettext_lazy("lot", "received"))
    moved_at = models.DateTimeField(_("last moved"))

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        permissions = [("release_lot", "Note how goods in stock stand with customs")]
        constraints = [
            one_of("customs_status", CustomsStatus, "lot_customs_status_is_known"),
            models.CheckConstraint(condition=Q(packages__gte=0), name="a_lot_gives_no_more_than_it_has"),
            models.CheckConstraint(
                condition=Q(gross_kg__gte=0, volume_m3__gte=0), name="a_lot_weighs_no_less_than_nothing"
            ),
            models.CheckConstraint(
                condition=Q(packages__gt=0) | Q(gross_kg=0, volume_m3=0), name="no_packages_weigh_nothing"
            ),
            models.CheckConstraint(
                condition=Q(reserved_packages__gte=0, reserved_packages__lte=F("packages")),
                name="a_lot_promises_no_more_than_it_has",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "terminal"], name="lots_by_owner"),
            models.Index(fields=["zone", "position"], condition=Q(packages__gt=0), name="lots_in_stock_by_zone"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Amount:
        """What is there now."""
        return Amount(self.packages, self.gross_kg, self.volume_m3)

    @property
    def free_packages(self) -> int:
        """Packages nobody reserved."""
        return self.packages - self.reserved_packages


class LotMovementQuerySet(models.QuerySet["LotMovement"]):
    """Questions about movements that chain."""

    def until(self, at: datetime) -> Self:
        """Movements that had happened at that moment."""
        return self.filter(happened_at__lte=at)


class LotMovement(models.Model):
    """Something came to a lot or went from it: written once, never changed, never deleted.

    Signed: what goes has a minus. Owner, zone and position are whose it was and where it lay as it came or went; so
    the stock of an owner at a moment is one sum. See Note [A lot is what its movements leave of it].
    """

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="movements", verbose_name=_("lot"))
    kind = models.CharField(_("what happened"), max_length=15, choices=choices(LotMove, context="movement of a lot"))
    packages = models.IntegerField(_("packages"))
    gross_kg = models.DecimalField(_("gross weight, kg"), max_digits=12, decimal_places=3)
    volume_m3 = models.DecimalField(_("volume, m³"), max_digits=9, decimal_places=3)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("goods", "owner")
    )
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="+", verbose_name=_("zone"))
    position = models.CharField(_("position"), max_length=40, blank=True)
    order = models.ForeignKey(
        CargoOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="movements", verbose_name=_("order")
    )
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    happened_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    by = models.CharField(_("by"), max_length=120)

    objects = LotMovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement of a lot")
        verbose_name_plural = _("movements of lots")
        ordering = ["happened_at", "pk"]
        constraints = [one_of("kind", LotMove, "lot_movement_kind_is_known")]
        indexes = [
            models.Index(fields=["lot", "happened_at"], name="lot_movements_by_lot"),
            models.Index(fields=["owner", "happened_at"], name="lot_movements_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.lot} {self.get_kind_display()} {self.packages:+d}"


class Reservation(Row):
    """Packages of a lot that are promised to an order, or, without one yet, kept back by the owner under a reference.

    ``packages`` are those still promised, lowered as they go; ``wanted`` is how many it began with. None left: used or
    given up. ``gross_kg``: what they weigh, where the order says it.
    """

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("lot"))
    order = models.ForeignKey(
        CargoOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="planned", verbose_name=_("order")
    )
    wanted = models.PositiveIntegerField(_("packages wanted"))
    packages = models.PositiveIntegerField(_("packages still reserved"))
    gross_kg = models.DecimalField(_("gross weight, kg"), max_digits=12, decimal_places=3, null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    made_at = models.DateTimeField(_("reserved"))
    made_by = models.CharField(_("reserved by"), max_length=120)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "lot"], name="a_lot_is_planned_once_an_order"),
            models.CheckConstraint(
                condition=Q(wanted__gt=0, packages__gte=0, packages__lte=F("wanted")),
                name="a_reservation_keeps_what_it_began_with",
            ),
        ]
        indexes = [models.Index(fields=["lot"], condition=Q(packages__gt=0), name="standing_reservations")]

    def __str__(self) -> str:
        return f"{self.lot}: {self.packages}"


class StockCount(Row):
    """A count of what lies in a zone, or at one position of it: who counted, from when to when. Never changed."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="counts", verbose_name=_("zone"))
    position = models.CharField(_("position (empty: the whole zone)"), max_length=40, blank=True)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"))
    counted_by = models.CharField(_("counted by"), max_length=120)

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        permissions = [("count_stock", "Count stock and enter what was found")]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gte=F("began_at")), name="a_count_ends_after_it_began")
        ]

    def __str__(self) -> str:
        return self.number


class CountedLot(models.Model):
    """What was expected of a lot and what was counted. Never changed; a difference has its movement."""

    count = models.ForeignKey(StockCount, on_delete=models.PROTECT, related_name="lots", verbose_name=_("count"))
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="counts", verbose_name=_("lot"))
    expected = models.PositiveIntegerField(_("packages expected"))
    counted = models.PositiveIntegerField(_("packages counted"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("counted lot")
        verbose_name_plural = _("counted lots")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["count", "lot"], name="a_lot_is_counted_once_a_count"),
            models.CheckConstraint(
                condition=Q(counted=F("expected")) | ~Q(reason=""), name="a_difference_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.counted} / {self.expected}"
