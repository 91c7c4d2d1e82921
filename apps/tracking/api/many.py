"""A thousand containers in one question.

# Note [A question by POST]
A thousand numbers are 23 kB of an address, and servers and proxies end at 8. So the question is a body. It changes
nothing and may be asked again as often as one likes: an ``Idempotency-Key`` has nothing to guard here.
"""

from typing import Any, Final

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import checked
from apps.common.api.problems import problem, refused
from apps.parties.api.authentication import HasScope, caller_of
from apps.tracking.api.serializers import TrackingAnswer, TrackingQuestion
from apps.tracking.api.views import EXAMPLE as EVENTS
from apps.tracking.selectors import BEGINNING, Answer, Place, answers_for, question_about_all

ASKED: Final = ["CSQU3054383", "TCLU5088040", "MSKU1234567"]
STANDS: Final = {
    "id": "0195a3c4-7a10-7e55-b0a5-3c1d9e8f7a03",
    "container": "CSQU3054383",
    "size_type": "22G1",
    "state": "active",
    "position": "in_yard",
    "laden": True,
    "destination": "KZALA",
    "advised_at": "2026-04-28T01:00:00Z",
    "arrived_at": "2026-05-02T03:20:00Z",
    "departed_at": None,
}
NOT_FOUND: Final = {
    "type": "/problems#not-found",
    "title": "Not found",
    "status": 404,
    "detail": "There is no such container, or it is not yours to see.",
    "code": "not-found",
}
WRONG_DIGIT: Final = {
    "type": "/problems#wrong-check-digit",
    "title": "Wrong check digit",
    "status": 422,
    "detail": "The check digit of MSKU1234567 is 7, but its other characters give 5: one of them is wrong, or the "
    "check digit is.",
    "code": "wrong-check-digit",
    "number": "MSKU1234567",
    "expected": "5",
    "found": "7",
}
NOTHING: Final[dict[str, Any]] = {"known": False, "visit": None, "events": []}
EXAMPLES: Final = [
    OpenApiExample("three containers", {"containers": ASKED}, request_only=True),
    OpenApiExample(
        "three answers",
        {
            "containers": [
                {
                    "container": ASKED[0],
                    "known": True,
                    "visit": STANDS,
                    "events": EVENTS.value["events"],
                    "problem": None,
                },
                {"container": ASKED[1], **NOTHING, "problem": NOT_FOUND},
                {"container": ASKED[2], **NOTHING, "problem": WRONG_DIGIT},
            ],
            "cursor": "TXq0mT2mHd1OMTIzNDUuNjc4OTA",
            "more": False,
        },
        response_only=True,
    ),
]


class Tracking(APIView):
    """What happened to many containers."""

    permission_classes = [HasScope]
    required_scope = "read"
    reads_only = True

    @extend_schema(
        operation_id="track_containers",
        summary="Read what happened to up to 1,000 containers",
        description=(
            "An answer for each number, in the order asked: how its latest visit stands, and what happened, as "
            "`GET containers/{number}/events/` tells it. One `cursor` stands for all: ask again with it and the same "
            "numbers, and you miss nothing and read nothing twice. A container in which you have no part is answered "
            "as one never seen; a wrong number with what is wrong with it. `limit` is of all events together; where "
            "there are more, `more` says so. This only asks: no Idempotency-Key is needed."
        ),
        request=TrackingQuestion,
        responses={200: TrackingAnswer},
        examples=EXAMPLES,
        tags=["containers"],
    )
    def post(self, request: Request) -> Response:
        asked, caller = checked(TrackingQuestion, request.data), caller_of(request)
        question = question_about_all(asked["containers"], party=caller.party, terminal=caller.terminal)
        found = answers_for(
            asked["containers"],
            party=caller.party,
            terminal=caller.terminal,
            at=clock.now(),
            after=Place.read(asked["cursor"], question) if "cursor" in asked else BEGINNING,
            limit=asked["limit"],
        )
        told = [_told(each) for each in found.containers]
        return Response({"containers": told, "cursor": found.place.cursor(question), "more": found.more})


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "container": answer.asked,
        "known": answer.known,
        "visit": answer.visit,
        "events": answer.events,
        "problem": _why_not(answer),
    }


def _why_not(answer: Answer) -> dict[str, Any] | None:
    if answer.known:
        return None
    if answer.wrong is not None:
        return refused(answer.wrong)[1]
    return problem(404, "not-found", _("There is no such container, or it is not yours to see."))
