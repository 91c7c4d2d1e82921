from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "apps.alerts"
    label = "alerts"
    verbose_name = _("Alerts")

    def ready(self) -> None:
        """Tell the page of a forecast the lines of the rules. See Note [Whose lines] in ``apps.forecasts.lines``."""
        from apps.forecasts.lines import asking_for_lines

        asking_for_lines.connect(_lines_of_the_rule, dispatch_uid="alerts tell the lines of their rules")


def _lines_of_the_rule(*, terminal: Any, metric: Any, at: Any, **_others: Any) -> Any:
    from apps.alerts.selectors.lines import lines_of_the_rule

    return lines_of_the_rule(terminal, metric, at)
