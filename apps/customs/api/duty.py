"""Where customs' own systems fetch what the terminal reports to them; see docs/customs-messages.md."""

from typing import Any, Final, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.asking import checked
from apps.customs.api.authority import IsAuthority, SignedByAuthority, SpeakingAuthority
from apps.customs.models import DutyReport
from apps.customs.selectors.reports import unanswered_reports
from apps.customs.services import duty

MOST: Final = 50
A_NUMBER: Final = {"type": "string", "pattern": "^[A-Za-z0-9/-]*$", "maxLength": 20}


class FetchReports(serializers.Serializer[Any]):
    """From where on."""

    after = serializers.CharField(max_length=20, required=False, default="")


class ReportOut(serializers.Serializer[Any]):
    """A report of the terminal's."""

    report = serializers.CharField(help_text=_("Its number; the same each time it is sent or fetched."))
    kind = serializers.ChoiceField(choices=DutyReport.Kind.choices)
    revision = serializers.IntegerField()
    replaces = serializers.CharField(allow_null=True, help_text=_("The number of the report that this one corrects."))
    made_at = serializers.DateTimeField()
    content = serializers.JSONField(help_text=_("By its kind; see docs/customs-messages.md."))


class ReportsOut(serializers.Serializer[Any]):
    """Reports in the order in which they were made."""

    results = ReportOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("Give it as `after`: more reports wait."))


EXAMPLE = OpenApiExample(
    "one tally report",
    {
        "results": [
            {
                "report": "CR-2026-000005",
                "kind": "tally",
                "revision": 1,
                "replaces": None,
                "made_at": "2026-05-01T09:40:00+00:00",
                "content": {
                    "schema": "1.0",
                    "call": {
                        "terminal": "CNLYG",
                        "mode": "rail",
                        "number": "X9013",
                        "name": "",
                        "imo": "",
                        "from": "KZALA",
                        "arrived_at": "2026-05-01T02:15:00+00:00",
                    },
                    "counts": {
                        "listed": 1, "found": 0, "as_listed": 0, "short": 1, "remains_on_board": 0, "over": 0,
                    },
                    "differences": [
                        {"number": "CSQU3054383", "what": "not_found", "listed": True, "found": False},
                    ],
                    "boxes": [
                        {
                            "number": "CSQU3054383", "result": "short", "found_at": None, "seals_seen": [],
                            "laden_seen": None, "gross_kg_seen": None, "damages": [], "remark": "",
                        },
                    ],
                },
            }
        ],
        "next": None,
    },
    response_only=True,
    status_codes=["200"],
)  # fmt: skip


class AuthorityReportsView(APIView):
    """Reports to customs, for its systems."""

    authentication_classes = [SignedByAuthority]
    permission_classes = [IsAuthority]

    @extend_schema(
        operation_id="fetch_authority_reports",
        tags=["customs"],
        parameters=[
            OpenApiParameter("after", A_NUMBER, description=_("The number of the last report fetched before."))
        ],
        responses={200: ReportsOut},
        examples=[EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """Fetch the reports customs has not answered, the first made first, 50 at most; they count as sent then.

        Signed as a message with an empty body. 422 `no-such-report` for an `after` that is no report.
        """
        authority = cast(SpeakingAuthority, request.user).authority
        after = checked(FetchReports, request.query_params)["after"]
        found = unanswered_reports(authority.terminal, after=after, most=MOST + 1)
        told = duty.hand_out(found[:MOST], authority, timezone.now())
        following = told[-1]["report"] if len(found) > MOST else None
        return Response({"results": told, "next": following})
