from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainsConfig(AppConfig):
    name = "apps.trains"
    label = "trains"
    verbose_name = _("Trains")

    def ready(self) -> None:
        """Free the track of a train that departs, and the wagon of a box that was never loaded.

        See Note [What leaves with the carrier] in ``apps.calls`` and Note [Who undoes what a movement did] in
        ``apps.containers``.
        """
        from apps.calls.services import departing
        from apps.containers.services.retracting import taking_back

        departing.connect(_track_is_left, dispatch_uid="trains leave their track")
        taking_back.connect(_take_back, dispatch_uid="boxes that were not loaded leave their wagons")


def _track_is_left(*, call: Any, by: Any, happened_at: Any, **_others: Any) -> None:
    from apps.trains.services import leave_track

    leave_track(call, by=by, happened_at=happened_at)


def _take_back(*, visit: Any, entry: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.trains.services.taking_back import take_back

    take_back(visit, entry, by=by, at=at)
