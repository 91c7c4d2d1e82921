"""How a program proves for whom it acts: an API key, an OAuth2 access token, or a staff session."""

import hashlib
import re
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from oauth2_provider.models import get_access_token_model
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from apps.common import clock
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.api.keys import read_key
from apps.parties.models import OWNERS_ONLY, Party, PartyKey, User
from apps.parties.rows import own_rows

if TYPE_CHECKING:
    from rest_framework.views import APIView

REALM: Final = 'Bearer realm="landbridge"'
CLOCK: Final = "Landbridge-Clock"
"""The head of an answer that says what the clock of the caller's sandbox shows."""

KEY: Final = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}")
"""The form of an API key: the prefix it is found by, and its secret."""


@dataclass(frozen=True)
class Caller:
    """Who calls the API: a party's program at one terminal with its scopes. Stands in ``request.user``."""

    actor: Actor
    party: Party
    terminal: Terminal
    scopes: frozenset[str]
    name: str
    per_minute: int | None = None

    is_authenticated = True
    is_active = True

    @property
    def pk(self) -> str:
        """A stable name of the program, unique among callers."""
        return self.name

    @property
    def whose(self) -> str:
        """Whose rows it reads: programs of a party at a terminal read the same."""
        return f"{self.terminal.pk} {self.party.pk}"


def caller_of(request: Request) -> Caller:
    """The program that asks, where ``HasScope`` lets nobody else in."""
    return cast(Caller, request.user)


def actor_of(request: Request) -> Actor:
    """Who works: a person, or the terminal's own machine or system by its credential."""
    who: Any = request.user
    return Actor.itself(f"machine:{who.name}") if isinstance(who, Caller) else Actor.person(who)


def _caller(party: Party | None, terminal: Terminal | None, scopes: str, name: str, per_minute: int | None) -> Caller:
    if party is None or terminal is None or not party.active or not terminal.active:
        raise AuthenticationFailed(_("This credential belongs to no active party."))
    granted = frozenset(scopes.split()) - (frozenset() if party.kind == Party.Kind.OWNER else OWNERS_ONLY)
    return Caller(Actor.program(party, name), party, terminal, granted, name, per_minute)


def _enter(request: Request, caller: Caller) -> None:
    """What holds until the request ends: by which clock it goes, and whose rows it sees."""
    reading: ExitStack | None = getattr(request, "reading", None)
    if reading is not None and caller.terminal.sandbox:
        reading.enter_context(clock.going_by(caller.terminal.time_at))
    _see_own_rows_only(request, caller)


# Note [What changes something sees all]
# A service that books, checks what others booked; so only what reads is bound to the party's rows. A view that reads by
# POST says `reads_only`. Owners of the terminal are its own systems, which work with everybody's boxes.
def _see_own_rows_only(request: Request, caller: Caller) -> None:
    """Until the request ends the database shows what is the party's, if the request only reads."""
    view: Any = (request.parser_context or {}).get("view")
    reads = request.method in SAFE_METHODS or getattr(view, "reads_only", False)
    reading: ExitStack | None = getattr(request, "reading", None)
    if reads and reading is not None and caller.party.kind != Party.Kind.OWNER:
        reading.enter_context(own_rows(caller.party.pk))


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Api-Key <key>``, for the simplest clients."""

    keyword = "api-key"

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        word, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if word.lower() != self.keyword:
            return None
        found = _party_key(key)
        if found is None:
            raise AuthenticationFailed(_("This API key is not known or has run out."))
        caller = caller_with(found)
        _enter(request, caller)
        return caller, found

    def authenticate_header(self, request: Request) -> str:
        return REALM


def caller_with(key: PartyKey) -> Caller:
    """Who calls with a key that was proved. Raises ``AuthenticationFailed`` where its party is not active."""
    return _caller(key.party, key.terminal, key.scopes, f"key:{key.prefix}", key.per_minute)


def _party_key(key: str) -> PartyKey | None:
    found = read_key(key.partition(".")[0]) if KEY.fullmatch(key) else None
    return found if found is not None and proves(found, key) else None


def proves(found: PartyKey, key: str) -> bool:
    """Whether the key said is the one found by its prefix, and has not run out."""
    return not found.has_expired and found.is_valid(key)


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <token>`` from OAuth2 client credentials (``POST /oauth/token/``)."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        word, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if word.lower() != "bearer":
            return None
        found = _access_token(token)
        if found is None:
            raise AuthenticationFailed(_("This access token is not known or has run out."))
        client = found.application
        scopes = " ".join(set(found.scope.split()) & set(client.scopes.split()))
        if client.ends_at is not None and client.ends_at <= timezone.now():
            raise AuthenticationFailed(_("This client has ended."))
        name = f"client:{client.client_id}"
        caller = _caller(client.party, client.terminal, scopes, name, client.per_minute)
        _enter(request, caller)
        return caller, found

    def authenticate_header(self, request: Request) -> str:
        return REALM


def _access_token(token: str) -> Any:
    """The token's row by its checksum, which is the column with the index; ``None`` when unknown or run out."""
    checksum = hashlib.sha256(token.encode()).hexdigest()
    known = get_access_token_model().objects.select_related("application__party", "application__terminal")
    return known.filter(token_checksum=checksum, expires__gt=timezone.now(), application__isnull=False).first()


class StaffSessionAuthentication(SessionAuthentication):
    """A person signed in to the admin, so that managers may read figures in the browser."""

    def authenticate_header(self, request: Request) -> str:
        return REALM


class HasScope(BasePermission):
    """A party's program needs the scope the view names (``required_scope``); a person needs ``required_right``.

    A view without ``required_right`` is not for people: staff work in the admin.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        who: Any = request.user
        if isinstance(who, Caller):
            scope = getattr(view, "required_scope", "read")
            self.message = _("This takes the scope “%(scope)s”, which the credential does not have.") % {"scope": scope}
            return scope in who.scopes
        right = getattr(view, "required_right", None)
        return isinstance(who, User) and right is not None and who.has_perm(right)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names the API key."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Api-Key <key>`"}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names the access token."""

    target_class = BearerAuthentication
    name = "oauth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        scopes = settings.OAUTH2_PROVIDER["SCOPES"]
        return {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/oauth/token/", "scopes": scopes}}}


class StaffSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names the staff session."""

    target_class = StaffSessionAuthentication
    name = "staffSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
