"""Webhooks in JSON: what is asked for, how they stand, what became of each message."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.common.api.asking import NextCursor, PageQuery
from apps.common.api.fields import ContainerNumberField, MomentField, OneOfField, StrictSerializer, TextField
from apps.webhooks.models import Attempt, Delivery, Webhook
from terminal.addresses import LONGEST
from terminal.events import EventKind
from terminal.webhooks import Standing

KINDS = [kind.value for kind in EventKind]
MOST_CONTAINERS, MOST_OTHERS = 1000, 100
FORMATS = ["landbridge", "dcsa-tnt-2.2"]


class StringOnly:
    """Mixin for an item of a list: of JSON's types it takes strings alone."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            raise serializers.ValidationError(_("A string is expected here."), code="wrong-type")
        return super().to_internal_value(data)  # type: ignore[misc]


class KindItem(StringOnly, OneOfField):
    """A kind of event."""


class ContainerItem(StringOnly, ContainerNumberField):
    """A container number."""


class BookingItem(StringOnly, TextField):
    """A booking's number."""


class IdItem(StringOnly, serializers.UUIDField):
    """The id of something."""


class Wishes(StrictSerializer):
    """Which events: all lists must fit, of a list any one; a list that is empty or left out always fits."""

    kinds = serializers.ListField(
        child=KindItem(choices=KINDS),
        max_length=len(KINDS),
        required=False,
        help_text=_("Kinds of events. A retraction comes with the kind it takes back."),
    )
    containers = serializers.ListField(child=ContainerItem(), max_length=MOST_CONTAINERS, required=False)
    bookings = serializers.ListField(
        child=BookingItem(max_length=60),
        max_length=MOST_OTHERS,
        required=False,
        help_text=_("Booking numbers, as they stand in the papers of your containers."),
    )
    trains = serializers.ListField(
        child=IdItem(),
        max_length=MOST_OTHERS,
        required=False,
        help_text=_("Ids of trains by which your containers come or go (`GET trains/`)."),
    )
    description = TextField(max_length=120, required=False, allow_blank=True, help_text=_("Your own note."))


class MakeWebhook(Wishes):
    """A webhook to be made."""

    url = serializers.CharField(
        max_length=LONGEST, help_text=_("Where to: https, and it leads to the public internet.")
    )


class ChangeWebhook(Wishes):
    """What is to be different."""

    url = serializers.CharField(max_length=LONGEST, required=False)


class WebhookOut(serializers.Serializer[Webhook]):
    """One webhook. `dcsa-tnt-2.2` is a subscription of Track & Trace, which is changed and ended there."""

    id = serializers.UUIDField(source="public_id")
    format = serializers.SerializerMethodField()
    url = serializers.CharField()
    description = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())
    containers = serializers.ListField(child=serializers.CharField())
    bookings = serializers.ListField(child=serializers.CharField())
    trains = serializers.ListField(child=serializers.UUIDField())
    standing = serializers.ChoiceField(choices=[each.value for each in Standing])
    failing_since = serializers.DateTimeField(allow_null=True)
    next_attempt_after = serializers.DateTimeField(
        source="rests_until", allow_null=True, help_text=_("The address rests until then; null: it does not.")
    )
    last_success_at = serializers.DateTimeField(allow_null=True)
    former_secret_until = serializers.DateTimeField(source="former_until", allow_null=True)
    made_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_because = serializers.CharField(help_text=_("Empty unless the terminal ended it."))

    def get_format(self, webhook: Webhook) -> str:
        return FORMATS[webhook.event_subscription_id is not None]


class WebhookWithSecret(WebhookOut):
    """The webhook with its new secret, told this once: in an answer that is given again it is null."""

    secret = serializers.CharField(allow_null=True)


class WebhookPage(serializers.Serializer[Any]):
    """The newest first. `next` is the cursor of the following page, null on the last."""

    results = WebhookOut(many=True)
    next = NextCursor()


class WebhookQuery(PageQuery):
    """Which page of which webhooks. Those that have ended stay readable."""

    standing = serializers.ChoiceField(choices=[each.value for each in Standing], required=False)


class RotateSecret(StrictSerializer):
    """For how long the former secret signs beside the new one."""

    overlap_hours = serializers.IntegerField(min_value=0, max_value=168, default=24)


class NoMembers(StrictSerializer):
    """No members."""


class ReplayEvents(StrictSerializer):
    """What to send again: what was recorded from `since` on (before `until`), or the events with these ids."""

    since = MomentField(required=False)
    until = MomentField(required=False)
    events = serializers.ListField(child=IdItem(), min_length=1, max_length=1000, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("since" in attrs) == ("events" in attrs):
            raise serializers.ValidationError(_("Say either since when, or which events."), code="either-or")
        if "until" in attrs and not ("since" in attrs and attrs["since"] < attrs["until"]):
            raise serializers.ValidationError({"until": _("It is after since.")}, code="empty-span")
        return attrs


class Queued(serializers.Serializer[Any]):
    """How many messages were queued."""

    queued = serializers.IntegerField()


class AttemptOut(serializers.Serializer[Attempt]):
    """One try. `status` null: nobody answered, and `answer` says why."""

    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    took_ms = serializers.IntegerField()
    answer = serializers.CharField(help_text=_("The first bytes of the answer."))


class DeliveryOut(serializers.Serializer[Delivery]):
    """One message. `event` is its `webhook-id`. `log`: the latest ten tries, the newest first."""

    id = serializers.UUIDField(source="public_id")
    event = serializers.UUIDField(source="event_id")
    reason = serializers.ChoiceField(choices=[each.value for each in Delivery.Reason])
    state = serializers.ChoiceField(choices=[each.value for each in Delivery.State])
    queued_at = serializers.DateTimeField()
    next_attempt_at = serializers.DateTimeField(
        allow_null=True, help_text=_("null: it is settled, or waits behind another of its container.")
    )
    settled_at = serializers.DateTimeField(allow_null=True)
    attempts = serializers.IntegerField()
    log = AttemptOut(many=True, source="latest")


class DeliveryPage(serializers.Serializer[Any]):
    """The newest first. `next` is the cursor of the following page, null on the last."""

    results = DeliveryOut(many=True)
    next = NextCursor()


class DeliveryQuery(PageQuery):
    """Which page of which messages."""

    state = serializers.ChoiceField(choices=[each.value for each in Delivery.State], required=False)
    event = serializers.UUIDField(required=False)
