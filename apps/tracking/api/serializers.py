"""What the tracking feed looks like. The documents are made by ``apps.tracking.selectors``; these describe them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from terminal.events import Authority, Classifier, EventKind


class EventOut(serializers.Serializer[Any]):
    """One thing that happened, was planned or is expected."""

    id = serializers.UUIDField()
    lineage = serializers.UUIDField(help_text=_("The same for an event, its corrections and its retraction."))
    revision = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField([each.value for each in EventKind])
    classifier = serializers.ChoiceField([each.value for each in Classifier])
    happened_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    authority = serializers.ChoiceField([each.value for each in Authority])
    visit = serializers.UUIDField()
    details = serializers.DictField(child=serializers.JSONField())


class EventPage(serializers.Serializer[Any]):
    """Events in the order in which they became final."""

    events = EventOut(many=True)
    cursor = serializers.CharField(
        allow_null=True, help_text=_("Ask with it to read on, now or later. null: nothing happened yet.")
    )
    more = serializers.BooleanField(help_text=_("Whether further events are there already."))


class PageQuery(serializers.Serializer[Any]):
    """Where to read on, and how much."""

    cursor = serializers.CharField(required=False, max_length=80)
    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=500)
