"""What would happen if, as programs ask and read it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.planning.api.serializers import rounded
from apps.planning.services import BlockClosed, Change, MoreBoxes, TrackClosed, TrainLate, WhatIf
from apps.planning.services.what_if import Difference, TrainEffect
from apps.planning.services.what_if.changes import MOST_BOXES, MOST_HOURS
from apps.planning.services.what_if.running import MOST_CHANGES
from terminal.pressure import Level


class LateTrainIn(serializers.Serializer[Any]):
    """A train that is to come comes so many hours after what is expected now."""

    train = serializers.CharField(
        max_length=60,
        help_text="id of a train to come, or its number, or where several of that number are to come number and "
        "planned arrival in the site's time: X9014@2026-05-02, X9014@2026-05-02T11:20",
    )
    hours = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal("0.25"), max_value=MOST_HOURS
    )  # fmt: skip


class MoreBoxesIn(serializers.Serializer[Any]):
    """So many boxes more come by road now, and stay."""

    count = serializers.IntegerField(min_value=1, max_value=MOST_BOXES)
    size_type = serializers.CharField(max_length=4, required=False, default="42G1")
    laden = serializers.BooleanField(required=False, default=True)


class WhatIfQuestion(serializers.Serializer[Any]):
    """Changes that are tried out together."""

    trains_late = serializers.ListField(child=LateTrainIn(), required=False, max_length=MOST_CHANGES)
    blocks_closed = serializers.ListField(
        child=serializers.CharField(max_length=10), required=False, max_length=MOST_CHANGES, help_text="codes of blocks"
    )
    tracks_closed = serializers.ListField(
        child=serializers.CharField(max_length=10), required=False, max_length=MOST_CHANGES, help_text="codes of tracks"
    )
    more_boxes = serializers.ListField(child=MoreBoxesIn(), required=False, max_length=MOST_CHANGES)


def changes_of(asked: dict[str, Any]) -> list[Change]:
    """The changes of a question that was checked."""
    return list(_changes(asked))


def _changes(asked: dict[str, Any]) -> Iterator[Change]:
    yield from (TrainLate(**each) for each in asked.get("trains_late", ()))
    yield from (BlockClosed(block=code) for code in asked.get("blocks_closed", ()))
    yield from (TrackClosed(track=code) for code in asked.get("tracks_closed", ()))
    yield from (MoreBoxes(**each) for each in asked.get("more_boxes", ()))


class DifferenceOut(serializers.Serializer[Difference]):
    """One figure before and after; its level as its alert rule looks at it, where one watches it."""

    figure = serializers.CharField(source="code", read_only=True)
    before = rounded(2, "before.value")
    after = rounded(2, "after.value")
    by = rounded(2)
    capacity = rounded(2, "after.capacity", allow_null=True)
    level_before = serializers.ChoiceField(
        choices=[each.value for each in Level], source="before.level", allow_null=True, read_only=True
    )
    level_after = serializers.ChoiceField(
        choices=[each.value for each in Level], source="after.level", allow_null=True, read_only=True
    )


class PlannedTrainOut(serializers.Serializer[Any]):
    """A train that is to come within three days."""

    track = serializers.CharField(read_only=True, allow_blank=True, help_text="planned; empty: none yet")
    fits = serializers.BooleanField(read_only=True, help_text="whether any track takes it")
    waits_minutes = serializers.IntegerField(read_only=True, help_text="from when it is expected to a track with room")
    late_minutes = serializers.IntegerField(
        read_only=True, help_text="by how much it will leave after its plan, its wait counted"
    )


class TrainEffectOut(serializers.Serializer[TrainEffect]):
    """A train the changes touch; null: it is not among those to come within three days."""

    id = serializers.UUIDField(source="call.public_id", read_only=True, help_text="as in the list of trains")
    number = serializers.CharField(source="call.number", read_only=True)
    planned_arrival_at = serializers.DateTimeField(
        source="call.scheduled_arrival_at", read_only=True, allow_null=True, help_text="numbers repeat daily"
    )
    before = PlannedTrainOut(read_only=True, allow_null=True)
    after = PlannedTrainOut(read_only=True, allow_null=True)


class WhatIfOut(serializers.Serializer[WhatIf]):
    """Every figure before and after, and the trains that were touched. Nothing was kept."""

    terminal = serializers.CharField(source="terminal.code", read_only=True)
    at = serializers.DateTimeField(read_only=True)
    figures = DifferenceOut(source="effects.figures", many=True, read_only=True)
    trains = TrainEffectOut(source="effects.trains", many=True, read_only=True)
