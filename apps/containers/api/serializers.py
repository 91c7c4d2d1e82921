"""Containers and visits as the API takes and gives them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.common.api.fields import (
    ContainerNumberField,
    ImdgClassField,
    OneOfField,
    SealNumberField,
    SizeTypeField,
    StrictSerializer,
    TextField,
    UnLocodeField,
    UnNumberField,
)
from apps.common.api.schema import Problem
from apps.containers.api.noted import DamageOut, HazardOut, SealOut, TemperatureOut, WeightOut
from apps.containers.models import Reference, VisitRole
from terminal.lifecycle import Phase, Position, VisitState
from terminal.readiness import Owner, Step
from terminal.reefers import COLDEST, WARMEST
from terminal.regimes import Direction, Goods, Regime
from terminal.seals import SealOwner
from terminal.throughput import Mode
from terminal.weights import HEAVIEST_KG, Weighing

ASKABLE = [Step.LOAD.value, Step.GATE_OUT.value, Step.STRIP.value]


class ReferenceIn(StrictSerializer):
    """A number under which you know the consignment."""

    kind = OneOfField(Reference.Kind.values)
    value = TextField(max_length=60)


class SealIn(StrictSerializer):
    """A seal on the container."""

    number = SealNumberField()
    owner = OneOfField([each.value for each in SealOwner])


class VgmIn(StrictSerializer):
    """A verified gross mass (SOLAS): weighed packed (method 1), or contents and tare added up (method 2)."""

    gross_kg = serializers.IntegerField(min_value=1, max_value=HEAVIEST_KG)
    method = OneOfField([Weighing.VGM_METHOD_1.value, Weighing.VGM_METHOD_2.value])
    verified_by = TextField(max_length=120, help_text=_("The party that answers for it."))
    certificate = TextField(max_length=60, required=False)


class WeightIn(StrictSerializer):
    """What the container weighs, as declared, or as a verified gross mass."""

    gross_kg = serializers.IntegerField(min_value=1, max_value=HEAVIEST_KG)
    how = OneOfField([Weighing.DECLARED.value, Weighing.VGM_METHOD_1.value, Weighing.VGM_METHOD_2.value])
    verified_by = TextField(
        max_length=120, required=False, help_text=_("The party that answers for it; a verified gross mass needs it.")
    )
    certificate = TextField(max_length=60, required=False)


class HazardIn(StrictSerializer):
    """Dangerous goods in the container."""

    un_number = UnNumberField()
    imdg_class = ImdgClassField()


class AdviceIn(StrictSerializer):
    """A container that is to come."""

    container = ContainerNumberField()
    size_type = SizeTypeField()
    laden = serializers.BooleanField(required=False, allow_null=True, default=None)
    goods = OneOfField([each.value for each in Goods], required=False, default=Goods.STANDARD.value)
    gross_kg = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=HEAVIEST_KG
    )
    destination = UnLocodeField(required=False)
    regime = OneOfField([each.value for each in Regime], required=False, default=Regime.UNKNOWN.value)
    direction = OneOfField([each.value for each in Direction], required=False, default=Direction.UNKNOWN.value)
    role = OneOfField(
        VisitRole.Role.values, required=False, default=VisitRole.Role.SHIPPER.value, help_text=_("Your part in it.")
    )
    references = ReferenceIn(many=True, required=False, max_length=20)  # type: ignore[call-arg]
    seals = SealIn(many=True, required=False, max_length=10)  # type: ignore[call-arg]
    vgm = VgmIn(required=False)
    hazards = HazardIn(many=True, required=False, max_length=20)  # type: ignore[call-arg]
    set_point_celsius = serializers.DecimalField(
        required=False,
        max_digits=4,
        decimal_places=1,
        min_value=COLDEST,
        max_value=WARMEST,
        help_text=_("What a reefer is to keep, °C."),
    )


class ReferenceOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Reference.Kind.values)
    value = serializers.CharField()


class AdvisedOut(serializers.Serializer[Any]):
    """A visit as it was advised."""

    id = serializers.UUIDField()
    container = ContainerNumberField()
    size_type = serializers.CharField()
    state = serializers.ChoiceField([each.value for each in VisitState])
    role = serializers.ChoiceField(VisitRole.Role.values)
    advised_at = serializers.DateTimeField()
    references = ReferenceOut(many=True)


class AdviceQuery(serializers.Serializer[Any]):
    """Whether one wrong row stops the others."""

    all_or_none = serializers.BooleanField(
        required=False, default=True, help_text=_("false: each row is taken, refused and answered by itself.")
    )


class AdvisedRowOut(serializers.Serializer[Any]):
    """What became of one row: the visit, or the problem with it."""

    row = serializers.IntegerField(help_text=_("Which of the rows, from 0."))
    status = serializers.ChoiceField(["advised", "refused"])
    visit = AdvisedOut(allow_null=True)
    problem = Problem(allow_null=True)


class AdvisedEachOut(serializers.Serializer[Any]):
    """How many became what, and an answer for each row, in the order sent."""

    advised = serializers.IntegerField()
    refused = serializers.IntegerField()
    rows = AdvisedRowOut(many=True)


class CallOut(serializers.Serializer[Any]):
    """A train, ship, barge or truck."""

    mode = serializers.ChoiceField([each.value for each in Mode])
    number = serializers.CharField()
    carrier = serializers.CharField(allow_blank=True)
    phase = serializers.ChoiceField([each.value for each in Phase])
    scheduled_arrival_at = serializers.DateTimeField(allow_null=True)
    estimated_arrival_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    scheduled_departure_at = serializers.DateTimeField(allow_null=True)
    estimated_departure_at = serializers.DateTimeField(allow_null=True)
    departed_at = serializers.DateTimeField(allow_null=True)


class HeldOut(serializers.Serializer[Any]):
    """What was stopped as a whole."""

    kind = serializers.ChoiceField(["call", "consignment", *Reference.Kind.values])
    number = serializers.CharField()


class HoldOut(serializers.Serializer[Any]):
    """A stop that stands."""

    owner = serializers.ChoiceField([each.value for each in Owner])
    step = serializers.ChoiceField([each.value for each in Step], allow_null=True, help_text=_("null: every step."))
    reason = serializers.CharField(allow_blank=True)
    reference = serializers.CharField(allow_blank=True)
    on = HeldOut(allow_null=True, help_text=_("What was stopped with all its boxes; null: this visit alone."))
    since = serializers.DateTimeField()


class ContainerOut(serializers.Serializer[Any]):
    """The latest visit of a container in which you have a part."""

    container = ContainerNumberField()
    size_type = serializers.CharField()
    visit = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField([each.value for each in VisitState])
    position = serializers.ChoiceField([each.value for each in Position])
    laden = serializers.BooleanField(allow_null=True)
    goods = serializers.ChoiceField([each.value for each in Goods])
    gross_kg = serializers.IntegerField(allow_null=True)
    destination = serializers.CharField(allow_blank=True)
    regime = serializers.ChoiceField([each.value for each in Regime])
    direction = serializers.ChoiceField([each.value for each in Direction])
    roles = serializers.ListField(child=serializers.ChoiceField(VisitRole.Role.values))
    advised_at = serializers.DateTimeField()
    arrived_at = serializers.DateTimeField(allow_null=True)
    departed_at = serializers.DateTimeField(allow_null=True)
    arrival_call = CallOut(allow_null=True)
    departure_call = CallOut(allow_null=True)
    references = ReferenceOut(many=True)
    holds = HoldOut(many=True)
    seals = SealOut(many=True)
    weight = WeightOut(allow_null=True)
    hazards = HazardOut(many=True)
    set_point_celsius = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)
    temperatures = TemperatureOut(many=True)
    damages = DamageOut(many=True)


class BlockerOut(serializers.Serializer[Any]):
    """One thing in the way: what, whose, and what helps."""

    code = serializers.CharField()
    step = serializers.ChoiceField([each.value for each in Step])
    owner = serializers.ChoiceField([each.value for each in Owner])
    reference = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField(allow_null=True)
    detail = serializers.CharField()
    remedy = serializers.CharField()


class ReadinessOut(serializers.Serializer[Any]):
    """Whether a container may take a step, asked at a moment."""

    ready = serializers.BooleanField()
    step = serializers.ChoiceField(ASKABLE)
    asked_at = serializers.DateTimeField()
    blockers = BlockerOut(many=True)


class ReadinessQuery(serializers.Serializer[Any]):
    step = OneOfField(ASKABLE, help_text=_("The step you want to take."))
