"""What every admin page here shares: rows owned by services are shown, not edited; actions make one service call."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from terminal.errors import Refused


class TerminalScoped(ModelAdmin):  # type: ignore[misc]
    """Shows only rows of the terminals the reader serves. ``terminal_path``: the lookup from row to terminal, or None."""

    terminal_path: str | None = "terminal"
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        user: Any = request.user
        if self.terminal_path is None or user.is_superuser:
            return rows
        served = user.memberships.in_force().filter(party=None).values("terminal")
        return rows.filter(**{f"{self.terminal_path}__in": served})


class ServiceOwned(TerminalScoped):
    """Rows that only services change: nobody adds, edits or deletes them by hand, whatever their role."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Configuration(TerminalScoped):
    """Tables the site's administrator edits."""


Step = Callable[..., object]


def row_action(
    label: Any, *, right: str, form: type[forms.Form] | None = None
) -> Callable[[Step], Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponse | None]]:
    """An admin action that does one thing to each chosen row: ``method(self, row, *, by, at, **answers)``.

    ``right`` is asked of the signed-in user, here to show the action and per row's terminal by the service. Who acts is
    ``request.actor``, set by ``apps.parties.middleware``. ``form``
    asks for what the service needs to know first. A refusal becomes a message with the row's name; the other rows go
    through.
    """

    def wrap(step: Step) -> Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponse | None]:
        def run(self: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
            answers: dict[str, Any] = {}
            if form is not None:
                asked = form(request.POST if "answered" in request.POST else None)
                if not asked.is_valid():
                    return _ask(self, request, queryset, asked, label, step.__name__)
                answers = asked.cleaned_data
            _each(self, request, queryset, step, answers)
            return None

        run.__name__ = step.__name__
        run.__doc__ = step.__doc__
        run.right = right  # type: ignore[attr-defined]
        run.allowed_permissions = [f"do_{step.__name__}"]  # type: ignore[attr-defined]
        run.short_description = label  # type: ignore[attr-defined]
        return run

    return wrap


class Acting:
    """Mixin that shows each ``row_action`` only to those whose roles include its right. Put it before the admin base."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("has_do_") and name.endswith("_permission"):
            action = getattr(type(self), name.removeprefix("has_do_").removesuffix("_permission"))
            return lambda request, obj=None: request.user.has_perm(action.right)
        raise AttributeError(name)


def _each(self: Any, request: HttpRequest, rows: QuerySet[Any], step: Step, answers: dict[str, Any]) -> None:
    by, done = request.actor, 0  # type: ignore[attr-defined]
    for row in rows:
        at: datetime = timezone.now()
        try:
            step(self, row, by=by, at=at, **answers)
        except Refused as refusal:
            self.message_user(request, f"{row}: {_(refusal.message) % refusal.facts}", messages.ERROR)
        else:
            done += 1
    if done:
        told = ngettext("%(count)d done.", "%(count)d done.", done) % {"count": done}
        self.message_user(request, told, messages.SUCCESS)


def _ask(
    self: Any, request: HttpRequest, rows: QuerySet[Model], asked: forms.Form, label: Any, action: str
) -> HttpResponse:
    context = {
        **self.admin_site.each_context(request),
        "title": label,
        "rows": rows,
        "form": asked,
        "action": action,
        "opts": self.model._meta,
        "selected": admin.helpers.ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "common/ask.html", context)
