from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GateConfig(AppConfig):
    name = "apps.gate"
    label = "gate"
    verbose_name = _("Gate")

    def ready(self) -> None:
        """Follow the moves at trucks, and give a right back when a gate-out is taken back.

        See Note [Who keeps the carrier's books] in ``apps.yard`` and Note [Who undoes what a movement did] in
        ``apps.containers``.
        """
        from apps.containers.services.retracting import taking_back
        from apps.yard.services import carried_out

        taking_back.connect(_take_back, dispatch_uid="a gate-out taken back gives its right back")
        carried_out.connect(_truck_is_worked, dispatch_uid="trucks know what was put on them and taken off")


def _truck_is_worked(*, order: Any, at: Any, **_others: Any) -> None:
    from apps.gate.services import moved

    moved(order, at=at)


def _take_back(*, visit: Any, entry: Any, **_others: Any) -> None:
    from apps.gate.services.taking_back import take_back

    take_back(visit, entry)
