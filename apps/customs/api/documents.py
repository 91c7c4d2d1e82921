"""The papers of a declaration: added, listed, handed out to who declares."""

from base64 import b64decode
from io import BytesIO
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import checked, location
from apps.common.api.idempotency import Idempotent
from apps.common.attachments import NoSuchFile
from apps.customs import services
from apps.customs.api import examples, incoming, serializers
from apps.customs.api.asking import TAGS, own
from apps.parties.api.authentication import HasScope, caller_of
from apps.warehouse.api.orders import AnyFile
from terminal.customs.goods import DocumentKind


class DocumentsView(Idempotent):
    """The papers of a declaration of yours. Reading takes the scope ``read``, adding ``declare``."""

    permission_classes = [HasScope]

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "declare" if self.request.method == "POST" else "read"

    @extend_schema(operation_id="list_declaration_documents", tags=TAGS, responses=serializers.DocumentList)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The papers of a declaration of yours."""
        rows = own(request, public_id).documents.all()
        return Response(serializers.DocumentList({"results": rows}).data)

    @extend_schema(
        operation_id="add_declaration_document",
        tags=TAGS,
        request=incoming.AddDocument,
        parameters=[location("Where the file is.")],
        responses={201: serializers.DocumentOut},
        examples=[examples.DOCUMENT],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Add a paper until the declaration is decided; what kind of file it is, its bytes say."""
        declaration, said = own(request, public_id), checked(incoming.AddDocument, request.data)
        added = services.add_document(
            declaration,
            BytesIO(b64decode(said["content"])),
            name=said["name"],
            kind=DocumentKind(said["kind"]),
            number=said["number"],
            by=caller_of(request).actor,
            at=clock.now(),
        )
        where = reverse("declaration-document", args=[declaration.public_id, added.public_id])
        return Response(serializers.DocumentOut(added).data, status=201, headers={"Location": where})


class DocumentView(APIView):
    """One paper of a declaration of yours."""

    permission_classes = [HasScope]
    required_scope = "read"
    content_negotiation_class = AnyFile

    @extend_schema(
        operation_id="read_declaration_document",
        tags=TAGS,
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, public_id: UUID, document: UUID) -> HttpResponse:
        """The file, as it came."""
        found = own(request, public_id).documents.filter(public_id=document).select_related("file").first()
        if found is None:
            raise NoSuchFile
        with found.file.file.open("rb") as kept:
            answer = HttpResponse(kept.read(), content_type="application/octet-stream")
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.file.name)
        answer["X-Content-Type-Options"] = "nosniff"
        return answer
