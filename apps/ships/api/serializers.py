"""Ships' calls in JSON: what anybody who signs in may know of a ship or barge, and no box."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.calls.api.timetable import CallOut, CallQuery
from apps.common.api.asking import NextCursor
from apps.common.api.fields import OneOfField
from terminal.readiness.blockers import AFLOAT

MODES = sorted(mode.value for mode in AFLOAT)


class ShipCallOut(CallOut):
    """One call of a ship or barge: who she is, her voyages, her phase, and her planned, estimated and actual times.

    What is not known of her is null: a barge may have no IMO number.
    """

    mode = serializers.ChoiceField(choices=MODES)
    name = serializers.CharField(source="ship.name", default=None, allow_null=True)
    imo = serializers.SerializerMethodField(help_text=_("Seven digits, the last one a check digit."))
    voyage_in = serializers.SerializerMethodField()
    voyage_out = serializers.SerializerMethodField()
    line = serializers.CharField(
        source="ship.line.code", default=None, allow_null=True, help_text=_("The shipping line for which she calls.")
    )

    def get_imo(self, call: Any) -> str | None:
        return _said(call, "imo")

    def get_voyage_in(self, call: Any) -> str | None:
        return _said(call, "voyage_in")

    def get_voyage_out(self, call: Any) -> str | None:
        return _said(call, "voyage_out")


def _said(call: Any, name: str) -> str | None:
    ship = getattr(call, "ship", None)
    return getattr(ship, name, None) or None


class ShipCallPage(serializers.Serializer[Any]):
    """Calls, the latest announced first. ``next`` is the cursor of the following page, null on the last."""

    results = ShipCallOut(many=True)
    next = NextCursor()


class ShipCallQuery(CallQuery):
    """Which calls, and which page of them."""

    mode = OneOfField(choices=MODES, required=False)
    number = serializers.RegexField(
        r"^[A-Za-z0-9 ._/-]{1,40}$", required=False, help_text=_("The call's whole number, as a rule the voyage in.")
    )
