"""Lists given as sheets: between the button and the deed stands the sheet, read and shown."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

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
from terminal.errors import Refused


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


class Sheets:
    """Mixin for a row's page: ``sheets`` names, by action, what is given as a sheet before the action is done.

    The action itself is a ``row_action`` with ``TakeInForm``. Put it before ``Acting``.
    """

    sheets: ClassVar[Mapping[str, SheetKind]]
    sheet_right: ClassVar[str]

    def get_urls(self) -> Any:
        page: Any = self
        return [
            *(path(kind.file_name, self._view(page, kind), name=self._pattern(kind)) for kind in self.sheets.values()),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def _view(self, page: Any, kind: SheetKind) -> Any:
        return page.admin_site.admin_view(lambda request: self.pattern_view(request, kind))

    def _pattern(self, kind: SheetKind) -> str:
        page: Any = self
        return f"{page.model._meta.app_label}_{kind.file_name.partition('.')[0]}_pattern"

    def get_actions(self, request: HttpRequest) -> Any:
        """A sheet is about one row: not offered in the list."""
        offered = super().get_actions(request)  # type: ignore[misc]
        return {name: action for name, action in offered.items() if name not in self.sheets}

    def pattern_view(self, request: HttpRequest, kind: SheetKind) -> HttpResponse:
        """A sheet to fill in, with lines that show how."""
        if not request.user.has_perm(self.sheet_right):
            raise PermissionDenied
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{kind.file_name}"'
        csv.writer(answer).writerows([kind.columns, *kind.lines])
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
            "pattern": reverse(f"admin:{self._pattern(kind)}"),
            "back": reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk]),
            "before": kind.before(row),
        }
