"""A timetable over the API: what anybody who signs in may know of a carrier, and no box."""

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from apps.calls.models import Call
from apps.common.api.asking import PageQuery, asked_for, page_of
from apps.common.api.fields import MomentField, OneOfField
from terminal.lifecycle import Phase

PHASES = [each.value for each in Phase]
FILTERS: Final = {
    "mode": "mode",
    "phase": "phase",
    "number": "number",
    "expected_from": "expected_at__gte",
    "expected_before": "expected_at__lt",
}
"""What may be asked, and the lookup it stands for."""


class CallOut(serializers.Serializer[Call]):
    """Base of one carrier: its number, its phase, and its planned, estimated and actual times.

    Estimates are those that were published: small changes are not (``Call.tell_from_minutes``).
    """

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    phase = serializers.ChoiceField(choices=PHASES)
    scheduled_arrival_at = serializers.DateTimeField(allow_null=True)
    estimated_arrival_at = serializers.DateTimeField(source="told_arrival_at", allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    scheduled_departure_at = serializers.DateTimeField(allow_null=True)
    estimated_departure_at = serializers.DateTimeField(source="told_departure_at", allow_null=True)
    departed_at = serializers.DateTimeField(allow_null=True)
    cut_off_at = serializers.DateTimeField(
        allow_null=True, help_text=_("What is to leave with it must be at the terminal by then.")
    )


class CallQuery(PageQuery):
    """Base of which carriers, and which page of them."""

    phase = OneOfField(choices=PHASES, required=False)
    expected_from = MomentField(
        required=False,
        help_text=_("Came, or is to come, then or later; by the firmest arrival that is known."),
    )
    expected_before = MomentField(required=False, help_text=_("Came, or is to come, before then."))


def timetable_page(calls: QuerySet[Call], request: Request, query: type[CallQuery]) -> dict[str, Any]:
    """The page of calls that a request asks for: ``results``, and ``next``, the cursor of the following page."""
    asked = asked_for(query, request)
    return page_of(
        calls.filter(**{lookup: asked[name] for name, lookup in FILTERS.items() if name in asked}), asked, request
    )
