"""To whom a declaration falls, as the rules of its day say; and what no rule covers."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q

from apps.customs.models import Declaration, DeclaredGoods, DeclaredLot, Jurisdiction
from apps.customs.selectors.offices import OPEN
from apps.network.models import Terminal
from terminal.customs.jurisdiction import Matter, Rule, chapters_of, offices_for
from terminal.throughput import site_day

UNCOVERED_FOR_DAYS = 7
"""How long a declaration that no rule covers is reported after its submission; while it is open, always."""


def offices_with_jurisdiction(declaration: Declaration, at: datetime) -> set[int]:
    """The offices, as numbers, to which the declaration falls that day of the site; none: no rule covers it."""
    on = site_day(at, declaration.terminal.zone)
    (matter,) = matters([declaration]).values()
    return offices_for(matter, rules_on(declaration.terminal, on), on)


def rules_on(terminal: Terminal, on: date) -> list[Rule]:
    """The terminal's rules of jurisdiction that count on that day."""
    return [_rule(each) for each in Jurisdiction.objects.in_force(on).filter(office__terminal=terminal)]


def _rule(row: Jurisdiction) -> Rule:
    return Rule(
        office=row.office_id,
        regime=row.regime,
        direction=row.direction,
        chapter=row.hs_chapter,
        zone=row.zone_id,
        party=row.party_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def matters(declarations: Iterable[Declaration]) -> dict[int, Matter]:
    """What each declaration is about, by its number in the database. Goods that name no line are those of its head."""
    rows = list(declarations)
    codes: dict[int, set[str]] = {each.pk: set() for each in rows}
    zones: dict[int, set[int]] = {each.pk: set() for each in rows}
    for key, code in DeclaredGoods.objects.filter(declaration__in=codes).values_list("declaration_id", "hs_code"):
        codes[key].add(code)
    for key, zone in DeclaredLot.objects.filter(declaration__in=zones).values_list("declaration_id", "lot__zone_id"):
        zones[key].add(zone)
    return {
        each.pk: Matter(
            regime=each.regime,
            direction=each.direction,
            party=each.declarant_id,
            chapters=chapters_of(codes[each.pk] or {each.hs_code}),
            zones=frozenset(zones[each.pk]),
        )
        for each in rows
    }


def uncovered(terminal: Terminal, at: datetime) -> list[Declaration]:
    """Declarations that no rule of jurisdiction covers today: all that are open, and those of the last seven days.

    None while the terminal has no rule at all: then nothing is meant to be covered. The longest here first.
    """
    on = site_day(at, terminal.zone)
    rules = rules_on(terminal, on)
    if not rules:
        return []
    lately = Q(submitted_at__gte=at - timedelta(days=UNCOVERED_FOR_DAYS))
    rows = Declaration.objects.filter(Q(status__in=OPEN) | lately, terminal=terminal, submitted_at__isnull=False)
    found = list(rows.select_related("office").order_by("submitted_at", "pk"))
    about = matters(found)
    return [each for each in found if not offices_for(about[each.pk], rules, on)]
