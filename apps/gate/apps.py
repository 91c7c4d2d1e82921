from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GateConfig(AppConfig):
    name = "apps.gate"
    label = "gate"
    verbose_name = _("Gate")

    def ready(self) -> None:
        """Follow the moves at trucks, give a right back when a gate-out is taken back, and follow joined visits.

        See Note [Who keeps the carrier's books] in ``apps.yard``, Note [Who undoes what a movement did] in
        ``apps.containers`` and Note [Two words on one box] here.
        """
        from apps.containers.services.joining import joined
        from apps.containers.services.retracting import taking_back
        from apps.warehouse.services import counting_on
        from apps.yard.services import carried_out

        taking_back.connect(_take_back, dispatch_uid="a gate-out taken back gives its right back")
        carried_out.connect(_truck_is_worked, dispatch_uid="trucks know what was put on them and taken off")
        joined.connect(_is_one_box, dispatch_uid="a box under two numbers is collected once")
        counting_on.connect(_is_a_trucks, dispatch_uid="boxes of trucks are counted on")


def _truck_is_worked(*, order: Any, at: Any, **_others: Any) -> None:
    from apps.gate.services import moved

    moved(order, at=at)


def _take_back(*, visit: Any, entry: Any, **_others: Any) -> None:
    from apps.gate.services.taking_back import take_back

    take_back(visit, entry)


def _is_one_box(*, visit: Any, merged: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.gate.services.joining import join_visits

    join_visits(visit, merged, by=by, at=at)


def _is_a_trucks(*, visit: Any, at: Any, **_others: Any) -> bool:
    from apps.gate.selectors import is_counted_on

    return is_counted_on(visit, at)
