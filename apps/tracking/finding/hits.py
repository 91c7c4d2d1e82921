"""What goes by a number, looked up by the beginning or the whole of it, so that an index answers.

The last digits of a container are looked for among the boxes that are here or to come only: those are few.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from apps.calls.models import Call
from apps.common.admin import terminals_with
from apps.containers.models import Reference, Seal, Visit
from apps.trains.models import Wagon
from terminal.identifiers.text import compact
from terminal.lifecycle import ON_SITE, Phase, VisitState

SHORTEST: Final = 3
MOST: Final = 20
"""Hits of one kind that are shown."""

LAST_DIGITS: Final = range(4, 8)
"""So many digits are the end of a container number, with or without the check digit."""

LATELY: Final = timedelta(days=14)
HERE_OR_TO_COME: Final = (VisitState.ACTIVE.value, VisitState.ADVISED.value)
PRESENT: Final = sorted([*ON_SITE, Phase.SCHEDULED.value, Phase.ANNOUNCED.value])


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, what is known of it, and its page."""

    name: str
    about: str
    link: str


@dataclass(frozen=True)
class Group:
    """Hits of one kind; ``more``: there are others."""

    title: Any
    hits: list[Hit]
    more: bool


Where = dict[str, Any]
Search = Callable[[str, Where, datetime], Group]


def find(user: Any, term: str, at: datetime) -> list[Group]:
    """Everything of that number at the terminals where the user may see it; kinds without a hit are left out."""
    if len(compact(term)) < SHORTEST:
        return []
    groups = []
    for right, search in KINDS:
        where = terminals_with(user, right)
        if where is None or where:
            groups.append(search(term, {} if where is None else {"terminal__in": where}, at))
    return [group for group in groups if group.hits]


def _visits(term: str, where: Where, at: datetime) -> Group:
    number = compact(term)
    rows = (
        Visit.objects.filter(**where)
        .filter(_numbered(number))
        .select_related("container", "standing__block", "departure_call")
    )
    found = rows.order_by("-arrived_at", "-pk")
    return _group(gettext_lazy("Containers"), found, lambda visit: Hit(str(visit), _about(visit), _page(visit)))


def _numbered(number: str) -> Q:
    if number.isdecimal():
        if len(number) not in LAST_DIGITS:
            return Q(pk__in=())
        ends = Q(container__number__endswith=number)
        without_check_digit = Q(container__number__regex=rf"{number}[0-9]$") if len(number) < 7 else Q()
        return Q(state__in=HERE_OR_TO_COME) & (ends | without_check_digit)
    return Q(container__number__startswith=number)


def _seals(term: str, where: Where, at: datetime) -> Group:
    there = {f"visit__{path}": value for path, value in where.items()}
    rows = Seal.objects.filter(number__startswith=compact(term), **there).select_related("visit__container")
    return _group(
        gettext_lazy("Seals"),
        rows.order_by("-noted_at", "-pk"),
        lambda seal: Hit(str(seal), f"{seal.get_act_display()} · {seal.visit}", _page(seal.visit)),
    )


def _papers(term: str, where: Where, at: datetime) -> Group:
    there = {f"visit__{path}": value for path, value in where.items()}
    spelled = {term, term.upper(), compact(term)}
    rows = Reference.objects.filter(value__in=spelled, **there).select_related("visit__container")
    return _group(
        gettext_lazy("Bookings and other papers"),
        rows.order_by("-pk"),
        lambda paper: Hit(str(paper), f"{paper.visit} · {paper.visit.get_state_display()}", _page(paper.visit)),
    )


def _wagons(term: str, where: Where, at: datetime) -> Group:
    there = {f"train__call__{path}": value for path, value in where.items()}
    lately = Q(train__call__phase__in=PRESENT) | Q(train__call__departed_at__gt=at - LATELY)
    rows = Wagon.objects.filter(lately, number__startswith=compact(term), **there).select_related("train__call")
    return _group(
        gettext_lazy("Wagons"),
        rows.order_by("-train__call__arrived_at", "-pk"),
        lambda wagon: Hit(str(wagon), f"{wagon.train} · {wagon.train.call.get_phase_display()}", _page(wagon.train)),
    )


def _carriers(term: str, where: Where, at: datetime) -> Group:
    spelled = {term, term.upper(), compact(term)}
    present = Q(phase__in=PRESENT, number__startswith=term.upper()) | Q(
        phase__in=PRESENT, number__startswith=compact(term)
    )
    rows = Call.objects.filter(Q(number__in=spelled) | present, **where)
    return _group(
        gettext_lazy("Trucks, trains, ships"),
        rows.order_by("-pk"),
        lambda call: Hit(call.number, f"{call.get_mode_display()} · {call.get_phase_display()}", _page(call)),
    )


KINDS: Final[list[tuple[str, Search]]] = [
    ("containers.view_visit", _visits),
    ("containers.view_visit", _seals),
    ("containers.view_visit", _papers),
    ("trains.view_wagon", _wagons),
    ("calls.view_call", _carriers),
]
"""The right that lets somebody see a kind of thing, and how it is looked up; one query each."""


def _group(title: Any, rows: QuerySet[Any], told: Callable[[Any], Hit]) -> Group:
    found = list(rows[: MOST + 1])
    return Group(title, [told(row) for row in found[:MOST]], len(found) > MOST)


def _about(visit: Visit) -> str:
    cell = getattr(visit, "standing", None)
    parts: Iterable[Any] = (visit.get_state_display(), cell or visit.get_position_display(), visit.departure_call)
    return " · ".join(str(part) for part in parts if part)


def _page(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
