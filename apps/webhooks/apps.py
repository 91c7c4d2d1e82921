from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "apps.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        """Whoever subscribes to Track & Trace is delivered to, too.

        See Note [Who follows on what is recorded] in ``apps.journal``.
        """
        from apps.journal.services import recorded

        recorded.connect(_subscriptions_follow, dispatch_uid="event subscriptions are delivered to")


def _subscriptions_follow(*, entries: Any, **_others: Any) -> None:
    from apps.webhooks.services.standards import follow

    follow(entries)
