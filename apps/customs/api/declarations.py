"""Declaring: a party's program, or its broker's, declares, reads where that stands, and changes drafts."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import asked_for, checked, location, page_of
from apps.common.api.conditional import IF_MATCH, versions_of
from apps.common.api.idempotency import Idempotent
from apps.customs import services
from apps.customs.api import examples, incoming, serializers
from apps.customs.api.asking import ETAG, TAGS, contents, own, told
from apps.customs.models import Declaration
from apps.customs.selectors.declarations import declarations_of, earlier_of
from apps.parties.api.authentication import Caller, HasScope, caller_of
from apps.parties.models import Party

LOCATION = location("Where the declaration is.")


class DeclarationsView(Idempotent):
    """Your declarations. Reading them takes the scope ``read``, declaring ``declare``."""

    permission_classes = [HasScope]

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "declare" if self.request.method == "POST" else "read"

    @extend_schema(
        operation_id="list_declarations",
        tags=TAGS,
        parameters=[serializers.DeclarationQuery],
        responses=serializers.DeclarationPage,
    )
    def get(self, request: Request) -> Response:
        """What you declared or had declared, and what you declare as a broker for who names you; the newest first."""
        asked, caller = asked_for(serializers.DeclarationQuery, request), caller_of(request)
        mine = declarations_of(caller.party, caller.terminal, clock.now())
        wanted = mine.filter(status=asked["status"]) if "status" in asked else mine
        return Response(serializers.DeclarationPage(page_of(wanted, asked, request)).data)

    @extend_schema(
        operation_id="declare",
        tags=TAGS,
        request=incoming.Declare,
        parameters=[LOCATION],
        responses={201: serializers.DeclarationDetailOut},
        examples=[examples.BOXES, examples.TRAIN, examples.BOND],
    )
    def post(self, request: Request) -> Response:
        """Begin a declaration, over containers of yours, lots in your stock, or a whole train; or hand it in at once.

        422 `wrong-hs-code`, `wrong-origin`, `wrong-currency`, `mixed-currencies` name the line and what would be right;
        409 `more-than-can-be-declared` says how many packages of a lot are left. Of a train it covers, when it is
        handed in, the containers of yours that are on it then; one that joins later needs its own. A broker names the
        `declarant`: 403 `not-its-broker` unless that party has named it.
        """
        caller, said = caller_of(request), checked(incoming.Declare, request.data)
        with transaction.atomic():
            declaration = _draft(caller, said)
            if said["submit"]:
                services.submit(declaration, by=caller.actor, at=clock.now())
            where = reverse("declaration", args=[declaration.public_id])
            return told(request, declaration, 201, Location=where)


def _draft(caller: Caller, said: dict[str, Any]) -> Declaration:
    declarant, broker = _parties(caller, said)
    read = contents(said, declarant, caller.terminal)
    if "ends" in said:
        read["earlier"] = earlier_of(declarant, caller.terminal, said["ends"])
    return services.draft(
        terminal=caller.terminal,
        declarant=declarant,
        broker=broker,
        by=caller.actor,
        at=clock.now(),
        **read,
    )


def _parties(caller: Caller, said: dict[str, Any]) -> tuple[Party, Party | None]:
    """Who declares, and by whom. A code that nobody has is answered as a party that did not name the caller."""
    code, broker = said.get("declarant", caller.party.code), said.get("broker")
    if code != caller.party.code:
        return _named(caller, code, caller.party.code), caller.party
    return caller.party, _broker(caller, broker) if broker else None


def _named(caller: Caller, code: str, broker: str) -> Party:
    party = Party.objects.filter(code=code, active=True).first()
    if party is None:
        raise services.NotItsBroker(party=code, broker=broker)
    services.require_named(caller.terminal, party, caller.party, clock.now())
    return party


def _broker(caller: Caller, code: str) -> Party:
    found = Party.objects.filter(code=code, kind=Party.Kind.BROKER, active=True).first()
    if found is None:
        raise services.NotItsBroker(party=caller.party.code, broker=code)
    return found


class DeclarationView(APIView):
    """One declaration of yours. Reading it takes the scope ``read``, changing a draft ``declare``."""

    permission_classes = [HasScope]
    conditional = True

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "declare" if self.request.method == "PATCH" else "read"

    @extend_schema(
        operation_id="read_declaration", tags=TAGS, parameters=[ETAG], responses=serializers.DeclarationDetailOut
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """A declaration with its lines, papers and amendments, whose turn it is, and how long each side has had it."""
        return told(request, own(request, public_id))

    @extend_schema(
        operation_id="change_declaration",
        tags=TAGS,
        request=incoming.ChangeDeclaration,
        parameters=[ETAG, IF_MATCH],
        responses={200: serializers.DeclarationDetailOut},
        examples=[examples.CHANGE],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Change a draft; `lines`, `containers` and `lots` are replaced whole. Refused as when declaring.

        409 `no-draft` once it was handed in: then it is amended. With `If-Match` it is changed only at that version,
        else 412 `changed-since`.
        """
        declaration, said = own(request, public_id), checked(incoming.ChangeDeclaration, request.data)
        change = services.DeclarationChange(**contents(said, declaration.declarant, declaration.terminal))
        by, versions = caller_of(request).actor, versions_of(request)
        services.update_draft(declaration, change, by=by, at=clock.now(), versions=versions)
        return told(request, declaration)
