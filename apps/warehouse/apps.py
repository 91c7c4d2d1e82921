from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WarehouseConfig(AppConfig):
    name = "apps.warehouse"
    label = "warehouse"
    verbose_name = _("Warehouse")

    def ready(self) -> None:
        """Follow boxes that are joined, leave, are given up or never came.

        See Note [Two histories of one box] and Note [Who makes room when a box leaves] in ``apps.containers``.
        """
        from apps.containers.services.advising import giving_up
        from apps.containers.services.joining import joined
        from apps.containers.services.leaving import leaving
        from apps.containers.services.retracting import taking_back
        from apps.warehouse.services.bonded import keep_ledger
        from apps.warehouse.services.boxes import counting_on
        from apps.warehouse.services.stock import moved

        joined.connect(_is_one_box, dispatch_uid="a box under two numbers is booked once")
        leaving.connect(_leave, dispatch_uid="a box that is worked on stays")
        giving_up.connect(_give_up, dispatch_uid="nobody unpacks a box that does not come")
        taking_back.connect(_take_back, dispatch_uid="a box that is worked on has come")
        moved.connect(keep_ledger, dispatch_uid="what moves in bond is written down")
        counting_on.connect(_counts_on, dispatch_uid="an order counts on its box")


def _is_one_box(*, visit: Any, merged: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.warehouse.services import orders
    from apps.warehouse.services.boxes import join_visits

    join_visits(visit, merged)
    orders.join_visits(visit, merged, by=by, at=at)


def _leave(*, visits: list[int], by: Any, at: Any, **_others: Any) -> None:
    from apps.warehouse.services.orders import box_leaves

    box_leaves(visits, by=by, at=at)


def _give_up(*, visit: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.warehouse.services.orders import box_leaves

    box_leaves([visit.pk], by=by, at=at)


def _take_back(*, visit: Any, entry: Any, **_others: Any) -> None:
    from apps.warehouse.services.orders import require_not_worked
    from terminal.events import ARRIVALS

    if entry.kind in ARRIVALS:
        require_not_worked(visit)


def _counts_on(*, visit: Any, **_others: Any) -> bool:
    from apps.warehouse.services.orders import is_wanted

    return is_wanted(visit)
