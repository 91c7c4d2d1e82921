"""At which of the terminals they serve a page's reader looks."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from apps.common.admin import terminals_with
from apps.network.models import Terminal


def served(user: Any, *rights: str) -> list[Terminal]:
    """The active terminals at which the user has every one of the rights, in the order of their numbers."""
    terminals = Terminal.objects.filter(active=True).order_by("pk")
    for right in rights:
        where = terminals_with(user, right)
        terminals = terminals if where is None else terminals.filter(pk__in=where)
    return list(terminals)


def looked_at(request: HttpRequest, *rights: str) -> tuple[Terminal, list[Terminal]]:
    """The terminal a page is about, and all it could be about: the one named by ``?terminal=``, else the first.

    The page speaks its time from here on. Raises ``PermissionDenied`` where the reader has not all the rights.
    """
    able = served(request.user, *rights)
    code = request.GET.get("terminal")
    chosen = next((each for each in able if code in (None, "", each.code)), None)
    if chosen is None:
        raise PermissionDenied
    timezone.activate(chosen.zone)
    return chosen, able
