"""Lists given as sheets: between the button and the deed stands the sheet, read and shown."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy

from apps.common.admin.asking import ask
from apps.common.attachments import keep
from apps.common.models import Attachment
from apps.common.sheets import SheetRefused
from apps.common.words import sentence
from apps.common.xlsx import MEDIA_TYPE, workbook_of
from terminal.errors import Refused

ENDINGS: Final = {"csv": "pattern", "xlsx": "workbook"}
"""The forms in which there is a sheet to fill in, and what the address of each is called."""


class SheetForm(forms.Form):
    """A list as a sheet."""

    sheet = forms.FileField(label=gettext_lazy("Sheet (CSV or XLSX)"))


class TakeInForm(forms.Form):
    """A sheet that was kept and read."""

    sheet = forms.UUIDField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class SheetKind:
    """One list a row's page takes. ``tell`` reads a kept sheet for the page: what stands in the template's preview.

    ``title`` names the row as ``%(row)s``; ``lines`` are those of the sheet to fill in; ``before`` says when such a
    list came last, if one did.
    """

    title: Any
    help: Any
    columns: Sequence[str]
    lines: Sequence[Sequence[Any]]
    template: str
    file_name: str
    tell: Callable[[Any, Attachment], dict[str, Any]]
    before: Callable[[Any], Any]

    @property
    def name(self) -> str:
        """What its file is called, without an ending."""
        return self.file_name.partition(".")[0]


class Sheets:
    """Mixin for a row's page: ``sheets`` names, by action, what is given as a sheet before the action is done.

    The action itself is a ``row_action`` with ``TakeInForm``. Put it before ``Acting``.
    """

    sheets: ClassVar[Mapping[str, SheetKind]]
    sheet_right: ClassVar[str]

    def get_urls(self) -> Any:
        page: Any = self
        patterns = [
            path(f"{kind.name}.{ending}", self._view(page, kind, ending), name=self._pattern(kind, ending))
            for kind in self.sheets.values()
            for ending in ENDINGS
        ]
        return [*patterns, *super().get_urls()]  # type: ignore[misc]

    def _view(self, page: Any, kind: SheetKind, ending: str) -> Any:
        return page.admin_site.admin_view(lambda request: self.pattern_view(request, kind, ending))

    def _pattern(self, kind: SheetKind, ending: str) -> str:
        page: Any = self
        return f"{page.model._meta.app_label}_{kind.name}_{ENDINGS[ending]}"

    def get_actions(self, request: HttpRequest) -> Any:
        """A sheet is about one row: not offered in the list."""
        offered = super().get_actions(request)  # type: ignore[misc]
        return {name: action for name, action in offered.items() if name not in self.sheets}

    def pattern_view(self, request: HttpRequest, kind: SheetKind, ending: str = "csv") -> HttpResponse:
        """A sheet to fill in, with lines that show how."""
        if not request.user.has_perm(self.sheet_right):
            raise PermissionDenied
        rows = [kind.columns, *kind.lines]
        answer = _as_workbook(rows) if ending == "xlsx" else _as_csv(rows)
        answer["Content-Disposition"] = f'attachment; filename="{kind.name}.{ending}"'
        return answer

    def do_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """A sheet is asked for and shown; one that was shown is taken in as every other action is done."""
        kind = self.sheets.get(action)
        if kind is None or (request.method == "POST" and "answered" in request.POST):
            return super().do_view(request, object_id, action)  # type: ignore[misc, no-any-return]
        row = self._row(request, object_id)
        asked = ask(SheetForm, [row], set(), *((request.POST, request.FILES) if request.method == "POST" else ()))
        told = self._told(request, kind, row, asked) if asked.is_valid() else {}
        return TemplateResponse(request, kind.template, {**self._context(request, action, row, asked), **told})

    def _row(self, request: HttpRequest, object_id: str) -> Any:
        page: Any = self
        row = page.get_object(request, object_id)
        if row is None:
            raise Http404
        try:
            request.actor.require(self.sheet_right, page.terminal_of(row))  # type: ignore[attr-defined]
        except Refused as refusal:
            raise PermissionDenied from refusal
        return row

    def _told(self, request: HttpRequest, kind: SheetKind, row: Any, asked: Any) -> dict[str, Any]:
        """What the sheet says, or what is wrong with it. It is kept with the row in any case."""
        page: Any = self
        given = asked.cleaned_data["sheet"]
        name = str(getattr(given, "name", "") or kind.file_name)
        by = request.actor  # type: ignore[attr-defined]
        try:
            kept = keep(given, name=name, by=by, terminal=page.terminal_of(row), subject=row)
            return {"kept": kept, **kind.tell(row, kept)}
        except SheetRefused as refusal:
            return {"faults": refusal.faults}
        except Refused as refusal:
            asked.add_error("sheet", sentence(refusal.message, refusal.facts))
            return {}

    def _context(self, request: HttpRequest, action: str, row: Any, asked: Any) -> dict[str, Any]:
        page: Any = self
        opts, kind = page.model._meta, self.sheets[action]
        return {
            **page.admin_site.each_context(request),
            "title": kind.title % {"row": row},
            "help": kind.help,
            "form": asked,
            "action": action,
            "opts": opts,
            "columns": kind.columns,
            "patterns": {ending.upper(): reverse(f"admin:{self._pattern(kind, ending)}") for ending in ENDINGS},
            "back": reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk]),
            "before": kind.before(row),
        }


def _as_csv(rows: Sequence[Sequence[Any]]) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    csv.writer(answer).writerows(rows)
    return answer


def _as_workbook(rows: Sequence[Sequence[Any]]) -> HttpResponse:
    return HttpResponse(workbook_of(rows), content_type=MEDIA_TYPE)
