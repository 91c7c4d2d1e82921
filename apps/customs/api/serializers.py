"""Declarations in JSON, for those who declared."""

from typing import Any

from rest_framework import serializers

from apps.common.api.fields import OneOfField
from apps.customs.models import Declaration
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.regimes import Direction, Regime


class DeclarationOut(serializers.Serializer[Declaration]):
    """Where a declaration stands. Only ``released``, not revoked and not run out, lets its containers go."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=[each.value for each in DeclarationStatus])
    channel = serializers.ChoiceField(choices=["", *(each.value for each in Channel)])
    office = serializers.CharField(source="office.name")
    regime = serializers.ChoiceField(choices=[each.value for each in Regime])
    direction = serializers.ChoiceField(choices=[each.value for each in Direction])
    containers = serializers.SerializerMethodField()
    hs_code = serializers.CharField()
    goods = serializers.CharField()
    drafted_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    status_since = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)
    release_valid_until = serializers.DateTimeField(allow_null=True)
    release_revoked_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    version = serializers.IntegerField()

    def get_containers(self, declaration: Declaration) -> list[str]:
        return sorted(visit.container.number for visit in declaration.visits.all())


class DeclarationPage(serializers.Serializer[Any]):
    """The newest declarations first. ``next`` is the cursor of the following page, null on the last."""

    results = DeclarationOut(many=True)
    next = serializers.UUIDField(allow_null=True)


class DeclarationQuery(serializers.Serializer[Any]):
    """Which page of which declarations."""

    status = OneOfField(choices=[each.value for each in DeclarationStatus], required=False)
    cursor = serializers.UUIDField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=200, default=50)
