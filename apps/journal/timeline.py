"""What happened to one thing, as a table under its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.common.words import label, word
from apps.journal.models import Entry
from terminal.events import Authority, Classifier

SHOWN = 200
"""The newest lines a page shows."""


@dataclass(frozen=True)
class Line:
    """One journal entry for a reader. ``overtaken``: a later revision corrected or retracted it."""

    at: datetime
    what: str
    who: str
    details: list[tuple[str, str]]
    classifier: str
    is_plan: bool
    overtaken: bool


def lines(entries: Iterable[Entry]) -> list[Line]:
    """The entries as lines of a timeline, in the active language."""
    known = list(entries)
    newest: dict[object, int] = {}
    for entry in known:
        newest[entry.lineage] = max(entry.revision, newest.get(entry.lineage, 0))
    return [_line(entry, entry.revision < newest[entry.lineage]) for entry in known]


def _line(entry: Entry, overtaken: bool) -> Line:
    return Line(
        at=entry.happened_at,
        what=entry.get_kind_display(),
        who=_who(entry),
        details=[(_(label(name)), _said(value)) for name, value in entry.payload.items() if _said(value)],
        classifier=entry.get_classifier_display(),
        is_plan=entry.classifier != Classifier.ACTUAL.value,
        overtaken=overtaken,
    )


def _who(entry: Entry) -> str:
    who = entry.actor.removeprefix("user:").removeprefix("party:")
    return f"{who} ← {entry.source}" if entry.authority != Authority.OWN.value and entry.source else who


def _said(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value)
    if isinstance(value, dict):
        if value.keys() == {"from", "to"}:
            return f"{_said(value['from']) or '–'} → {_said(value['to']) or '–'}"
        return ", ".join(f"{_(label(name))}: {_said(each)}" for name, each in value.items())
    return _moment(value) if isinstance(value, str) else str(value)


def _moment(text: str) -> str:
    try:
        at = parse_datetime(text) if "T" in text else None
    except ValueError:
        at = None
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at and timezone.is_aware(at) else word(text)


class Remembered:
    """Mixin for an admin page: what the journal remembers of the row stands under it. Put it before the admin base."""

    journal_by = "visit_id"
    """The journal's column that holds the row's number."""

    def happenings(self, row: Any) -> Iterable[Entry]:
        """The entries about the row, the newest first. Override for rows the journal knows by something else."""
        return Entry.objects.filter(**{self.journal_by: row.pk}).order_by("-happened_at", "-pk")[:SHOWN]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """The row's page with its timeline."""
        page: Any = self
        row = page.get_object(request, object_id) if object_id else None
        context = {**(extra_context or {}), "happenings": None if row is None else lines(self.happenings(row))}
        return super().changeform_view(request, object_id, form_url, context)  # type: ignore[misc]
