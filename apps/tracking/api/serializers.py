"""What the tracking feed looks like. The documents are made by ``apps.tracking.selectors``; these describe them."""

from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.common.api.fields import ContainerNumberField, CursorField, StrictSerializer, TextField
from apps.common.api.schema import Problem
from terminal.events import Authority, Classifier, EventKind
from terminal.identifiers.text import compact
from terminal.lifecycle import Position, VisitState

MOST_CONTAINERS: Final = 1000
MOST_EVENTS: Final = 20_000


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

    cursor = CursorField()
    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=500)


class NumberText(TextField):
    """A container number as somebody wrote it: whatever it is, it is answered in its place."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(gettext("A string is expected here."), code="wrong-type")
        return str(super().to_internal_value(data))


class TrackingQuestion(StrictSerializer):
    """Which containers, where to read on, and how many events of all of them together."""

    containers = serializers.ListField(
        child=NumberText(max_length=40),
        min_length=1,
        max_length=MOST_CONTAINERS,
        help_text=_("Each once, in any form."),
    )
    cursor = CursorField()
    limit = serializers.IntegerField(required=False, default=1000, min_value=1, max_value=MOST_EVENTS)

    def validate_containers(self, numbers: list[str]) -> list[str]:
        """Each number once, however it is written: the answer would tell the same events again."""
        first: dict[str, int] = {}
        again = {n: first[meant] for n, each in enumerate(numbers) if first.setdefault(meant := compact(each), n) != n}
        if again:
            said = gettext("Named twice: see %(n)s.")
            raise serializers.ValidationError({str(n): said % {"n": at} for n, at in again.items()})
        return numbers


class VisitStateOut(serializers.Serializer[Any]):
    """How a visit stands."""

    id = serializers.UUIDField()
    container = ContainerNumberField(help_text=_("The number it goes under now."))
    size_type = serializers.CharField()
    state = serializers.ChoiceField([each.value for each in VisitState])
    position = serializers.ChoiceField([each.value for each in Position])
    laden = serializers.BooleanField(allow_null=True)
    destination = serializers.CharField(allow_blank=True)
    advised_at = serializers.DateTimeField()
    arrived_at = serializers.DateTimeField(allow_null=True)
    departed_at = serializers.DateTimeField(allow_null=True)


class TrackedOut(serializers.Serializer[Any]):
    """What there is to be told of one number: ``problem`` says why nothing is."""

    container = serializers.CharField(help_text=_("As you asked for it."))
    known = serializers.BooleanField(help_text=_("Whether you have, or had, a part in a visit of it."))
    visit = VisitStateOut(allow_null=True, help_text=_("The latest visit in which you have a part now."))
    events = EventOut(many=True)
    problem = Problem(allow_null=True)


class TrackingAnswer(serializers.Serializer[Any]):
    """An answer for each number, in the order asked. One ``cursor`` stands for all of them."""

    containers = TrackedOut(many=True)
    cursor = serializers.CharField(
        allow_null=True, help_text=_("Ask with it to read on, now or later. null: nothing happened yet.")
    )
    more = serializers.BooleanField(help_text=_("Whether further events are there already."))
