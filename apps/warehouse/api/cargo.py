"""Cargo orders and stock in JSON: kilograms to the gram and cubic metres to the litre, as decimal strings."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.common.api.asking import NextCursor, PageQuery
from apps.common.api.fields import ContainerNumberField, MomentField, OneOfField, StrictSerializer, TextField
from apps.warehouse.models import CargoOrder, DeclaredLot, Lot, LotMovement, Reservation
from apps.warehouse.packing import LONGEST
from apps.warehouse.selectors.orders import Tally, TallyRow
from terminal.cargo import OrderKind
from terminal.lifecycle import CargoOrderStatus
from terminal.stock import Amount, CustomsStatus, LotMove

STATUSES = [each.value for each in CargoOrderStatus]
CUSTOMS = [each.value for each in CustomsStatus]


def kilograms(**kwargs: Any) -> serializers.DecimalField:
    """Kilograms, to the gram."""
    return serializers.DecimalField(max_digits=12, decimal_places=3, **kwargs)


def cubic_metres(**kwargs: Any) -> serializers.DecimalField:
    """Cubic metres, to the litre."""
    return serializers.DecimalField(max_digits=9, decimal_places=3, **kwargs)


class DeclaredLotIn(StrictSerializer):
    """A line of the packing list: goods of one kind. ``customs_status`` by your papers."""

    goods = TextField(max_length=200)
    packages = serializers.IntegerField()
    package_kind = TextField(max_length=20, help_text=_("Such as carton, bale, pallet."))
    gross_kg = kilograms(help_text=_("Of all the packages together."))
    volume_m3 = cubic_metres(required=False, allow_null=True)
    hs_code = serializers.CharField(max_length=20, help_text=_("6, 8 or 10 digits."))
    marks = TextField(max_length=200, required=False, allow_blank=True)
    origin = serializers.CharField(max_length=2, required=False, allow_blank=True, help_text=_("Two letters."))
    customs_status = OneOfField(choices=CUSTOMS, required=False, default=CustomsStatus.UNKNOWN.value)
    chilled = serializers.BooleanField(required=False, default=False)
    imdg_class = serializers.CharField(max_length=4, required=False, allow_blank=True)


class TotalsIn(StrictSerializer):
    """What the packing list says it adds up to; a wrong sum is refused."""

    packages = serializers.IntegerField(required=False)
    gross_kg = kilograms(required=False)
    volume_m3 = cubic_metres(required=False)


class PlannedLotIn(StrictSerializer):
    """Packages of a lot in your stock, with what they weigh where you know it."""

    lot = serializers.UUIDField(help_text=_("The lot's id."))
    packages = serializers.IntegerField()
    gross_kg = kilograms(required=False, allow_null=True, default=None)


class PlaceOrder(StrictSerializer):
    """``strip``: a container, a zone and ``lots``. ``stuff``: a container and ``stock``. ``withdraw``: ``stock``."""

    kind = OneOfField(choices=[each.value for each in OrderKind])
    container = ContainerNumberField(required=False, max_length=11)
    zone = TextField(max_length=20, required=False)
    lots = serializers.ListField(child=DeclaredLotIn(), required=False, max_length=LONGEST)
    totals = TotalsIn(required=False)
    stock = serializers.ListField(child=PlannedLotIn(), required=False, max_length=LONGEST)
    booking = serializers.UUIDField(required=False, help_text=_("The id of your booking."))
    planned_at = MomentField(required=False, allow_null=True, default=None)
    reference = TextField(max_length=60, required=False, allow_blank=True, default="")
    remark = TextField(max_length=200, required=False, allow_blank=True, default="")


class OrderQuery(serializers.Serializer[Any]):
    """Whether an order is only to be looked at."""

    dry_run = serializers.BooleanField(
        required=False, default=False, help_text=_("true: answer what it would be, refusals too, and write nothing.")
    )


class CancelOrder(StrictSerializer):
    """Why, if you like to say."""

    reason = TextField(max_length=200, required=False, allow_blank=True, default="")


class AmountOut(serializers.Serializer[Amount]):
    """Packages, kilograms, cubic metres (nought: not measured)."""

    packages = serializers.IntegerField()
    gross_kg = kilograms()
    volume_m3 = cubic_metres()


class OrderLineOut(serializers.Serializer[DeclaredLot]):
    """A line of the packing list, as declared and as counted; ``counted`` null: not yet. ``lot``: what it became."""

    line = serializers.IntegerField()
    goods = serializers.CharField()
    package_kind = serializers.CharField()
    hs_code = serializers.CharField()
    marks = serializers.CharField()
    origin = serializers.CharField()
    customs_status = serializers.ChoiceField(choices=CUSTOMS)
    chilled = serializers.BooleanField()
    imdg_class = serializers.CharField()
    found = serializers.BooleanField(help_text=_("It was in the container and on no list."))
    declared = AmountOut()
    counted = AmountOut(allow_null=True)
    counted_at = serializers.DateTimeField(allow_null=True)
    remark = serializers.CharField(source="seen")
    lot = serializers.SerializerMethodField()

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_lot(self, line: DeclaredLot) -> str | None:
        lot = getattr(line, "lot", None)
        return str(lot.public_id) if lot else None


class PlannedLotOut(serializers.Serializer[Reservation]):
    """Packages of a lot the order was given; ``reserved`` are those it still keeps."""

    lot = serializers.UUIDField(source="lot.public_id")
    number = serializers.CharField(source="lot.number")
    packages = serializers.IntegerField(source="wanted")
    reserved = serializers.IntegerField(source="packages")
    gross_kg = kilograms(allow_null=True)


class CargoOrderOut(serializers.Serializer[CargoOrder]):
    """A cargo order. ``lots``: the packing list of an unpacking; ``stock``: what is stuffed or handed out."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=[each.value for each in OrderKind])
    status = serializers.ChoiceField(choices=STATUSES)
    container = serializers.CharField(source="visit.container.number", default=None, allow_null=True)
    visit = serializers.UUIDField(source="visit.public_id", default=None, allow_null=True)
    zone = serializers.CharField(source="zone.code", default=None, allow_null=True)
    booking = serializers.UUIDField(source="booking.public_id", default=None, allow_null=True)
    lots = OrderLineOut(source="lines", many=True)
    stock = PlannedLotOut(source="planned", many=True)
    reference = serializers.CharField()
    remark = serializers.CharField()
    requested_at = serializers.DateTimeField()
    planned_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(help_text=_("Of the refusal, cancellation or stop."))
    version = serializers.IntegerField(help_text=_("Rises with every change; also in the ETag."))


