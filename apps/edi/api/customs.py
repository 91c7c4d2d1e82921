"""Where customs' own systems hand in interchanges: signed like their messages, see docs/customs-messages.md."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.customs.api.authority import IsAuthority, SignedByAuthority, SpeakingAuthority
from apps.edi import services
from apps.edi.api import examples
from apps.edi.api.parsers import EdifactParser
from apps.edi.api.serializers import InterchangeOut
from apps.edi.api.views import EDIFACT, refused_as
from apps.edi.models import Interchange
from apps.edi.selectors import partner_of_authority
from apps.parties.actors import Actor
from terminal.edifact.exchange import Door, Fate


class InterchangeReply(serializers.Serializer[Any]):
    """An answer, as it was written."""

    types = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()


class AuthorityInterchangeOut(InterchangeOut):
    """An interchange of customs' with what became of it, and the answers themselves."""

    replies = InterchangeReply(many=True)


class AuthorityInterchangesView(APIView):
    """Interchanges of customs' systems."""

    authentication_classes = [SignedByAuthority]
    permission_classes = [IsAuthority]
    parser_classes = [EdifactParser]

    @extend_schema(
        operation_id="hand_in_authority_interchange",
        tags=["customs"],
        request={EDIFACT: OpenApiTypes.STR},
        responses={200: AuthorityInterchangeOut, 201: AuthorityInterchangeOut},
        examples=[examples.A_DECISION, examples.HEARD],
    )
    def post(self, request: Request) -> Response:
        """Take an interchange with decisions (CUSRES) of customs' own system, signed like its messages, up to 64 KiB.

        201, or 200 where it came before; 422 or 409 `interchange-refused` as for parties. `replies`: CONTRL and APERAK.
        """
        authority = cast(SpeakingAuthority, request.user).authority
        data = request.data if isinstance(request.data, bytes) else b""
        taken = services.take(
            data,
            partner=partner_of_authority(authority, data),
            door=Door.API,
            by=Actor.itself(f"authority {authority.code}"),
            at=clock.now(),
        )
        rows = Interchange.objects.select_related("partner", "original").prefetch_related("answers__original")
        row = rows.get(pk=taken.interchange.pk)
        told = {**InterchangeOut(row).data, "replies": _replies(row)}
        if row.fate == Fate.REFUSED:
            return refused_as(told, replies=told["replies"])
        return Response(told, status=200 if taken.known else 201)


def _replies(row: Interchange) -> list[dict[str, Any]]:
    found = []
    for each in sorted(row.answers.all(), key=lambda answer: answer.pk):
        if each.original is not None:
            with each.original.file.open("rb") as file:
                found.append({"types": each.types, "text": file.read().decode("utf-8", errors="replace")})
    return found
