from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainsConfig(AppConfig):
    name = "apps.trains"
    label = "trains"
    verbose_name = _("Trains")

    def ready(self) -> None:
        """Free the track of a train that departs: see Note [What leaves with the carrier] in ``apps.calls``."""
        from apps.calls.services import departing

        departing.connect(_track_is_left, dispatch_uid="trains leave their track")


def _track_is_left(*, call: Any, by: Any, happened_at: Any, **_others: Any) -> None:
    from apps.trains.services import leave_track

    leave_track(call, by=by, happened_at=happened_at)
