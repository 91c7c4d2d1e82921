"""The lines of a rule, for the plot of a forecast. See Note [Whose lines] in ``apps.forecasts.lines``."""

from datetime import datetime

from apps.alerts.models import Rule
from apps.alerts.selectors.readings import reading
from apps.forecasts.lines import Watched
from apps.network.models import Terminal


def lines_of_the_rule(terminal: Terminal, metric: str, at: datetime) -> Watched | None:
    """The lines of the active rule on a stock of the whole site. None: there is none, or nothing to measure it by."""
    rules = Rule.objects.filter(terminal=terminal, metric=metric, active=True).order_by("pk")
    rule = next((each for each in rules if not each.part_id), None)
    found = reading(rule, at) if rule else None
    if rule is None or found is None:
        return None
    return Watched(found[1], rule.warn_at, rule.raise_at, rule.clear_below)
