"""Whether anybody is told of an alert now: its rule's hours, silences, and greater alerts that say enough."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.alerts.models import PARTS, Alert, Inhibition, Rule, Silence
from apps.network.models import Terminal


@dataclass
class Mute:
    """What keeps alerts of a terminal from being told at a moment."""

    terminal: Terminal
    at: datetime
    silences: list[Silence]
    silenced_by: dict[int, Rule] = field(default_factory=dict)

    def why(self, rule: Rule) -> str:
        """Why nobody is told of the rule's alerts now, in the active language; empty: people are told."""
        if not rule.hours.include(localtime(self.at, self.terminal.zone)):
            return _("outside its hours")
        if silence := next((each for each in self.silences if covers(each, rule)), None):
            return _("silenced until %(until)s: %(reason)s") % {
                "until": f"{localtime(silence.end_at, self.terminal.zone):%m-%d %H:%M}",
                "reason": silence.reason,
            }
        if above := self.silenced_by.get(rule.pk):
            return _("“%(rule)s” stands, which says enough") % {"rule": above}
        return ""


def covers(silence: Silence, rule: Rule) -> bool:
    """Whether alerts of the rule fall under the silence: the rule's own, its part's, or the whole site's."""
    if silence.rule_id:
        return silence.rule_id == rule.pk
    part: Any = next((name for name in PARTS if getattr(silence, f"{name}_id")), None)
    return part is None or getattr(silence, f"{part}_id") == getattr(rule, f"{part}_id")


def mute(terminal: Terminal, at: datetime, standing: Iterable[Alert]) -> Mute:
    """What keeps alerts from being told, ``standing`` being those that stand at the terminal."""
    silences = Silence.objects.filter(terminal=terminal, start_at__lte=at, end_at__gt=at)
    raised = {each.rule_id for each in standing if not each.silent}
    pairs = Inhibition.objects.filter(terminal=terminal, by__in=raised).select_related("by") if raised else ()
    found = list(silences.select_related("rule").order_by("pk"))
    return Mute(terminal, at, found, {each.rule_id: each.by for each in pairs})
