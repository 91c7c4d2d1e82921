"""What the site carries, and what a change would do, as programs read it: decimals are strings."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.planning.selectors import CapacityAnswer
from apps.planning.selectors.capacity import MOST_DAYS, MOST_TEU
from apps.planning.words import CODE
from terminal.capacity import Lever, Remedy, ResourceUse

LITTLE = Decimal("0.01")


class CapacityQuestion(serializers.Serializer[Any]):
    """A year's traffic; what is left out is as the site is rated."""

    teu_per_year = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=LITTLE, max_value=MOST_TEU, required=False
    )
    train_stay_hours = serializers.DecimalField(
        max_digits=6, decimal_places=2, min_value=LITTLE, max_value=MOST_DAYS * 24, required=False
    )
    dwell_days = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=LITTLE, max_value=MOST_DAYS, required=False
    )
    busy = serializers.BooleanField(required=False, default=False)


def rounded(
    places: int, source: str | None = None, help_text: str = "", allow_null: bool = False
) -> serializers.DecimalField:
    """A decimal that is told to so many places."""
    return serializers.DecimalField(
        max_digits=None, decimal_places=places, rounding="ROUND_HALF_UP", source=source, read_only=True,
        help_text=help_text, allow_null=allow_null,
    )  # fmt: skip


class ResourceUseOut(serializers.Serializer[ResourceUse]):
    """One resource: what the traffic needs of it, what is there, and the year at which it is full."""

    resource = serializers.SerializerMethodField()
    unit = serializers.CharField(read_only=True)
    needed = rounded(2)
    rated = rounded(2)
    utilisation = rounded(
        4, help_text="needed ÷ rated; null: something is needed and nothing is there", allow_null=True
    )
    fits = serializers.BooleanField(read_only=True)
    carries_teu_per_year = serializers.SerializerMethodField()

    def get_resource(self, use: ResourceUse) -> str:
        """The resource's code."""
        return CODE[use.resource]

    def get_carries_teu_per_year(self, use: ResourceUse) -> int | None:
        """The TEU a year at which it is full, everything else as asked; null: nothing of it is needed."""
        answer: CapacityAnswer = self.context["answer"]
        return _whole(answer.carries(use))

    def to_representation(self, instance: ResourceUse) -> dict[str, Any]:
        """JSON knows no infinity."""
        if instance.utilisation.is_finite():
            return super().to_representation(instance)
        told = ResourceUse(instance.resource, instance.unit, instance.needed, Decimal(1))
        return super().to_representation(told) | {"rated": "0.00", "utilisation": None, "carries_teu_per_year": 0}


class RemedyOut(serializers.Serializer[Remedy]):
    """What alone would make a resource carry the traffic."""

    resource = serializers.SerializerMethodField()
    lever = serializers.ChoiceField(choices=[each.value for each in Lever], read_only=True)
    present = rounded(2)
    needed = rounded(2)

    def get_resource(self, remedy: Remedy) -> str:
        """The resource's code."""
        return CODE[remedy.resource]


class CapacityOut(serializers.Serializer[CapacityAnswer]):
    """Every resource at the traffic asked about, the fullest first."""

    terminal = serializers.CharField(source="terminal.code", read_only=True)
    teu_per_year = rounded(2)
    train_stay_hours = rounded(2)
    dwell_days = rounded(2)
    peak = rounded(3, help_text="by how much a busy day exceeds the mean one; 1: the mean day was asked about")
    measured_days = serializers.IntegerField(
        source="measured.days",
        default=None,
        read_only=True,
        allow_null=True,
        help_text="days with traffic that what nobody rates was measured on; null: too few, usual figures stand in",
    )
    measured_from = serializers.DateField(
        source="measured.first", default=None, read_only=True, allow_null=True, help_text="the first of these days"
    )
    left_out_days = serializers.IntegerField(
        source="measured.left_out",
        default=None,
        read_only=True,
        allow_null=True,
        help_text="counted days before it: not yet half of a usual day came and went, the yard was filling",
    )
    fits = serializers.BooleanField(read_only=True)
    carries_teu_per_year = serializers.SerializerMethodField()
    resources = serializers.SerializerMethodField()
    remedies = RemedyOut(many=True, read_only=True)

    def get_carries_teu_per_year(self, answer: CapacityAnswer) -> int | None:
        """The largest year that fits with these stays."""
        return _whole(answer.carries_teu_per_year)

    @extend_schema_field(ResourceUseOut(many=True))
    def get_resources(self, answer: CapacityAnswer) -> list[Any]:
        """The uses, the fullest first."""
        return [ResourceUseOut(use, context={"answer": answer}).data for use in answer.uses]


def _whole(teu: Decimal | None) -> int | None:
    return None if teu is None else int(teu)
