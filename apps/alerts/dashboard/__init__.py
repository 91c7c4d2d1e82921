"""The front page of the admin: each of the reader's terminals as it stands, as far as their rights go."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.alerts.dashboard.site import Site, site
from apps.common.admin import terminals_with
from apps.network.models import Terminal

__all__ = ["Site", "overview"]


def overview(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add ``sites`` to the front page's context. The number of queries depends on terminals and rights, not on rows."""
    user: Any = request.user
    at = timezone.now()
    served = Terminal.objects.in_earnest().filter(active=True).order_by("pk")
    if not user.is_superuser:
        served = served.filter(pk__in=user.memberships.in_force().filter(party=None).values("terminal"))
    context["title"] = _("Overview")
    context["sites"] = [site(terminal, _rights_at(user, terminal), user, at) for terminal in served]
    return context


def _rights_at(user: Any, terminal: Terminal) -> Any:
    def may(right: str) -> bool:
        """Whether the reader has the right at this terminal."""
        where = terminals_with(user, right)
        return where is None or terminal.pk in where

    return may
