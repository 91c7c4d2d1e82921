"""What a party's systems report of its boxes elsewhere, up to a thousand at once."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import checked
from apps.common.api.fields import (
    ContainerNumberField,
    MomentField,
    OneOfField,
    StrictSerializer,
    TextField,
    UnLocodeField,
)
from apps.common.api.idempotency import Idempotent
from apps.common.api.rows import NotPlain, Wrong, read_rows, require_all, wrong
from apps.common.api.schema import Problem
from apps.parties.api.authentication import HasScope, caller_of
from apps.tracking.services import FIELDS, Outcome, take_reports
from terminal.events import Classifier
from terminal.identifiers import require_container_number, require_un_locode
from terminal.progress import Progress, Report
from terminal.throughput import Mode

MOST_AT_ONCE: Final = 1000
AT: Final = "/reports"


class ReportIn(StrictSerializer):
    """What happened, is planned or is expected with a box of yours elsewhere."""

    reference = TextField(max_length=100, help_text=_("Your own name for this report: the same twice is one report."))
    container = ContainerNumberField()
    what = OneOfField([each.value for each in Progress])
    happened_at = MomentField()
    classifier = OneOfField([each.value for each in Classifier], required=False, default=Classifier.ACTUAL.value)
    place = UnLocodeField(required=False)
    mode = OneOfField([each.value for each in Mode], required=False)
    carrier = TextField(max_length=60, required=False, help_text=_("The train, ship or truck."))
    note = TextField(max_length=200, required=False)


class ReportsIn(StrictSerializer):
    """Up to 1,000 reports. With ``all_or_none`` a refused one stops them all."""

    reports = ReportIn(many=True, min_length=1, max_length=MOST_AT_ONCE)  # type: ignore[call-arg]
    all_or_none = serializers.BooleanField(required=False, default=False)


class UnreadRows(serializers.ListField):
    """Rows as they came."""

    def run_child_validation(self, data: Any) -> Any:
        return data


class RowsOnly(ReportsIn):
    """The same without a look into the rows, which are read one by one."""

    reports = UnreadRows(min_length=1, max_length=MOST_AT_ONCE)  # type: ignore[assignment]


class ReportedRowOut(serializers.Serializer[Any]):
    """What became of one report: the event it became, new or known before, or the problem with it."""

    row = serializers.IntegerField(help_text=_("Which of the reports, from 0."))
    status = serializers.ChoiceField(["recorded", "known", "refused"])
    event = serializers.UUIDField(allow_null=True)
    problem = Problem(allow_null=True)


class ReportedOut(serializers.Serializer[Any]):
    """How many became what, and an answer for each, in the order sent."""

    recorded = serializers.IntegerField()
    known = serializers.IntegerField()
    refused = serializers.IntegerField()
    rows = ReportedRowOut(many=True)


Upto60 = Annotated[str, msgspec.Meta(max_length=60)]
Upto200 = Annotated[str, msgspec.Meta(max_length=200)]


class QuickReport(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The form of ``ReportIn`` that is read quickly: see Note [Quick for what is right]."""

    reference: Annotated[str, msgspec.Meta(max_length=100)]
    container: str
    what: Progress
    happened_at: Annotated[datetime, msgspec.Meta(tz=True)]
    classifier: Classifier = Classifier.ACTUAL
    place: str | msgspec.UnsetType = msgspec.UNSET
    mode: Mode | msgspec.UnsetType = msgspec.UNSET
    carrier: Upto60 | msgspec.UnsetType = msgspec.UNSET
    note: Upto200 | msgspec.UnsetType = msgspec.UNSET


