"""The tracking feed of a container."""

from typing import cast

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import asked_for
from apps.common.api.schema import CONTAINER_NUMBER
from apps.common.cursors import Question
from apps.parties.api.authentication import Caller, HasScope
from apps.tracking.api.serializers import EventPage, PageQuery
from apps.tracking.selectors import BEGINNING, Place, events_of, question_about
from terminal.identifiers import require_container_number

EXAMPLE = OpenApiExample(
    "discharged",
    {
        "events": [
            {
                "id": "0195a3c4-7a10-7c3e-9f53-0d6a2b7b1f01",
                "lineage": "0195a3c4-7a10-7d02-8a11-5b0f6f0c2a02",
                "revision": 1,
                "kind": "container-discharged",
                "classifier": "actual",
                "happened_at": "2026-05-02T03:20:00Z",
                "recorded_at": "2026-05-02T03:20:04Z",
                "authority": "own",
                "visit": "0195a3c4-7a10-7e55-b0a5-3c1d9e8f7a03",
                "details": {"mode": "rail", "size_type": "22G1", "teu": "1.00", "laden": True, "call": "X9014"},
            }
        ],
        "cursor": "TXq0mT2mHd1OMTIzNDUuNjc4OTA",
        "more": False,
    },
    response_only=True,
)


class ContainerEvents(APIView):
    """What happened to a container."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="container_events",
        summary="Read what happened to a container",
        description=(
            "Settled events of the visits in which you have a part, within the dates of your role, in an order that "
            "never changes: keep `cursor` and ask again with it, and you miss nothing and read nothing twice. A "
            "correction has the `lineage` of the event it replaces and the next `revision`; `retracted` takes it back."
        ),
        parameters=[CONTAINER_NUMBER, PageQuery],
        responses={200: EventPage},
        examples=[EXAMPLE],
        tags=["containers"],
    )
    def get(self, request: Request, number: str) -> Response:
        caller = cast(Caller, request.user)
        number = require_container_number(number)
        question = question_about(number, party=caller.party, terminal=caller.terminal)
        after, limit = _asked(request, question)
        page = events_of(
            number,
            party=caller.party,
            terminal=caller.terminal,
            at=clock.now(),
            after=after,
            limit=limit,
        )
        if page is None:
            raise NotFound
        return Response(page.document(question))


def _asked(request: Request, question: Question) -> tuple[Place, int]:
    if not request.GET:
        return BEGINNING, 100
    wanted = asked_for(PageQuery, request)
    cursor = wanted.get("cursor")
    return Place.read(cursor, question) if cursor else BEGINNING, wanted["limit"]
