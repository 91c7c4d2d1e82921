from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContainersConfig(AppConfig):
    name = "apps.containers"
    label = "containers"
    verbose_name = _("Containers")

    def ready(self) -> None:
        """Let the boxes leave with their carrier, and rules follow on events.

        See Note [What leaves with the carrier] in ``apps.calls`` and Note [Who follows on what is recorded] in
        ``apps.journal``.
        """
        from apps.calls.services import departing
        from apps.journal.services import recorded

        departing.connect(_boxes_leave, dispatch_uid="boxes leave with their carrier")
        recorded.connect(_rules_follow, dispatch_uid="rules follow on events")


def _boxes_leave(*, call: Any, by: Any, happened_at: Any, **_others: Any) -> None:
    from apps.containers.services import departed_with

    departed_with(call, by=by, at=happened_at)


def _rules_follow(*, entries: Any, **_others: Any) -> None:
    from apps.containers.services.rules import follow_rules

    follow_rules(entries)
