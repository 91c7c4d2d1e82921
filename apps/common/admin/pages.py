"""The two kinds of page: rows that services own, shown well; and tables that the site's administrator edits."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.common.admin.scope import TerminalScoped

OUT_OF_SIGHT = ("source", "source_ref")
EMPTY: tuple[object, ...] = (None, "")


def linked(row: models.Model | None, text: Any = None) -> str:
    """The row's name as a link to its page; a dash for no row."""
    if row is None:
        return "–"
    to = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html(
        '<a class="text-primary-600 dark:text-primary-400 font-medium" href="{}">{}</a>', to, text or row
    )


class ServiceOwned(TerminalScoped):
    """Rows that only services change: nobody adds, edits or deletes them by hand, whatever their role.

    Without ``fieldsets`` of its own a page shows what there is to say (empty fields are left out), then the times two a
    line (a time that has not come is a dash), then where a reported row came from.
    """

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if self.fieldsets or self.fields or obj is None:
            return super().get_fieldsets(request, obj)
        names = [name for name in self.get_fields(request, obj) if isinstance(name, str)]
        times = [name for name in names if self._is_time(name)]
        main = [name for name in names if name not in times and self._says_something(obj, name)]
        source = [name for name in OUT_OF_SIGHT if name in names and self._says_something(obj, name)]
        groups: list[tuple[Any, Any]] = [(None, [name for name in main if name not in source])]
        groups += [(_("Times"), times), (_("Reported by"), source)]
        return [(title, {"fields": _in_pairs(fields)}) for title, fields in groups if fields]

    def _is_time(self, name: str) -> bool:
        field = next((each for each in self.model._meta.fields if each.name == name), None)
        return isinstance(field, models.DateField)

    def _says_something(self, obj: Any, name: str) -> bool:
        known = {each.name: each.attname for each in self.model._meta.fields}
        return name not in known or getattr(obj, known[name]) not in EMPTY


def _in_pairs(names: list[str]) -> list[Any]:
    return [tuple(names[n : n + 2]) if n + 1 < len(names) else names[n] for n in range(0, len(names), 2)]


class Configuration(TerminalScoped):
    """Tables the site's administrator edits."""
