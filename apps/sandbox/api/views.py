"""What is played in the caller's sandbox."""

from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.parties.api.authentication import HasScope, caller_of
from apps.sandbox.api.serializers import SandboxOut
from apps.sandbox.models import Stage
from apps.sandbox.selectors import Programme, programme
from terminal.errors import Refused, gettext_noop

EXAMPLE: Final = {
    "day": 12,
    "minute": 6.5,
    "clock": "2026-11-25T13:06:00Z",
    "began_at": "2026-11-26T09:30:00Z",
    "ends_at": "2026-11-26T10:30:00Z",
    "boxes": [
        {
            "name": "smooth",
            "container": "LSBU0012014",
            "story": "comes by train, is released at once (green), leaves by truck",
        }
    ],
    "cues": [
        {
            "minute": 7.0,
            "at": "2026-11-26T09:37:00Z",
            "about": "smooth",
            "container": "LSBU0012014",
            "told": "the green channel: assessed, paid and released at once",
            "played": False,
        }
    ],
}


class NotASandbox(Refused):
    """The credential is one of a terminal in earnest."""

    kind = "absent"
    message = gettext_noop("Nothing is played here: this is no sandbox.")


class DayNotBegun(Refused):
    """The sandbox slept while nobody asked; this request wakes it."""

    kind = "absent"
    message = gettext_noop(
        "The sandbox slept while nobody asked. Your request wakes it: its day begins within half a minute; ask again."
    )


class SandboxView(APIView):
    """The sandbox the credential belongs to."""

    permission_classes = [HasScope]
    required_scope = "read"
    may_be_absent = True

    @extend_schema(
        operation_id="read_sandbox",
        tags=["sandbox"],
        responses=SandboxOut,
        examples=[OpenApiExample("A day", value=EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """What happens in this hour: the containers of the day, and what is done with them at which minute.

        404 `not-a-sandbox` at a terminal in earnest, 404 `day-not-begun` until the first day has begun.
        """
        terminal = caller_of(request).terminal
        stage = Stage.objects.filter(terminal=terminal).select_related("terminal").first()
        if stage is None or not terminal.sandbox:
            raise NotASandbox
        now = programme(stage, timezone.now())
        if now is None:
            raise DayNotBegun
        return Response(SandboxOut(_told(now)).data)


def _told(now: Programme) -> dict[str, Any]:
    boxes = [{"name": box.name, "container": number, "story": box.story} for box, number in now.cast]
    cues = [
        {
            "minute": each.cue.minute,
            "at": each.at,
            "about": each.cue.about,
            "container": each.container,
            "told": each.cue.told,
            "played": each.played,
        }
        for each in now.cues
    ]
    facts = {"day": now.stage.day, "minute": now.minute, "clock": now.clock}
    return {**facts, "began_at": now.began_at, "ends_at": now.ends_at, "boxes": boxes, "cues": cues}
