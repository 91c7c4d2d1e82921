from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WarehouseConfig(AppConfig):
    name = "apps.warehouse"
    label = "warehouse"
    verbose_name = _("Warehouse")

    def ready(self) -> None:
        """Follow visits that are joined, see Note [Two histories of one box] in ``apps.containers``."""
        from apps.containers.services.joining import joined

        joined.connect(_is_one_box, dispatch_uid="a box under two numbers is booked once")


def _is_one_box(*, visit: Any, merged: Any, **_others: Any) -> None:
    from apps.warehouse.services.boxes import join_visits

    join_visits(visit, merged)
