"""The words of planning: resources, their units, and what could be changed."""

from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.common.figures import figure, percent
from apps.planning.selectors import Measured
from terminal.capacity import Lever, ResourceUse

RESOURCE: Final[dict[str, Any]] = {
    "railway": _("railway (trains a day)"),
    "train places": _("train places"),
    "track metres": _("track metres"),
    "rail cranes": _("rail cranes (lifts a day)"),
    "yard machines": _("yard machines (moves a day)"),
    "yard": _("yard (TEU)"),
    "warehouse": _("warehouse (m²)"),
}

CODE: Final = {name: name.replace(" ", "_") for name in RESOURCE}
"""How programs call a resource."""

LEVER: Final[dict[Lever, Any]] = {
    Lever.TRAINS_A_DAY: _("trains a day"),
    Lever.TEU_PER_TRAIN: _("TEU a train"),
    Lever.TRAIN_STAY_HOURS: _("stay of a train, h"),
    Lever.TRAIN_PLACES: _("train places"),
    Lever.DWELL_DAYS: _("dwell of a box, days"),
    Lever.OPERATING_CAPACITY_TEU: _("operating capacity of the yard, TEU"),
    Lever.LIFTS_PER_HOUR: _("lifts an hour"),
    Lever.MOVES_PER_HOUR: _("moves an hour"),
    Lever.WAREHOUSE_M2: _("warehouse, m²"),
    Lever.WAREHOUSE_M2_DAYS_PER_TEU: _("m² days in the warehouse for each TEU"),
}


def share_of(use: ResourceUse) -> str:
    """How full a resource is, as people say it."""
    return percent(use.utilisation) if use.utilisation.is_finite() else "∞"


def whole(teu: Decimal | None) -> str:
    """TEU a year, or a dash where there is no bound."""
    return "–" if teu is None else figure(teu)


def measured_said(seen: Measured) -> str:
    """On which days what nobody rates was measured, and which were left out and why."""
    facts = {"days": seen.days, "first": seen.first.isoformat(), "last": seen.last.isoformat()}
    said = ngettext(
        "Measured on %(days)d day with traffic, %(first)s – %(last)s.",
        "Measured on %(days)d days with traffic, %(first)s – %(last)s.",
        seen.days,
    )
    if not seen.left_out:
        return said % facts
    more = ngettext(
        "%(many)d day before is left out: not yet half of a usual day came and went, the yard was filling.",
        "%(many)d days before are left out: not yet half of a usual day came and went, the yard was filling.",
        seen.left_out,
    )
    return f"{said % facts} {more % {'many': seen.left_out}}"


FIGURE: Final[dict[str, Any]] = {
    "open_yard_capacity_teu": _("open capacity of the yard, TEU"),
    "boxes_without_place": _("boxes here or to come within a day without a place"),
    "connections_missed": _("boxes whose next carrier leaves before they come"),
    "track_clashes": _("plans of tracks that clash"),
    "trains_without_track": _("trains that no track takes"),
    "trains_waiting": _("trains that wait for a track"),
    "train_waiting_hours": _("hours they wait"),
    "trains_late": _("trains that will leave late"),
}
"""Figures no alert rule watches; the others are named by their rule."""
