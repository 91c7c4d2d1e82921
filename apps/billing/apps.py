from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "apps.billing"
    label = "billing"
    verbose_name = _("Charges")

    def ready(self) -> None:
        """Take back what was charged for a movement that never was, and follow joined visits.

        See Note [Who undoes what a movement did] and Note [Two histories of one box] in ``apps.containers``.
        """
        from apps.containers.services.joining import joined
        from apps.containers.services.retracting import taking_back

        taking_back.connect(_was_not, dispatch_uid="what was charged for a movement that was not is withdrawn")
        joined.connect(_is_one_box, dispatch_uid="a box under two numbers is charged once")


def _was_not(*, visit: Any, entry: Any, by: Any, at: Any, **_others: Any) -> None:
    from apps.billing.services.withdrawing import movement_was_not

    movement_was_not(visit, entry, by=by, at=at)


def _is_one_box(*, visit: Any, merged: Any, **_others: Any) -> None:
    from apps.billing.services.accounts import join_visits

    join_visits(visit, merged)
