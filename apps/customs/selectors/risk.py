"""How closely the rules have a declaration looked at, and how that compares with how closely it was."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.customs.models import Declaration, DeclaredGoods, RiskRule
from apps.network.models import Terminal
from terminal.customs.risk import STRICTEST_FIRST, UNTOLD, Line, Profile, Rule, expected_shares, propose
from terminal.lifecycle import Channel
from terminal.throughput import site_day

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Share:
    """Of the declarations of the last 30 days, the part of a channel: by today's rules, and as officers gave it.

    ``expected`` over all draws, of all that were submitted; ``actual`` of those that have a channel. None: of none.
    """

    channel: Channel
    expected: float | None
    actual: float | None


def proposal(declaration: Declaration, at: datetime) -> tuple[str, str]:
    """The channel the terminal's rules propose for the declaration that day, and the rule that hit; ("", "") by none.

    A terminal without a single rule in force proposes nothing; where there are rules and none hits, green.
    """
    on = site_day(at, declaration.terminal.zone)
    rules = [each for each in rules_of(declaration.terminal) if each.counts_on(on)]
    if not rules:
        return "", ""
    (profile,) = profiles([declaration], declaration.terminal.currency)
    channel, name = propose(profile, rules, on)
    return channel.value, name


def rules_of(terminal: Terminal) -> list[Rule]:
    """The terminal's risk rules that are switched on, whenever they count."""
    return [_rule(each) for each in RiskRule.objects.filter(terminal=terminal, active=True)]


def _rule(row: RiskRule) -> Rule:
    return Rule(
        name=row.name,
        channel=Channel(row.channel),
        share_percent=float(row.share_percent),
        regime=row.regime,
        direction=row.direction,
        hs_prefix=row.hs_prefix,
        origin=row.origin,
        party=row.party_id,
        least_value_minor=row.least_value_minor,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def profiles(declarations: Iterable[Declaration], currency: str) -> list[Profile]:
    """What the rules ask of each declaration, in their order. A value in another currency than this is not known."""
    rows = list(declarations)
    lines: dict[int, list[Line]] = {}
    told = DeclaredGoods.objects.filter(declaration__in=[each.pk for each in rows]).order_by("declaration_id", "line")
    for key, code, origin, value, its in told.values_list(
        "declaration_id", "hs_code", "origin", "value_minor", "currency"
    ):
        lines.setdefault(key, []).append(Line(code, origin, value if its == currency else None))
    return [_profile(each, lines.get(each.pk, [])) for each in rows]


def _profile(row: Declaration, lines: list[Line]) -> Profile:
    head = (Line(row.hs_code),) if row.hs_code else UNTOLD
    return Profile(
        number=row.number,
        regime=row.regime,
        direction=row.direction,
        party=row.declarant_id,
        lines=tuple(lines) or head,
    )


def channel_shares(terminal: Terminal, at: datetime, rule: RiskRule | None = None) -> list[Share]:
    """For each channel the expected share beside the actual one, over the declarations of the last 30 days.

    With ``rule``: as if that rule stood alone.
    """
    rules = [_rule(rule)] if rule else rules_of(terminal)
    found = list(Declaration.objects.filter(terminal=terminal, submitted_at__gt=at - LOOKED_BACK, submitted_at__lte=at))
    days = [site_day(each.submitted_at or at, terminal.zone) for each in found]
    expected = expected_shares(zip(profiles(found, terminal.currency), days, strict=True), rules)
    given = Counter(each.channel for each in found if each.channel)
    return [Share(channel, expected[channel] if found else None, _part(given, channel)) for channel in STRICTEST_FIRST]


def _part(given: Mapping[str, int], channel: Channel) -> float | None:
    many = sum(given.values())
    return given.get(channel.value, 0) / many if many else None
