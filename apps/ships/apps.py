from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShipsConfig(AppConfig):
    name = "apps.ships"
    label = "ships"
    verbose_name = _("Ships and barges")

    def ready(self) -> None:
        """Keep the tally of what is moved, and let no ship leave while its lists are open.

        See Note [What leaves with the carrier] in ``apps.calls``, Note [Who keeps the carrier's books] in
        ``apps.yard`` and Note [Who undoes what a movement did] in ``apps.containers``.
        """
        from apps.calls.services import departing
        from apps.containers.services import taking_back
        from apps.containers.services.joining import joined
        from apps.yard.services import carried_out

        departing.connect(_lists_are_closed, dispatch_uid="ships leave with closed lists")
        carried_out.connect(_is_tallied, dispatch_uid="moves of ships are tallied")
        taking_back.connect(_is_untallied, dispatch_uid="moves that were none are tallied no more")
        joined.connect(_is_one_box, dispatch_uid="a box under two numbers is on one line")


def _lists_are_closed(*, call: Any, **_others: Any) -> None:
    from apps.ships.services.closing import require_closed_lists

    require_closed_lists(call)


def _is_tallied(*, order: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.ships.services.tallying import tally_order

    tally_order(order, by=by, at=at)


def _is_untallied(*, visit: Any, entry: Any, **_others: Any) -> None:
    from apps.ships.services.tallying import take_back

    take_back(visit, entry)


def _is_one_box(*, visit: Any, merged: Any, **_others: Any) -> None:
    from apps.ships.services.tallying import join_lines

    join_lines(visit, merged)
