"""What a payer's program asks and is told of charges. Amounts are strings with the digits of their currency."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.billing.models import ChargeLine, Dispute, Invoice, Statement
from apps.common.api.asking import NextCursor
from apps.common.api.fields import MomentField, OneOfField, SizeTypeField, StrictSerializer, TextField
from apps.warehouse.models import Zone
from terminal.lifecycle import DisputeStatus, InvoiceStatus
from terminal.regimes import Direction


class BoxWishIn(StrictSerializer):
    """A box: when it comes to stand on the terminal, and when it is collected."""

    size_type = SizeTypeField()
    laden = serializers.BooleanField(default=True)
    direction = OneOfField(choices=[each.value for each in Direction], default=Direction.INBOUND.value)
    start_at = MomentField()
    end_at = MomentField()


class AreaWishIn(StrictSerializer):
    """Area in a kind of warehouse zone."""

    zone_kind = OneOfField(choices=Zone.Kind.values)
    area_m2 = serializers.DecimalField(max_digits=9, decimal_places=2, min_value=Decimal("0.01"))
    start_at = MomentField()
    end_at = MomentField()


class QuoteIn(StrictSerializer):
    """What is to be priced: boxes, area, or both."""

    boxes = BoxWishIn(many=True, required=False, max_length=100)  # type: ignore[call-arg]
    area = AreaWishIn(many=True, required=False, max_length=100)  # type: ignore[call-arg]


class VatOut(serializers.Serializer[Any]):
    """VAT of one rate, a share."""

    rate = serializers.CharField()
    net = serializers.CharField()
    vat = serializers.CharField()


class QuoteOut(serializers.Serializer[Any]):
    """Priced lines, each as a statement would carry it, and what they come to."""

    currency = serializers.CharField()
    lines = serializers.ListField(child=serializers.DictField())
    net = serializers.CharField()
    vat = VatOut(many=True)
    gross = serializers.CharField()


class LineOut(serializers.Serializer[ChargeLine]):
    """A charge. ``line``: its number on the invoice."""

    id = serializers.UUIDField(source="public_id")
    what = serializers.CharField()
    unit = serializers.CharField()
    service = serializers.CharField()
    quantity = serializers.CharField(source="plain_quantity")
    amount = serializers.CharField(source="shown_amount")
    currency = serializers.CharField()
    charged_at = serializers.DateTimeField()
    invoice = serializers.CharField(source="invoice.number", default=None, allow_null=True)
    line = serializers.IntegerField(source="position", allow_null=True)
    credited = serializers.CharField(source="shown_credit", help_text=_("Net, by credit notes."))


class OverrideOut(serializers.Serializer[Any]):
    """A last free day set by hand."""

    last_free_on = serializers.DateField()
    why = serializers.CharField()


class DatesOut(serializers.Serializer[Any]):
    """The four dates, kept apart, and the last free day that holds."""

    last_free_on = serializers.DateField(allow_null=True)
    calculated_last_free_on = serializers.DateField(allow_null=True)
    overridden = OverrideOut(allow_null=True)
    guaranteed_through = serializers.DateField(allow_null=True)
    charged_through = serializers.DateField(allow_null=True)
    paid_through = serializers.DateField(allow_null=True)


class ContainerChargesOut(serializers.Serializer[Any]):
    """What a box's stay costs its payer. ``accrued``: what stands on no line yet, as a statement would carry it."""

    container = serializers.CharField()
    visit = serializers.UUIDField()
    dates = DatesOut()
    accrued = serializers.DictField(
        allow_null=True,
        help_text=_("With the event that started the clock, the rule, and every day by its fate: why the day is so."),
    )
    lines = LineOut(many=True)


class InvoiceOut(serializers.Serializer[Invoice]):
    """An invoice."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=[each.value for each in InvoiceStatus])
    issued_on = serializers.DateField()
    due_on = serializers.DateField()
    currency = serializers.CharField()
    net = serializers.SerializerMethodField()
    vat = VatOut(many=True)
    gross = serializers.SerializerMethodField()
    paid = serializers.SerializerMethodField()
    credited = serializers.SerializerMethodField()
    open = serializers.SerializerMethodField(help_text=_("Below zero: the terminal owes it."))

    def get_net(self, invoice: Invoice) -> str:
        return str(invoice.major(invoice.net_minor))

    def get_gross(self, invoice: Invoice) -> str:
        return str(invoice.major(invoice.gross_minor))

    def get_paid(self, invoice: Invoice) -> str:
        return str(invoice.major(invoice.paid_minor))

    def get_credited(self, invoice: Invoice) -> str:
        return str(invoice.major(invoice.credited_minor))

    def get_open(self, invoice: Invoice) -> str:
        return str(invoice.major(invoice.open_minor))


class InvoicePage(serializers.Serializer[Any]):
    """The newest invoices first. ``next`` is the cursor of the following page, null on the last."""

    results = InvoiceOut(many=True)
    next = NextCursor()


class InvoiceWithLinesOut(InvoiceOut):
    """An invoice with its charges, at most 1,000 of them; the statement has them all."""

    lines = LineOut(many=True)


class StatementOut(serializers.Serializer[Statement]):
    """A statement. Its document is at ``statements/{id}/``, as a sheet and on paper beside it."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    month = serializers.DateField()
    issued_on = serializers.DateField()
    currency = serializers.CharField()
    charges = serializers.IntegerField()
    net = serializers.SerializerMethodField()
    gross = serializers.SerializerMethodField()

    def get_net(self, statement: Statement) -> str:
        return str(statement.major(statement.net_minor))

    def get_gross(self, statement: Statement) -> str:
        return str(statement.major(statement.gross_minor))


class StatementPage(serializers.Serializer[Any]):
    """The newest statements first. ``next`` is the cursor of the following page, null on the last."""

    results = StatementOut(many=True)
    next = NextCursor()


class DisputeIn(StrictSerializer):
    """What is wrong with the charge."""

    reason = TextField(max_length=500)


class DisputeOut(serializers.Serializer[Dispute]):
    """An objection and what the terminal answers."""

    id = serializers.UUIDField(source="public_id")
    invoice = serializers.CharField(source="line.invoice.number")
    line = serializers.IntegerField(source="line.position")
    status = serializers.ChoiceField(choices=[each.value for each in DisputeStatus])
    reason = serializers.CharField()
    opened_at = serializers.DateTimeField()
    answer = serializers.CharField()
    credit_note = serializers.CharField(source="credit_note.number", default=None, allow_null=True)
