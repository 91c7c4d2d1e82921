"""How often a program may ask."""

import time
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.parties.api.authentication import Caller
from apps.parties.metering import Standing, meter

if TYPE_CHECKING:
    from rest_framework.views import APIView


class CredentialRate(BaseThrottle):
    """So many requests a minute as the credential has, else as the site gives each; people are not counted."""

    standing: Standing | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        who: Any = request.user
        if not isinstance(who, Caller):
            return True
        self.standing = standing_of(request._request, who)
        return self.standing is None or self.standing.allowed

    def wait(self) -> float | None:
        """Until the next minute begins."""
        return self.standing.resets_in if self.standing else None


def standing_of(request: Any, who: Caller) -> Standing | None:
    """Count a request, once, and say how its credential stands; ``None``: there is no limit for it."""
    limit = settings.API_REQUESTS_PER_MINUTE if who.per_minute is None else who.per_minute
    if not limit:
        return None
    counted: Standing | None = request.META.get("landbridge.standing")
    request.standing = counted or meter().ask(who.name, limit, time.time())
    return cast(Standing, request.standing)
