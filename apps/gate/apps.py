from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GateConfig(AppConfig):
    name = "apps.gate"
    label = "gate"
    verbose_name = _("Gate")

    def ready(self) -> None:
        """Follow the moves at trucks: see Note [Who keeps the carrier's books] in ``apps.yard``."""
        from apps.yard.services import carried_out

        carried_out.connect(_truck_is_worked, dispatch_uid="trucks know what was put on them and taken off")


def _truck_is_worked(*, order: Any, at: Any, **_others: Any) -> None:
    from apps.gate.services import moved

    moved(order, at=at)
