"""What a party's own programs asked of the API."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.asking import NextCursor, PageQuery, asked_for, page_of
from apps.common.api.fields import TextField
from apps.parties.api.authentication import HasScope, caller_of
from apps.parties.models import ApiAccess

ONE = {
    "id": "01a21890-6c1e-7b0e-9b1c-52d0a1c0f001",
    "at": "2026-05-04T01:12:09.125000Z",
    "credential": "key:ifg7CJGg",
    "method": "GET",
    "path": "/api/v1/containers/CSQU3054383/events/",
    "status": 200,
    "took_ms": 14,
    "address": "203.0.113.7",
}


class AccessOut(serializers.Serializer[ApiAccess]):
    """One request. ``credential``: ``key:`` and the key's prefix, or ``client:`` and its id."""

    id = serializers.UUIDField(source="public_id")
    at = serializers.DateTimeField()
    credential = serializers.CharField()
    method = serializers.CharField()
    path = serializers.CharField()
    status = serializers.IntegerField()
    took_ms = serializers.IntegerField()
    address = serializers.IPAddressField(allow_null=True)


class AccessPage(serializers.Serializer[Any]):
    """The newest first. ``next`` is the cursor of the following page, null on the last."""

    results = AccessOut(many=True)
    next = NextCursor()


class AccessQuery(PageQuery):
    """Which page of which requests. ``refused``: only those answered with 400 or above."""

    credential = TextField(required=False, max_length=160)
    refused = serializers.BooleanField(default=False)


class AccessLogView(APIView):
    """What your programs asked."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="list_accesses",
        tags=["access"],
        parameters=[AccessQuery],
        responses=AccessPage,
        examples=[OpenApiExample("A page", value={"results": [ONE], "next": None}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """Requests of every credential of yours at this terminal, the newest first, a few seconds after."""
        asked, caller = asked_for(AccessQuery, request), caller_of(request)
        own = ApiAccess.objects.filter(party=caller.party, terminal=caller.terminal)
        if "credential" in asked:
            own = own.filter(credential=asked["credential"])
        if asked["refused"]:
            own = own.filter(status__gte=400)
        return Response(AccessPage(page_of(own, asked, request)).data)
