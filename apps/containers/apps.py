from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContainersConfig(AppConfig):
    name = "apps.containers"
    label = "containers"
    verbose_name = _("Containers")

    def ready(self) -> None:
        """Let the boxes leave with their carrier: see Note [What leaves with the carrier] in ``apps.calls``."""
        from apps.calls.services import departing

        departing.connect(_boxes_leave, dispatch_uid="boxes leave with their carrier")


def _boxes_leave(*, call: Any, by: Any, happened_at: Any, **_others: Any) -> None:
    from apps.containers.services import departed_with

    departed_with(call, by=by, at=happened_at)
