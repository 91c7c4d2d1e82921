"""Work orders in JSON: what is to be moved, from where to where, and how it stands."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.common.api.asking import NextCursor, PageQuery
from apps.common.api.fields import OneOfField, StrictSerializer, TextField
from apps.yard.models import WorkOrder
from apps.yard.selectors import where_from, where_to
from terminal.lifecycle import OPEN_ORDER, OrderState
from terminal.work import Cause, Work


class WorkOrderOut(serializers.Serializer[WorkOrder]):
    """One move of one box. An empty ``to`` is chosen when the order is handed out."""

    id = serializers.UUIDField(source="public_id")
    work = serializers.ChoiceField(choices=[each.value for each in Work], source="kind")
    state = serializers.ChoiceField(choices=[each.value for each in OrderState])
    container = serializers.CharField(source="visit.container.number")
    size_type = serializers.CharField(source="visit.container.size_type")
    gross_kg = serializers.IntegerField(source="visit.gross_kg", allow_null=True)
    origin = serializers.SerializerMethodField(help_text=_("A carrier's number, or a cell: block-bay-row-tier."))
    destination = serializers.SerializerMethodField(help_text=_("A carrier's number, or a cell: block-bay-row-tier."))
    machine = serializers.CharField(source="equipment.code", default=None, allow_null=True)
    priority = serializers.IntegerField(help_text=_("1 is first."))
    due_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    cause = serializers.CharField(help_text=_("What went wrong, of an order set aside."))
    note = serializers.CharField()
    done_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text=_("Rises with every change; also in the ETag."))

    def get_origin(self, order: WorkOrder) -> str:
        """Where the box is taken from."""
        return where_from(order)

    def get_destination(self, order: WorkOrder) -> str:
        """Where it is put."""
        return where_to(order)


class WorkOrderPage(serializers.Serializer[Any]):
    """The newest orders first. ``next`` is the cursor of the following page, null on the last."""

    results = WorkOrderOut(many=True)
    next = NextCursor()


class WorkOrderQuery(PageQuery):
    """Which open orders: those a machine has, or in one state."""

    machine = TextField(max_length=20, required=False)
    state = OneOfField(choices=sorted(each.value for each in OPEN_ORDER), required=False)


class TakeNext(StrictSerializer):
    """The machine that is free, by its code."""

    machine = TextField(max_length=20)


class NextOrder(serializers.Serializer[Any]):
    """The order given to the machine; null when there is nothing it can do now."""

    order = WorkOrderOut(allow_null=True)


class Confirm(StrictSerializer):
    """Nothing for “as the order says”; or the cell the box was put into, and why."""

    place = TextField(max_length=40, required=False)
    reason = TextField(max_length=200, required=False, allow_blank=True, default="")


class Quarantine(StrictSerializer):
    """What went wrong."""

    cause = OneOfField(choices=[each.value for each in Cause])
    note = TextField(max_length=200, required=False, allow_blank=True, default="")


class Nothing(StrictSerializer):
    """There is nothing to say."""
