"""Reading where one's declarations stand."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.asking import checked, page_of
from apps.customs.api import serializers
from apps.customs.selectors import declarations_of
from apps.parties.api.authentication import HasScope, caller_of


class DeclarationsView(APIView):
    """Your declarations."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="list_declarations",
        tags=["customs"],
        parameters=[serializers.DeclarationQuery],
        responses=serializers.DeclarationPage,
    )
    def get(self, request: Request) -> Response:
        """What you declared, or declared as a broker; the newest first."""
        asked, caller = checked(serializers.DeclarationQuery, request.query_params.dict()), caller_of(request)
        own = declarations_of(caller.party, caller.terminal)
        wanted = own.filter(status=asked["status"]) if "status" in asked else own
        return Response(serializers.DeclarationPage(page_of(wanted, asked)).data)
