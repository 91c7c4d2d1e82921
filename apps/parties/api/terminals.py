"""At which terminal a request asks."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from apps.network.models import Terminal
from apps.parties.actors import Actor, NotYours
from apps.parties.api.authentication import Caller

TERMINAL: Final = OpenApiParameter(
    "terminal",
    {"type": "string", "pattern": "^[A-Za-z0-9_-]*$", "maxLength": 20},
    description="Code; for people who serve several terminals.",
)


def terminal_of(request: Request, right: str) -> Terminal:
    """The one terminal of a key; for a person the one named, or the first where they have the right.

    Raises ``NotYours``, for a key, too, that names another terminal than its own.
    """
    who: Any = request.user
    code = request.query_params.get("terminal")
    if isinstance(who, Caller):
        if code in (None, "", who.terminal.code):
            return who.terminal
        raise NotYours(right=right, terminal=code)
    for terminal in Terminal.objects.filter(active=True).order_by("pk"):
        if code in (None, "", terminal.code) and Actor.person(who).may(right, terminal):
            return terminal
    raise NotYours(right=right, terminal=code or "—")
