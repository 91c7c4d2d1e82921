"""Reading where one's declarations stand."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.customs.api import serializers
from apps.customs.selectors import declarations_of
from apps.parties.api.authentication import Caller, HasScope


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
        asked = serializers.DeclarationQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        page, caller = asked.validated_data, cast(Caller, request.user)
        own = declarations_of(caller.party, caller.terminal).order_by("-public_id")
        if "status" in page:
            own = own.filter(status=page["status"])
        if "cursor" in page:
            own = own.filter(public_id__lt=page["cursor"])
        found = list(own[: page["limit"] + 1])
        shown = found[: page["limit"]]
        following = shown[-1].public_id if len(found) > len(shown) else None
        return Response(serializers.DeclarationPage({"results": shown, "next": following}).data)
