"""How often a program may ask."""

import time
from typing import TYPE_CHECKING, Any

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
        limit = settings.API_REQUESTS_PER_MINUTE if who.per_minute is None else who.per_minute
        if not limit:
            return True
        self.standing = meter().ask(who.name, limit, time.time())
        request._request.standing = self.standing  # type: ignore[attr-defined]
        return self.standing.allowed

    def wait(self) -> float | None:
        """Until the next minute begins."""
        return self.standing.resets_in if self.standing else None
