"""What the site carries in a year, and what a change would do, for the terminal's managers and its owners' programs."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.asking import asked_for
from apps.common.api.idempotency import Idempotent
from apps.parties.actors import Actor
from apps.parties.api.authentication import Caller, HasScope
from apps.parties.api.terminals import TERMINAL, terminal_of
from apps.planning.api.asking import WhatIfOut, WhatIfQuestion, changes_of
from apps.planning.api.serializers import CapacityOut, CapacityQuestion
from apps.planning.selectors import Question, capacity
from apps.planning.services import what_if

RIGHT = "reports.view_dailythroughput"

EXAMPLE = OpenApiExample(
    "550,000 TEU a year",
    {
        "terminal": "cnlyg",
        "teu_per_year": "550000.00",
        "train_stay_hours": "9.00",
        "dwell_days": "3.00",
        "peak": "1.000",
        "measured_days": 90,
        "measured_from": "2026-02-03",
        "left_out_days": 0,
        "fits": False,
        "carries_teu_per_year": 410000,
        "resources": [
            {
                "resource": "railway",
                "unit": "trains/day",
                "needed": "13.68",
                "rated": "10.20",
                "utilisation": "1.3415",
                "fits": False,
                "carries_teu_per_year": 410000,
            }
        ],
        "remedies": [{"resource": "railway", "lever": "trains_a_day", "present": "10.20", "needed": "13.68"}],
    },
    response_only=True,
)


class CapacityView(APIView):
    """What saturates first."""

    permission_classes = [HasScope]
    required_scope = "figures"
    required_right = RIGHT

    @extend_schema(
        operation_id="capacity",
        summary="Ask what a year's traffic would need",
        description=(
            "Every resource of the site at a yearly volume, the fullest first, with the year each carries and what "
            "alone would make it fit. What is left out is as the site is rated. Average loads: a peak needs more; "
            "`busy` asks for a day that one in twenty exceeds."
        ),
        parameters=[CapacityQuestion, TERMINAL],
        responses={200: CapacityOut},
        examples=[EXAMPLE],
        tags=["figures"],
    )
    def get(self, request: Request) -> Response:
        asked = asked_for(CapacityQuestion, request)
        terminal = terminal_of(request, RIGHT)
        return Response(CapacityOut(capacity(terminal, Question(**asked), timezone.now())).data)


TRIED = [
    OpenApiExample(
        "a late train, a closed block and 200 boxes more",
        {
            "trains_late": [{"train": "X9014@2026-05-02", "hours": "6"}],
            "blocks_closed": ["A"],
            "more_boxes": [{"count": 200, "size_type": "42G1"}],
        },
        request_only=True,
    ),
    OpenApiExample(
        "the difference",
        {
            "terminal": "cnlyg",
            "at": "2026-05-02T03:20:00Z",
            "figures": [
                {
                    "figure": "yard_teu",
                    "before": "3912.00",
                    "after": "4312.00",
                    "by": "400.00",
                    "capacity": "4936.00",
                    "level_before": "warn",
                    "level_after": "raise",
                }
            ],
            "trains": [
                {
                    "id": "0196f0c2-6f3a-7c11-9a54-2f6f3f0d1a77",
                    "number": "X9014",
                    "planned_arrival_at": "2026-05-02T03:40:00Z",
                    "before": {"track": "T2", "fits": True, "waits_minutes": 0, "late_minutes": 0},
                    "after": {"track": "T4", "fits": True, "waits_minutes": 45, "late_minutes": 360},
                }
            ],
        },
        response_only=True,
    ),
]


class WhatIfView(Idempotent, APIView):
    """What a change would do."""

    permission_classes = [HasScope]
    required_scope = "figures"
    required_right = RIGHT

    @extend_schema(
        operation_id="what_if",
        summary="Ask what a change would do",
        description=(
            "The changes are made together by the terminal's own rules, every figure is read before and after, and "
            "all of it is rolled back: nothing is kept and nobody is told. One question at a time; ask again after "
            "`another-is-asked` or `site-is-busy`."
        ),
        request=WhatIfQuestion,
        parameters=[TERMINAL],
        responses={200: WhatIfOut},
        examples=TRIED,
        tags=["figures"],
    )
    def post(self, request: Request) -> Response:
        asked = WhatIfQuestion(data=request.data)
        asked.is_valid(raise_exception=True)
        terminal = terminal_of(request, RIGHT)
        who: Any = request.user
        by = Actor.itself("figures") if isinstance(who, Caller) else Actor.person(who)
        found = what_if(terminal, changes_of(asked.validated_data), by=by, at=timezone.now())
        return Response(WhatIfOut(found).data)