ONE: Final = {
    "reference": "KTZE-2026-118-4",
    "container": "CSQU3054383",
    "what": "border-crossed",
    "happened_at": "2026-05-02T03:20:00Z",
    "place": "KZHOR",
    "mode": "rail",
    "carrier": "X9014",
}
NOT_YOURS: Final = {
    "type": "/problems#not-found",
    "title": "Not found",
    "status": 404,
    "detail": "There is no such container, or it is not yours to see.",
    "code": "not-found",
    "errors": [
        {
            "pointer": "/reports/1/container",
            "detail": "There is no such container, or it is not yours to see.",
            "code": "not-found",
        }
    ],
}
EVENT: Final = "0195a3c4-7a10-7c3e-9f53-0d6a2b7b1f01"
EXAMPLES: Final = [
    OpenApiExample(
        "two reports",
        {"reports": [ONE, {**ONE, "reference": "KTZE-2026-118-5", "container": "TCLU5088040"}]},
        request_only=True,
    ),
    OpenApiExample(
        "one of them recorded",
        {
            "recorded": 1,
            "known": 0,
            "refused": 1,
            "rows": [
                {"row": 0, "status": "recorded", "event": EVENT, "problem": None},
                {"row": 1, "status": "refused", "event": None, "problem": NOT_YOURS},
            ],
        },
        response_only=True,
    ),
]


class Reports(Idempotent, APIView):
    """Reports of boxes elsewhere."""

    permission_classes = [HasScope]
    required_scope = "advise"

    @extend_schema(
        operation_id="report_progress",
        summary="Report what happened to containers elsewhere, up to 1,000 at once",
        description=(
            "Of containers in which you have a part now. What you report is kept as your word (`authority` is "
            "`reported`, `as` your part), told to the parties of the visit as `progress-reported`, and moves no box. "
            "Each report is answered by itself, in the order sent: a refused one says in `problem` why and where, and "
            "does not stop the others, unless `all_or_none` is true (then 422 `rows-refused`). A report whose "
            "`reference` is known is not written again; another one under the same reference is refused. A container "
            "in which you have no part is answered as one never seen."
        ),
        request=ReportsIn,
        responses={200: ReportedOut},
        examples=EXAMPLES,
        tags=["containers"],
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        caller, at = caller_of(request), clock.now()
        sent = checked(RowsOnly, request.data)
        read = read_rows(sent["reports"], AT, QuickReport, _quick, _slow)
        right = [(n, each) for n, each in enumerate(read) if isinstance(each, Report)]
        taken = take_reports(
            [each for _n, each in right], party=caller.party, terminal=caller.terminal, by=caller.actor, at=at
        )
        became = {n: outcome for (n, _each), outcome in zip(right, taken, strict=True)}
        rows = [_answer(n, became.get(n, each)) for n, each in enumerate(read)]
        if sent["all_or_none"]:
            require_all(rows)
        return Response({**_counted(rows), "rows": rows})


def _quick(row: QuickReport) -> Report:
    return Report(
        reference=_one_line(row.reference),
        container=require_container_number(row.container),
        what=row.what,
        happened_at=row.happened_at.astimezone(UTC),
        classifier=row.classifier,
        place="" if row.place is msgspec.UNSET else require_un_locode(row.place),
        mode=row.mode or None,
        carrier="" if row.carrier is msgspec.UNSET else _one_line(row.carrier),
        note="" if row.note is msgspec.UNSET else _one_line(row.note),
    )


def _one_line(text: str) -> str:
    """A text in which there is nothing to look at twice: printed letters, the first of them no space."""
    if not text.isprintable() or text[:1] in ("", " "):
        raise NotPlain
    return text.rstrip()


def _slow(row: Any) -> Report:
    said = ReportIn(data=row)
    said.is_valid(raise_exception=True)
    values = said.validated_data
    mode = values.pop("mode", None)
    what, classifier = Progress(values.pop("what")), Classifier(values.pop("classifier"))
    return Report(**values, what=what, classifier=classifier, mode=Mode(mode) if mode else None)


def _answer(n: int, became: Any) -> dict[str, Any]:
    if isinstance(became, Outcome) and became.refusal is not None:
        became = wrong(became.refusal, f"{AT}/{n}/{FIELDS[type(became.refusal)]}")
    if isinstance(became, Wrong):
        return {"row": n, "status": "refused", "event": None, "problem": became.problem}
    return {"row": n, "status": "recorded" if became.new else "known", "event": became.entry, "problem": None}


def _counted(rows: list[dict[str, Any]]) -> dict[str, int]:
    statuses = [row["status"] for row in rows]
    return {status: statuses.count(status) for status in ("recorded", "known", "refused")}
