from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class YardConfig(AppConfig):
    name = "apps.yard"
    label = "yard"
    verbose_name = _("Container yard")

    def ready(self) -> None:
        """Free the cells of boxes that leave, or were never put there.

        See Note [Who makes room when a box leaves] and Note [Who undoes what a movement did] in ``apps.containers``.
        """
        from apps.containers.services.advising import giving_up
        from apps.containers.services.emptying import emptied
        from apps.containers.services.joining import joined
        from apps.containers.services.leaving import leaving
        from apps.containers.services.retracting import taking_back

        leaving.connect(_make_room, dispatch_uid="boxes that leave free their cells")
        taking_back.connect(_take_back, dispatch_uid="boxes that never came leave their cells")
        giving_up.connect(_call_off, dispatch_uid="boxes that do not come are asked for no more")
        emptied.connect(_stay_in_place, dispatch_uid="an emptied box keeps its cell")
        joined.connect(_call_off_merged, dispatch_uid="of a box under two numbers one is asked for")


def _make_room(*, visits: list[int], work: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.yard.services import vacate

    vacate(visits, work=work, by=by, at=at)


def _take_back(*, visit: Any, entry: Any, by: Any, at: Any, **_others: Any) -> bool:
    from apps.yard.services.taking_back import take_back

    return take_back(visit, entry, by=by, at=at)


def _call_off(*, visit: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.yard.services import call_off

    call_off(visit, reason="the visit was cancelled", by=by, at=at)


def _call_off_merged(*, merged: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.yard.services import call_off

    call_off(merged, reason="the box is here under another number", by=by, at=at)


def _stay_in_place(*, visit: Any, empty: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.yard.services.emptying import stay_in_place

    stay_in_place(visit, empty, by=by, at=at)
