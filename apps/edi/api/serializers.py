"""Interchanges in JSON: what came, what became of it, and where its original and its answers are."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.common.api.asking import NextCursor, PageQuery
from apps.common.api.fields import OneOfField
from apps.common.words import sentence
from apps.edi.models import Interchange
from terminal.edifact.exchange import Door, Fate
from terminal.throughput import Direction

DIRECTIONS = [each.value for each in Direction]
FATES = [each.value for each in Fate]
NOT_TOLD = ("template", "why", "error")


class InterchangeFile(serializers.Serializer[Any]):
    """An interchange as a file of a form."""

    file = serializers.FileField()


class InterchangeQuery(PageQuery):
    """Which interchanges, and how many at once."""

    direction = OneOfField(DIRECTIONS, required=False)
    fate = OneOfField(FATES, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)


class InterchangePlace(serializers.Serializer[Any]):
    """Something said of a place in an interchange. ``segment`` counts from 1 without UNA; 0: the whole."""

    code = serializers.CharField(help_text=_("What a program switches on."))
    detail = serializers.CharField()
    segment = serializers.IntegerField()
    tag = serializers.CharField(allow_blank=True)
    element = serializers.IntegerField(help_text=_("From 1, the tag not counted; 0: the segment as a whole."))
    component = serializers.IntegerField()
    found = serializers.CharField(allow_blank=True)
    expected = serializers.CharField(allow_blank=True)


class InterchangeFault(InterchangePlace):
    """Why all of an interchange was refused."""

    message = serializers.CharField(allow_blank=True, help_text=_("The message in which it is: its reference in UNH."))
    cause = serializers.CharField(
        allow_blank=True, required=False, help_text=_("The terminal's own code of the refusal, where it has one.")
    )


class InterchangeDeed(serializers.Serializer[Any]):
    """Something a message did; further members say to what."""

    what = serializers.CharField()


class InterchangeMessage(serializers.Serializer[Any]):
    """One message of an interchange, and what became of it."""

    reference = serializers.CharField()
    type = serializers.CharField()
    dialect = serializers.CharField()
    document = serializers.CharField(allow_blank=True)
    done = serializers.ListField(child=serializers.DictField(), help_text=_("What was done: `what`, and to what."))
    left = InterchangePlace(many=True, help_text=_("What it says and the terminal did not act on."))


class InterchangeBrief(serializers.Serializer[Any]):
    """An interchange with you, either way."""

    id = serializers.UUIDField(source="public_id")
    partner = serializers.CharField(source="partner.code")
    direction = serializers.ChoiceField(choices=DIRECTIONS)
    door = serializers.ChoiceField(choices=["", *(each.value for each in Door)])
    fate = serializers.ChoiceField(choices=FATES)
    reference = serializers.CharField()
    types = serializers.ListField(child=serializers.CharField())
    is_test = serializers.BooleanField()
    at = serializers.DateTimeField()
    acknowledged = serializers.BooleanField(allow_null=True)
    original = serializers.SerializerMethodField(help_text=_("Where its bytes are; null: too many to be kept."))

    @extend_schema_field({"type": ["string", "null"], "format": "uri-reference"})
    def get_original(self, row: Interchange) -> str | None:
        return reverse("edi-original", args=[row.public_id]) if row.original_id else None


class InterchangeOut(InterchangeBrief):
    """An interchange with what became of it."""

    sha256 = serializers.SerializerMethodField()
    times = serializers.IntegerField(help_text=_("How often it came."))
    fault = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()
    messages = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField()
    objection = serializers.CharField()

    @extend_schema_field({"type": ["string", "null"]})
    def get_sha256(self, row: Interchange) -> str | None:
        return row.original.sha256 if row.original else None

    @extend_schema_field(InterchangeFault(allow_null=True))
    def get_fault(self, row: Interchange) -> dict[str, Any] | None:
        return told(row.fault) if row.fault else None

    @extend_schema_field(InterchangePlace(many=True))
    def get_warnings(self, row: Interchange) -> list[dict[str, Any]]:
        return [told(each) for each in row.warnings]

    @extend_schema_field(InterchangeMessage(many=True))
    def get_messages(self, row: Interchange) -> list[dict[str, Any]]:
        return [_message(each) for each in row.messages]

    @extend_schema_field(InterchangeBrief(many=True))
    def get_answers(self, row: Interchange) -> list[dict[str, Any]]:
        rows = sorted(row.answers.all(), key=lambda each: each.pk)
        return list(InterchangeBrief(rows, many=True).data)


class InterchangePage(serializers.Serializer[Any]):
    """A page, the newest first."""

    results = InterchangeBrief(many=True)
    next = NextCursor()


def told(place: dict[str, Any]) -> dict[str, Any]:
    """A fault or a warning with its sentence in the reader's language."""
    plain = {name: value for name, value in place.items() if name not in NOT_TOLD}
    return {"detail": sentence(place["template"], place), **plain}


def _message(message: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in message.items() if name != "call"}
    return {**plain, "left": [told(each) for each in message["left"]]}
