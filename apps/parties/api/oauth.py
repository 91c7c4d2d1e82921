"""``POST /oauth/token/``: client credentials and nothing else, with the scopes the client was given and no more."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views import TokenView
from oauthlib.oauth2 import BackendApplicationServer  # type: ignore[import-untyped]

MOST_BYTES = 16 * 1024


class ClientScopes(BaseScopes):
    """What a client may ask for stands on the client; asking for nothing gives all of it."""

    def get_all_scopes(self) -> dict[str, str]:
        provider: Any = settings.OAUTH2_PROVIDER
        return dict(provider["SCOPES"])

    def get_available_scopes(self, application: Any = None, request: Any = None, *_: Any, **__: Any) -> list[str]:
        known = self.get_all_scopes()
        return [scope for scope in getattr(application, "scopes", "").split() if scope in known]

    def get_default_scopes(self, application: Any = None, request: Any = None, *_: Any, **__: Any) -> list[str]:
        return self.get_available_scopes(application, request)


class ClientCredentialsServer(BackendApplicationServer):
    """Knows one grant. Codes, passwords, devices and refresh tokens are answered ``unsupported_grant_type``."""

    def __init__(self, request_validator: Any, **kwargs: Any) -> None:
        kwargs.pop("pre_configured_scopes", None)
        super().__init__(request_validator, **kwargs)


@method_decorator(csrf_exempt, name="dispatch")
class Token(TokenView):
    """An access token for a client's id and secret, in Basic authentication or in the form. Errors as RFC 6749 §5.2."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _readable(request):
            return HttpResponse(json.dumps({"error": "invalid_request"}), status=400, content_type="application/json")
        answer: HttpResponse = self.authorization_flow_token_response(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer


def _readable(request: HttpRequest) -> bool:
    """A form of sensible size in UTF-8 without NUL bytes, which no client needs and the database refuses."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return False
    return not any("\0" in value for _name, values in request.POST.lists() for value in values)
