"""What the terminal reports to customs: what was refused or waits long comes first."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, row_action, tones
from apps.common.words import word
from apps.customs.models import DutyReport
from apps.customs.services import duty
from apps.parties.actors import Actor
from terminal.errors import gettext_noop
from terminal.lifecycle import ReportStatus

RIGHT: Final = "customs.change_dutyreport"
_S = ReportStatus
FIRST = Case(
    When(status=_S.REFUSED.value, then=0),
    When(status=_S.WAITING.value, then=1),
    When(status=_S.SENT.value, then=2),
    When(status=_S.ACKNOWLEDGED.value, then=3),
    default=4,
)
ARRIVED: Final = (
    gettext_noop("Container"),
    gettext_noop("Size-type"),
    gettext_noop("Laden"),
    gettext_noop("Gross, kg"),
    gettext_noop("Seals"),
    gettext_noop("HS code"),
    gettext_noop("Papers"),
)
TALLIED: Final = (
    gettext_noop("Container"),
    gettext_noop("Result"),
    gettext_noop("Seals seen"),
    gettext_noop("Laden"),
    gettext_noop("Weighed, kg"),
    gettext_noop("Damages"),
    gettext_noop("Remark"),
)
DIFFERS: Final = (
    gettext_noop("Container"),
    gettext_noop("Difference"),
    gettext_noop("Listed"),
    gettext_noop("Found"),
)
UNANSWERED: Final = (_S.WAITING.value, _S.SENT.value, _S.REFUSED.value)


class OpenForFilter(admin.SimpleListFilter):
    """Reports customs has not acknowledged for so long."""

    title = _("not acknowledged for")
    parameter_name = "open_for"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("an hour")), ("4", _("four hours")), ("24", _("a day"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("1", "4", "24"):
            return queryset
        since = timezone.now() - timedelta(hours=int(self.value() or 0))
        return queryset.filter(status__in=UNANSWERED, made_at__lte=since)


@admin.register(DutyReport)
class DutyReportAdmin(Acting, ServiceOwned):
    """Arrival and tally reports, with what differs first."""

    list_display = (
        "number", "kind", "call", "revision", "differences", "shown_status", "age", "attempts", "made_at",
    )  # fmt: skip
    list_filter = (OpenForFilter, "kind", "status")
    search_fields = ("number__startswith", "call__number__startswith")
    list_select_related = ("terminal", "call")
    ordering = (FIRST.asc(), "made_at", "pk")
    readonly_fields = ("what_differs", "counts", "boxes")
    exclude = ("content",)
    actions = ("send_again", "make_again")

    @display(
        description=_("Status"),
        ordering="status",
        label=tones(_S, waiting="warning", sent="info", acknowledged="success", refused="danger"),
    )
    def shown_status(self, row: DutyReport) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("Open for"))
    def age(self, row: DutyReport) -> str:
        return timesince(row.made_at) if row.status in UNANSWERED else "–"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What differs before all else, the boxes last."""
        groups = super().get_fieldsets(request, obj)
        told = set(self.readonly_fields)
        rest = [(title, {"fields": _without(said["fields"], told)}) for title, said in groups]
        return [
            (_("Differences"), {"fields": ["what_differs", "counts"]}),
            *rest,
            (_("Containers"), {"fields": ["boxes"]}),
        ]

    @display(description=_("What differs"))
    def what_differs(self, row: DutyReport) -> str:
        return _table(
            DIFFERS,
            (
                (each["number"], word(each["what"]), _said(each["listed"]), _said(each["found"]))
                for each in row.content.get("differences", ())
            ),
        )

    @display(description=_("Counts"))
    def counts(self, row: DutyReport) -> str:
        told = row.content.get("counts") or {"listed": row.content["count"]}
        return ", ".join(f"{word(name)}: {count}" for name, count in told.items())

    @display(description=_("Containers"))
    def boxes(self, row: DutyReport) -> str:
        return _arrived(row.content) if row.kind == DutyReport.Kind.ARRIVAL else _tallied(row.content)

    @row_action(_("Send again"), right=RIGHT, when=lambda row: row.status in (_S.WAITING, _S.SENT))
    def send_again(self, row: DutyReport, *, by: Actor, at: datetime) -> None:
        duty.send_again(row, by=by, at=at)

    @row_action(_("Make again"), right=RIGHT, when=lambda row: row.status != _S.REPLACED)
    def make_again(self, row: DutyReport, *, by: Actor, at: datetime) -> None:
        duty.make_again(row, by=by, at=at)


def _without(fields: list[Any], told: set[str]) -> list[Any]:
    kept = [[name for name in ([each] if isinstance(each, str) else each) if name not in told] for each in fields]
    return [tuple(names) if len(names) > 1 else names[0] for names in kept if names]


def _arrived(content: dict[str, Any]) -> str:
    rows = (
        (
            each["number"], each["size_type"], _said(each["laden"]), _said(each["gross_kg"]), _said(each["seals"]),
            each["hs_code"], ", ".join(paper["value"] for paper in each["references"]),
        )
        for each in content["boxes"]
    )  # fmt: skip
    return _table(ARRIVED, rows)


def _tallied(content: dict[str, Any]) -> str:
    rows = (
        (
            each["number"], word(each["result"]), _said(each["seals_seen"]), _said(each["laden_seen"]),
            _said(each["gross_kg_seen"]), "; ".join(_damage(one) for one in each["damages"]), each["remark"],
        )
        for each in content["boxes"]
    )  # fmt: skip
    return _table(TALLIED, rows)


def _damage(told: dict[str, str]) -> str:
    return f"{word(told['side'])}: {word(told['harm'])} ({word(told['severity'])})"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return "–" if value is None else str(value)


def _table(heads: tuple[str, ...], rows: Any) -> SafeString | str:
    body = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in rows))
    if not body:
        return "–"
    head = format_html_join(
        "", '<th scope="col" class="px-2 py-1 text-left">{}</th>', ((gettext(each),) for each in heads)
    )
    return format_html(
        '<div class="overflow-x-auto"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>', head, body
    )


def _cells(row: Any) -> SafeString:
    return format_html_join("", '<td class="px-2 py-1">{}</td>', ((each,) for each in row))
