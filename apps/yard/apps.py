from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class YardConfig(AppConfig):
    name = "apps.yard"
    label = "yard"
    verbose_name = _("Container yard")

    def ready(self) -> None:
        """Free the cells of boxes that leave: see Note [Who makes room when a box leaves] in ``apps.containers``."""
        from apps.containers.services.leaving import leaving

        leaving.connect(_make_room, dispatch_uid="boxes that leave free their cells")


def _make_room(*, visits: list[int], by: Any, at: Any, **_others: Any) -> None:
    from apps.yard.services import vacate

    vacate(visits, by=by, at=at)
