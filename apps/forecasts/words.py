"""What the pages say of a forecast, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.calls.words import number_and_plan
from apps.common.figures import figure
from terminal.forecasting.causes import Why
from terminal.metrics import Stock

UNIT: Final = {
    Stock.YARD_TEU: gettext_lazy("TEU"),
    Stock.TRAIN_PLACES: gettext_lazy("trains"),
    Stock.WAREHOUSE_M2: gettext_lazy("m²"),
    Stock.CUSTOMS_QUEUE: gettext_lazy("declarations"),
}

PART: Final = {
    "known_in": gettext_lazy("known to come"),
    "unknown_in": gettext_lazy("expected to come besides"),
    "by_carrier": gettext_lazy("taken by trains and ships"),
    "by_dwell": gettext_lazy("fetched by trucks"),
    "learned": gettext_lazy("learned from earlier errors"),
    "due": gettext_lazy("trains due"),
    "leaving": gettext_lazy("trains that leave"),
    "booked": gettext_lazy("booked by now"),
    "to_be_booked": gettext_lazy("expected to be booked"),
    "usual": gettext_lazy("usual at this hour"),
    "carried": gettext_lazy("more or less than usual"),
}
"""What a forecast is made of."""

LEVELS: Final = frozenset({"learned", "booked", "to_be_booked", "usual", "carried"})
"""Parts that add up to the level of the hour; the others are what comes and goes in it."""


def cause_said(cause: Mapping[str, Any], metric: str) -> str:
    """A cause as a sentence."""
    facts = {
        "name": number_and_plan(cause["name"], cause["planned_at"]),
        "amount": figure(cause["amount"]),
        "usual": figure(cause["usual"]) if cause["usual"] is not None else "",
        "time": _clock(cause["at"]) if cause["at"] else "",
        "unit": UNIT[Stock(metric)],
    }
    return SENTENCE[Why(cause["why"])]() % facts


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"


SENTENCE: Final = {
    Why.BRINGS: lambda: _("%(name)s brings %(amount)s TEU, expected %(time)s."),
    Why.LATE: lambda: _("%(name)s is late by %(amount)s h, expected %(time)s."),
    Why.WAITS_FOR: lambda: _("%(amount)s TEU are ready for %(name)s, usually %(usual)s."),
    Why.LIES_IN: lambda: _("%(amount)s %(unit)s in zone %(name)s."),
    Why.LIES_AT: lambda: _("%(amount)s %(unit)s at %(name)s."),
}
