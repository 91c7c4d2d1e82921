"""Interchanges of a party's own partners: handed in, listed, read, fetched."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import asked_for, location, page_of
from apps.common.api.conditional import Tagged
from apps.common.api.idempotency import Idempotent
from apps.common.api.problems import MEDIA_TYPE, problem
from apps.common.attachments import NoSuchFile
from apps.edi import services
from apps.edi.api import examples, serializers
from apps.edi.api.parsers import FORMS, InterchangeTooLong
from apps.edi.models import Interchange
from apps.edi.selectors import partner_of
from apps.parties.api.authentication import HasScope, caller_of
from apps.warehouse.api.orders import AnyFile
from terminal.edifact.exchange import Door, Fate

TAGS = ["edi"]
EDIFACT = "application/edifact"
REFUSED = "interchange-refused"
LOCATION = location("Where the interchange is.")


def own(request: Request) -> QuerySet[Interchange]:
    """All the caller may know of."""
    caller = caller_of(request)
    mine = Interchange.objects.filter(partner__party=caller.party, terminal=caller.terminal)
    return mine.select_related("partner", "original")


def own_one(request: Request, public_id: UUID) -> Interchange:
    """The caller's interchange; a stranger's is not there."""
    rows = own(request).prefetch_related("answers__partner")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


class InterchangesView(Idempotent):
    """EDIFACT with the terminal."""

    permission_classes = [HasScope]
    required_scope = "edi"
    parser_classes = FORMS

    @extend_schema(
        operation_id="list_interchanges",
        tags=TAGS,
        parameters=[serializers.InterchangeQuery],
        responses=serializers.InterchangePage,
        examples=[examples.A_PAGE],
    )
    def get(self, request: Request) -> Response:
        """Interchanges with you, both ways, the newest first."""
        asked = asked_for(serializers.InterchangeQuery, request)
        wanted = {name: asked[name] for name in ("direction", "fate") if name in asked}
        return Response(serializers.InterchangePage(page_of(own(request).filter(**wanted), asked, request)).data)

    @extend_schema(
        operation_id="hand_in_interchange",
        tags=TAGS,
        request={
            EDIFACT: OpenApiTypes.STR,
            "text/plain": OpenApiTypes.STR,
            "application/octet-stream": OpenApiTypes.BINARY,
            "multipart/form-data": serializers.InterchangeFile,
        },
        parameters=[LOCATION],
        responses={200: serializers.InterchangeOut, 201: serializers.InterchangeOut},
        examples=[*examples.HANDED_IN, examples.TAKEN],
    )
    def post(self, request: Request) -> Response:
        """Hand in an interchange: its bytes as the body, or as the `file` of a form.

        It is taken whole (201) or not at all: 422 `interchange-refused` says in `fault` where and why, 409 where it is
        the state of things; both carry `interchange`, under which it is kept with its answers. The same interchange
        again is answered as the first time (200).
        """
        caller = caller_of(request)
        name, data = _sent(request)
        taken = services.take(
            data,
            partner=partner_of(caller.party, caller.terminal, data),
            door=Door.API,
            by=caller.actor,
            at=clock.now(),
            name=name,
        )
        row = own_one(request, taken.interchange.public_id)
        if row.fate == Fate.REFUSED:
            return _refused(row)
        headers = {"Location": reverse("edi-interchange", args=[row.public_id])}
        status = 200 if taken.known else 201
        return Response(serializers.InterchangeOut(row).data, status=status, headers=headers)


class InterchangeView(Tagged):
    """One interchange with you."""

    permission_classes = [HasScope]
    required_scope = "edi"

    @extend_schema(
        operation_id="read_interchange",
        tags=TAGS,
        responses=serializers.InterchangeOut,
        examples=[examples.TAKEN],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """What became of an interchange, message by message, and its answers."""
        return Response(serializers.InterchangeOut(own_one(request, public_id)).data)


class OriginalView(APIView):
    """The bytes of an interchange."""

    permission_classes = [HasScope]
    required_scope = "edi"
    content_negotiation_class = AnyFile

    @extend_schema(operation_id="read_interchange_original", tags=TAGS, responses={(200, EDIFACT): OpenApiTypes.BINARY})
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """The interchange as it came or as it was written: an answer, or a report to you."""
        row = own_one(request, public_id)
        if row.original is None:
            raise NoSuchFile
        with row.original.file.open("rb") as file:
            answer = HttpResponse(file.read(), content_type=EDIFACT)
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=row.original.name)
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def _sent(request: Request) -> tuple[str, bytes]:
    """The name and bytes of what was sent."""
    if isinstance(request.data, bytes):
        return "", request.data
    file = request.data.get("file") if hasattr(request.data, "get") else None
    if file is None or isinstance(file, str):
        raise ValidationError({"file": "Send the interchange as the body, or as the file of a form."})
    if file.size > services.most_bytes():
        raise InterchangeTooLong
    return file.name, file.read()


def _refused(row: Interchange) -> Response:
    """The refusal with its place, and where it is kept."""
    response = refused_as(dict(serializers.InterchangeOut(row).data))
    response["Location"] = reverse("edi-interchange", args=[row.public_id])
    return response


def refused_as(document: dict[str, Any], **more: Any) -> Response:
    """The refusal with its place. It is answered, not raised: what came is kept with what became of it."""
    fault, said = document["fault"], {"interchange": document["id"], "answers": document["answers"], **more}
    status = 409 if fault["code"] in services.OF_STATE else 422
    response = Response(problem(status, REFUSED, fault["detail"], fault=fault, **said), status=status)
    response.content_type = MEDIA_TYPE
    return response