class CargoOrderPage(serializers.Serializer[Any]):
    """The newest orders first. ``next`` is the cursor of the following page, null on the last."""

    results = CargoOrderOut(many=True)
    next = NextCursor()


class OrderPageQuery(PageQuery):
    """Which page of a list."""

    status = OneOfField(choices=STATUSES, required=False)


class TallyRowOut(serializers.Serializer[TallyRow]):
    """Goods as declared or planned, and as counted or loaded; null: not yet."""

    line = serializers.IntegerField()
    goods = serializers.CharField()
    marks = serializers.CharField()
    package_kind = serializers.CharField()
    declared = AmountOut()
    counted = AmountOut(allow_null=True)
    difference = AmountOut(allow_null=True)
    remark = serializers.CharField(source="seen")


class TallyOut(serializers.Serializer[Tally]):
    """The tally of an order, with the seals its container wears."""

    order = serializers.UUIDField(source="order.public_id")
    number = serializers.CharField(source="order.number")
    status = serializers.ChoiceField(choices=STATUSES, source="order.status")
    seals = serializers.ListField(child=serializers.CharField())
    gang = serializers.CharField(source="order.gang")
    gang_size = serializers.IntegerField(source="order.gang_size", allow_null=True)
    equipment = serializers.CharField(source="order.equipment")
    started_at = serializers.DateTimeField(source="order.started_at", allow_null=True)
    done_at = serializers.DateTimeField(source="order.done_at", allow_null=True)
    rows = TallyRowOut(many=True)
    declared = AmountOut()
    counted = AmountOut()


