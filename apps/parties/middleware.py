"""Pages in the reader's own language and time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from apps.parties.actors import Actor
from apps.parties.models import User


class PersonalSettings:
    """Activate the signed-in user's language and zone, and say who acts (``request.actor``), for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            return self.get_response(request)
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        request.LANGUAGE_CODE = user.language
        request.actor = Actor.person(user)  # type: ignore[attr-defined]
        with translation.override(user.language), timezone.override(ZoneInfo(user.zone_name)):
            return self.get_response(request)
