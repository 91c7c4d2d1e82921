"""At which of the terminals they serve a page's reader looks, and which one a form is about."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
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


def offered(request: HttpRequest, right: str) -> QuerySet[Terminal]:
    """The terminals a form offers to a reader who has the right there, in the order of their numbers.

    Times are read and shown in the zone of the one that was chosen, else of the first, from here on: call it before
    the form's answers are read.
    """
    where = terminals_with(request.user, right)
    terminals = Terminal.objects.order_by("pk")
    terminals = terminals if where is None else terminals.filter(pk__in=where)
    zones = {str(each.pk): each.zone for each in terminals}
    if zones:
        timezone.activate(zones.get(request.POST.get("terminal", ""), next(iter(zones.values()))))
    return terminals