class LotOut(serializers.Serializer[Lot]):
    """A lot of your stock. ``reserved_packages`` are promised to orders, or kept back by you."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    goods = serializers.CharField()
    packages = serializers.IntegerField()
    reserved_packages = serializers.IntegerField()
    package_kind = serializers.CharField()
    gross_kg = kilograms()
    volume_m3 = cubic_metres()
    hs_code = serializers.CharField()
    marks = serializers.CharField()
    origin = serializers.CharField()
    customs_status = serializers.ChoiceField(choices=CUSTOMS)
    customs_reference = serializers.CharField()
    chilled = serializers.BooleanField()
    imdg_class = serializers.CharField()
    zone = serializers.CharField(source="zone.code")
    position = serializers.CharField()
    container = serializers.CharField(source="visit.container.number", default=None, allow_null=True)
    received_at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text=_("Rises with every change; also in the ETag."))


class MovementOut(serializers.Serializer[LotMovement]):
    """Something came to the lot or went from it; what went has a minus."""

    kind = serializers.ChoiceField(choices=[each.value for each in LotMove])
    packages = serializers.IntegerField()
    gross_kg = kilograms()
    volume_m3 = cubic_metres()
    zone = serializers.CharField(source="zone.code")
    position = serializers.CharField()
    order = serializers.CharField(source="order.number", default=None, allow_null=True)
    reference = serializers.CharField()
    happened_at = serializers.DateTimeField()


class LotDetailOut(LotOut):
    """A lot and the movements it had while it was yours, the first first."""

    movements = MovementOut(many=True, source="own_movements")


class StockRowOut(serializers.Serializer[Any]):
    """What there was of a lot of yours at the moment asked for."""

    id = serializers.UUIDField(source="lot.public_id")
    number = serializers.CharField(source="lot.number")
    goods = serializers.CharField(source="lot.goods")
    packages = serializers.IntegerField()
    package_kind = serializers.CharField(source="lot.package_kind")
    gross_kg = kilograms()
    volume_m3 = cubic_metres()
    hs_code = serializers.CharField(source="lot.hs_code")
    marks = serializers.CharField(source="lot.marks")
    customs_status = serializers.ChoiceField(choices=CUSTOMS, help_text=_("As it is now."))
    zone = serializers.CharField(source="zone.code")
    container = serializers.CharField(source="lot.visit.container.number", default=None, allow_null=True)
    received_at = serializers.DateTimeField(source="lot.received_at")


class StockOut(serializers.Serializer[Any]):
    """Your stock at a moment."""

    at = serializers.DateTimeField()
    packages = serializers.IntegerField()
    gross_kg = kilograms()
    volume_m3 = cubic_metres()
    results = StockRowOut(many=True)


class StockQuery(serializers.Serializer[Any]):
    """Which stock: at a past moment, or now; in one zone; of one customs status."""

    at = MomentField(required=False)
    zone = TextField(max_length=20, required=False)
    customs_status = OneOfField(choices=CUSTOMS, required=False)


class PartIn(StrictSerializer):
    """A part of a lot: in proportion, unless you say what it weighs and measures."""

    packages = serializers.IntegerField()
    gross_kg = kilograms(required=False, allow_null=True, default=None)
    volume_m3 = cubic_metres(required=False, allow_null=True, default=None)


class WithdrawIn(StrictSerializer):
    """What is to be handed out, and when you come for it."""

    packages = serializers.IntegerField()
    planned_at = MomentField(required=False, allow_null=True, default=None)
    reference = TextField(max_length=60, required=False, allow_blank=True, default="")
    remark = TextField(max_length=200, required=False, allow_blank=True, default="")


class ReserveIn(StrictSerializer):
    """Packages to be kept back, under a reference of yours."""

    packages = serializers.IntegerField()
    reference = TextField(max_length=60, required=False, allow_blank=True, default="")


class ReservationOut(serializers.Serializer[Reservation]):
    """Packages that are kept back; none are once it has ended."""

    id = serializers.UUIDField(source="public_id")
    lot = serializers.UUIDField(source="lot.public_id")
    wanted = serializers.IntegerField()
    packages = serializers.IntegerField()
    reference = serializers.CharField()
    made_at = serializers.DateTimeField()
