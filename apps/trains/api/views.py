"""The timetable: every program that may read sees the same trains of its terminal."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.calls.models import Call
from apps.parties.api.authentication import Caller, HasScope
from apps.trains.api import serializers
from apps.trains.selectors import timetable


class TrainsView(APIView):
    """Trains of the terminal."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="list_trains",
        tags=["trains"],
        parameters=[serializers.TrainQuery],
        responses=serializers.TrainPage,
    )
    def get(self, request: Request) -> Response:
        """The terminal's trains with their times, the latest announced first. What they carry is not told."""
        asked = serializers.TrainQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        page, caller = asked.validated_data, cast(Caller, request.user)
        found = list(_wanted(timetable(caller.terminal), page)[: page["limit"] + 1])
        shown = found[: page["limit"]]
        following = shown[-1].public_id if len(found) > len(shown) else None
        return Response(serializers.TrainPage({"results": shown, "next": following}).data)


def _wanted(trains: QuerySet[Call], page: dict[str, Any]) -> QuerySet[Call]:
    exact = {name: page[name] for name in ("phase", "number") if name in page}
    trains = trains.filter(**exact)
    return trains.filter(public_id__lt=page["cursor"]) if "cursor" in page else trains
