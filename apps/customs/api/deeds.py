"""What is done with a declaration: it is handed in, taken back, amended, and customs' questions are answered."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common import clock
from apps.common.api.asking import checked
from apps.common.api.conditional import IF_MATCH, versions_of
from apps.common.api.idempotency import Idempotent
from apps.customs import services
from apps.customs.api import examples, incoming, serializers
from apps.customs.api.asking import TAGS, contents, own, told
from apps.parties.api.authentication import HasScope, caller_of


class Deed(Idempotent):
    """Something done with a declaration of yours."""

    permission_classes = [HasScope]
    required_scope = "declare"


class SubmitView(Deed):
    """Handing in."""

    @extend_schema(
        operation_id="submit_declaration",
        tags=TAGS,
        request=None,
        responses={200: serializers.DeclarationDetailOut},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Hand a draft in to customs. Of a train it covers the containers of yours that are on it now.

        409 `enters-twice`, `enters-free`, `enters-elsewhere`, `nothing-to-remove` for a lot that the regime cannot be
        about as it stands; `nothing-on-the-train`, `more-than-can-be-declared`.
        """
        declaration = own(request, public_id)
        services.submit(declaration, by=caller_of(request).actor, at=clock.now())
        return told(request, declaration)


class WithdrawView(Deed):
    """Taking back."""

    @extend_schema(
        operation_id="withdraw_declaration",
        tags=TAGS,
        request=incoming.WithdrawDeclaration,
        responses={200: serializers.DeclarationDetailOut},
        examples=[examples.WITHDRAWAL],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take a declaration back while nothing is decided."""
        declaration, said = own(request, public_id), checked(incoming.WithdrawDeclaration, request.data)
        services.withdraw(declaration, by=caller_of(request).actor, at=clock.now(), **said)
        return told(request, declaration)


class AnswerView(Deed):
    """Answering customs."""

    @extend_schema(
        operation_id="answer_query",
        tags=TAGS,
        request=incoming.AnswerQuery,
        responses={200: serializers.DeclarationDetailOut},
        examples=[examples.ANSWER],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Answer what customs asks (`asked.question`); its documents are then checked again. 409 `nothing-asked`."""
        declaration, said = own(request, public_id), checked(incoming.AnswerQuery, request.data)
        services.answer(declaration, by=caller_of(request).actor, at=clock.now(), **said)
        return told(request, declaration)


class AmendmentsView(Deed):
    """Putting a declaration right."""

    @extend_schema(
        operation_id="amend_declaration",
        tags=TAGS,
        request=incoming.AmendDeclaration,
        parameters=[IF_MATCH],
        responses={200: serializers.DeclarationDetailOut},
        examples=[examples.AMENDMENT],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Let a declaration say something else: at once until customs takes it up, then once customs accepts it.

        What was asked stands in `amendments`, as `asked` until it is `accepted` or `refused`, one at a time (409
        `amendment-under-way`), or `dropped` when the declaration is decided first. 409 `decided-already` for one that
        is released: declare anew what was left out. With `If-Match` only at that version, else 412 `changed-since`.
        """
        declaration, said = own(request, public_id), checked(incoming.AmendDeclaration, request.data)
        reason = said.pop("reason")
        change = services.DeclarationChange(**contents(said, declaration.declarant, declaration.terminal))
        by, versions = caller_of(request).actor, versions_of(request)
        services.amend(declaration, change, reason=reason, by=by, at=clock.now(), versions=versions)
        return told(request, declaration)
