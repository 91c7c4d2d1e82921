"""Interchanges as they came and went, and what became of them."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action, tones
from apps.edi import services
from apps.edi.admin.telling import deed_said, said
from apps.edi.models import Interchange
from apps.parties.actors import Actor
from terminal.edifact.exchange import Fate
from terminal.edifact.showing import shown_segments
from terminal.throughput import Direction

SEND = "edi.send_interchange"


@admin.register(Interchange)
class InterchangeAdmin(Acting, ServiceOwned):
    """The newest first."""

    list_display = (
        "at", "partner", "direction", "types_said", "reference", "shown_fate", "why", "door", "shown_answer",
    )  # fmt: skip
    list_filter = ("direction", "fate", "acknowledged", "door", "partner", "terminal")
    list_select_related = ("partner", "terminal", "original", "answer_to")
    search_fields = ("reference__exact", "original__name__startswith", "digest__startswith")
    search_help_text = gettext_lazy("a control reference, the beginning of a file's name or of a checksum")
    actions = ("send_again",)
    fields = (
        ("partner", "fate"),
        ("reference", "types_said"),
        ("direction", "door"),
        ("at", "by"),
        ("original_file", "is_test"),
        ("put_at", "times"),
        ("shown_answer", "answers_it"),
        "report",
        "text",
    )
    readonly_fields = (
        "types_said", "original_file", "shown_answer", "answers_it", "report", "text",
    )  # fmt: skip

    @display(
        description=gettext_lazy("What became of it"),
        ordering="fate",
        label=tones(Fate, taken="success", refused="danger", written="info"),
    )
    def shown_fate(self, row: Interchange) -> tuple[str, str]:
        return row.fate, row.get_fate_display()

    @admin.display(description=gettext_lazy("messages"))
    def types_said(self, row: Interchange) -> str:
        return ", ".join(row.types) or "–"

    @admin.display(description=gettext_lazy("why"))
    def why(self, row: Interchange) -> str:
        return row.fault["code"] if row.fault else ""

    @admin.display(description=gettext_lazy("the partner's answer"))
    def shown_answer(self, row: Interchange) -> str:
        if row.acknowledged is None:
            return "–"
        return "✓" if row.acknowledged else f"✗ {row.objection}"

    @admin.display(description=gettext_lazy("file"))
    def original_file(self, row: Interchange) -> SafeString | str:
        kept = row.original
        if kept is None:
            return "–"
        return format_html(
            '<a class="text-primary-600 font-medium" href="{}">{}</a> · SHA-256 {}',
            reverse("attachment", args=[kept.public_id]), kept.name, kept.sha256[:16],
        )  # fmt: skip

    @admin.display(description=gettext_lazy("answer to / answers"))
    def answers_it(self, row: Interchange) -> SafeString | str:
        if row.answer_to is not None:
            return linked(row.answer_to)
        answers = [linked(each, f"{', '.join(each.types)} {each.reference}") for each in row.answers.order_by("pk")]
        return mark_safe(" · ".join(answers)) if answers else "–"

    @admin.display(description=gettext_lazy("report"))
    def report(self, row: Interchange) -> SafeString | str:
        if row.direction == Direction.OUT:
            return "–"
        messages = [
            {**each, "deeds": [deed_said(deed) for deed in each["done"]], "undone": _placed(each["left"])}
            for each in row.messages
        ]
        fault = _placed([row.fault])[0] if row.fault else None
        context = {"fault": fault, "warnings": _placed(row.warnings), "messages": messages}
        return SafeString(render_to_string("edi/report.html", context))

    @admin.display(description=gettext_lazy("as it came"))
    def text(self, row: Interchange) -> SafeString | str:
        if row.original is None:
            return "–"
        with row.original.file.open("rb") as file:
            segments = shown_segments(file.read(), row.partner.profile)
        wrong = row.fault["segment"] if row.fault else 0
        return SafeString(render_to_string("edi/text.html", {"segments": segments, "wrong": wrong}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields

    @row_action(gettext_lazy("Send again"), right=SEND, when=lambda row: row.direction == Direction.OUT)
    def send_again(self, row: Interchange, *, by: Actor, at: datetime) -> None:
        services.send_again(row, by=by, at=at)


def _placed(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**each, "said": said(each)} for each in told]
