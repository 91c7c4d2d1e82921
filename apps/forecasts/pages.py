"""The forecast page of the admin: each stock drawn, what it is made of, and what earlier forecasts were worth."""

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.forecasts.lines import lines_of
from apps.forecasts.models import Ahead, Figure
from apps.forecasts.selectors import (
    Forecast,
    chance_of_breach,
    latest,
    latest_of_parts,
    made_afterwards,
    track_record,
)
from apps.forecasts.selectors.known import parts_of
from apps.forecasts.words import LEVELS, PART, UNIT, cause_said
from apps.network.models import Terminal
from apps.network.serving import looked_at
from apps.reports.selectors import hourly
from terminal.metrics import Stock

RIGHT: Final = "reports.view_dailythroughput"
SHOWN: Final = timedelta(days=3)
SUMMED_H: Final = (6, 24, 72, 168, 336)
"""Hours ahead for which the parts are told."""
BREACH_H: Final = 72
PART_H: Final = (24, 72)
"""Hours ahead for which a part is told."""


def forecast_view(request: HttpRequest) -> HttpResponse:
    """Every stock of a terminal, the next two weeks."""
    terminal, able = looked_at(request, RIGHT)
    at = timezone.now()
    told = {
        "title": _("Forecast"),
        "terminal": terminal,
        "terminals": able,
        "afterwards": made_afterwards(terminal, at),
        "stocks": [_stock(terminal, stock, at) for stock in Stock],
    }
    return TemplateResponse(request, "forecasts/forecast.html", admin.site.each_context(request) | told)


def _stock(terminal: Terminal, stock: Stock, at: datetime) -> dict[str, Any]:
    said = latest(terminal, stock.value, at)
    shown: dict[str, Any] = {
        "code": stock.value,
        "name": Figure(stock.value).label,
        "unit": UNIT[stock],
        "said": said,
        "record": [(Ahead(each.lead.value).label, each.days, each.worth) for each in _record(terminal, stock, at)],
    }
    shown["parts_of_it"] = _parts_of_it(terminal, stock, at)
    return shown | _drawn(terminal, stock, said, at) if said else shown


def _parts_of_it(terminal: Terminal, stock: Stock, at: datetime) -> list[dict[str, Any]]:
    """Each zone or office: what there is, what is expected, and how much of what came lay in its bands."""
    told = latest_of_parts(terminal, stock.value, at)
    names = {each.pk: str(each) for each in parts_of(terminal).of(stock)}
    rows = []
    for number, said in told.items():
        judged = [each.worth for each in track_record(terminal, stock.value, at, scope=number)]
        hours, inside = sum(each.hours for each in judged), sum(each.inside for each in judged)
        levels = [said.hours[step - 1] for step in PART_H if step <= len(said.hours)]
        worth = inside / hours if hours else None
        rows.append({"name": names.get(number, "–"), "stock": said.stock, "levels": levels, "worth": worth})
    return sorted(rows, key=lambda row: row["name"])


def _record(terminal: Terminal, stock: Stock, at: datetime) -> list[Any]:
    return track_record(terminal, stock.value, at)


def _drawn(terminal: Terminal, stock: Stock, said: Forecast, at: datetime) -> dict[str, Any]:
    from apps.forecasts.plots import forecast_plot  # a second of every start, and few ask for it

    past = hourly(terminal, stock.value, said.at - SHOWN, said.at + timedelta(seconds=1))
    watched = lines_of(terminal, stock.value, at)
    plot = forecast_plot(past, said, watched=watched, unit=str(UNIT[stock]), zone=terminal.zone)
    over = watched.capacity * watched.raise_at if watched else None
    breach = chance_of_breach(terminal, stock.value, over=over, within_hours=BREACH_H, at=at) if over else None
    return {
        "plot": b64encode(plot).decode(),
        "steps": [each for each in SUMMED_H if each <= len(said.hours)],
        "levels": [said.hours[each - 1] for each in SUMMED_H if each <= len(said.hours)],
        "parts": _parts(said),
        "causes": [cause_said(cause, stock.value) for cause in said.causes],
        "over": over,
        "already": over is not None and said.stock >= over,  # no chance is told of what is so
        "breach": breach,
    }


def _parts(said: Forecast) -> list[tuple[Any, list[Any]]]:
    """What the level so many hours ahead is made of: levels as they are then, movements summed up to then."""
    steps = [each for each in SUMMED_H if each <= len(said.hours)]
    rows = []
    for name in (each for each in PART if each in said.hours[0].parts):  # as told here: the database keeps no order
        values = [hour.parts[name] for hour in said.hours]
        rows.append((PART[name], [values[step - 1] if name in LEVELS else sum(values[:step]) for step in steps]))
    return rows
