"""What is noted of a container, as the API gives it."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.common.api.fields import ImdgClassField, SealNumberField, UnNumberField
from apps.containers.models import Damage, Visit, Weight
from apps.containers.selectors import Round, noted
from terminal.damages import Harm, Severity, Side
from terminal.seals import SealOwner
from terminal.weights import Weighing

ROUNDS_SHOWN = 20
"""The latest temperature rounds a document shows."""


class SealOut(serializers.Serializer[Any]):
    """A seal the container wears."""

    number = SealNumberField()
    owner = serializers.ChoiceField([each.value for each in SealOwner])
    affixed_at = serializers.DateTimeField()


class WeightOut(serializers.Serializer[Any]):
    """The latest weight that holds. `verified`: it counts as a verified gross mass (VGM)."""

    gross_kg = serializers.IntegerField()
    how = serializers.ChoiceField([each.value for each in Weighing])
    verified = serializers.BooleanField()
    verified_by = serializers.CharField(allow_blank=True)
    certificate = serializers.CharField(allow_blank=True)
    noted_at = serializers.DateTimeField()


class HazardOut(serializers.Serializer[Any]):
    """Dangerous goods in the container."""

    un_number = UnNumberField()
    imdg_class = ImdgClassField()


class TemperatureOut(serializers.Serializer[Any]):
    """A temperature read on a round. `deviation_celsius`: out of range by so much; null: in range."""

    celsius = serializers.DecimalField(max_digits=4, decimal_places=1)
    plugged = serializers.BooleanField()
    deviation_celsius = serializers.DecimalField(
        max_digits=4, decimal_places=1, allow_null=True, help_text=_("Positive: too warm.")
    )
    read_at = serializers.DateTimeField()


class DamageOut(serializers.Serializer[Any]):
    """A damage found; `repaired_at` null: it is still there."""

    side = serializers.ChoiceField([each.value for each in Side])
    harm = serializers.ChoiceField([each.value for each in Harm])
    severity = serializers.ChoiceField([each.value for each in Severity])
    remark = serializers.CharField(allow_blank=True)
    found_at = serializers.DateTimeField()
    repaired_at = serializers.DateTimeField(allow_null=True)


def noted_document(visit: Visit) -> dict[str, Any]:
    """All that holds of a visit."""
    held = noted(visit)
    return {
        "seals": [{"number": each.number, "owner": each.owner, "affixed_at": each.noted_at} for each in held.seals],
        "weight": weight_document(held.weight) if held.weight else None,
        "hazards": [{"un_number": each.un_number, "imdg_class": each.imdg_class} for each in held.hazards],
        "set_point_celsius": held.set_point.celsius if held.set_point else None,
        "temperatures": [_round(each) for each in held.rounds[-ROUNDS_SHOWN:]],
        "damages": [_damage(each) for each in held.damages],
    }


def weight_document(weight: Weight) -> dict[str, Any]:
    """A weight as it was noted."""
    members = ("gross_kg", "how", "verified", "verified_by", "certificate", "noted_at")
    return {name: getattr(weight, name) for name in members}


def _round(read: Round) -> dict[str, Any]:
    return {
        "celsius": read.row.celsius,
        "plugged": bool(read.row.plugged),
        "deviation_celsius": read.off,
        "read_at": read.row.noted_at,
    }


def _damage(damage: Damage) -> dict[str, Any]:
    said = {name: getattr(damage, name) for name in ("side", "harm", "severity", "remark")}
    repair = getattr(damage, "repair", None)
    return {**said, "found_at": damage.noted_at, "repaired_at": repair.repaired_at if repair else None}
