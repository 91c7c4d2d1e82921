from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainsConfig(AppConfig):
    name = "apps.trains"
    label = "trains"
    verbose_name = _("Trains")

    def ready(self) -> None:
        """Free the track of a train that departs, note what is lifted off and onto it, and what never was.

        See Note [What leaves with the carrier] in ``apps.calls``, Note [Who undoes what a movement did] in
        ``apps.containers`` and Note [Who keeps the carrier's books] in ``apps.yard``.
        """
        from apps.calls.services import departing
        from apps.containers.services.advising import giving_up
        from apps.containers.services.joining import joined
        from apps.containers.services.retracting import taking_back
        from apps.yard.services import carried_out

        carried_out.connect(_note_carried_out, dispatch_uid="trains note what was lifted")
        departing.connect(_track_is_left, dispatch_uid="trains leave their track")
        taking_back.connect(_take_back, dispatch_uid="boxes that were not loaded leave their wagons")
        giving_up.connect(_leave_wagons, dispatch_uid="boxes on a wagon are coming")
        joined.connect(_join_load, dispatch_uid="a box under two numbers is on one wagon")
        giving_up.connect(_use_no_booking, dispatch_uid="boxes that do not come use no places")
        joined.connect(_join_booking, dispatch_uid="a box under two numbers uses one place")


def _track_is_left(*, call: Any, by: Any, happened_at: Any, **_others: Any) -> None:
    from apps.trains.services import leave_track

    leave_track(call, by=by, happened_at=happened_at)


def _note_carried_out(*, order: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.trains.services.lifting import note_carried_out

    note_carried_out(order, by=by, at=at)


def _take_back(*, visit: Any, entry: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.trains.services.taking_back import take_back

    take_back(visit, entry, by=by, at=at)


def _leave_wagons(*, visit: Any, **_others: Any) -> None:
    from apps.trains.services.taking_back import leave_wagons

    leave_wagons(visit)


def _join_load(*, visit: Any, merged: Any, **_others: Any) -> None:
    from apps.trains.services.taking_back import join_load

    join_load(visit, merged)


def _use_no_booking(*, visit: Any, **_others: Any) -> None:
    from apps.trains.services.booking.boxes import give_up

    give_up(visit)


def _join_booking(*, visit: Any, merged: Any, **_others: Any) -> None:
    from apps.trains.services.booking.boxes import join_visits

    join_visits(visit, merged)
