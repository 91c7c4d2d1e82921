"""Actions on rows: written once, offered in the list and on the row's own page, each one service call a row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.common.admin.asking import ask
from apps.common.admin.scope import terminals_with
from apps.common.locks import CrossedAnother, crossed
from apps.common.words import sentence
from terminal.errors import Refused

AT_ONCE = 500
"""Rows one submission may act on."""

Step = Callable[..., object]
Action = Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponse | None]


@dataclass(frozen=True)
class Act:
    """What ``row_action`` was told."""

    name: str
    label: Any
    right: str
    step: Step
    form: type[forms.Form] | None
    sure: Any
    when: Callable[[Any], bool] | None

    @property
    def asks(self) -> bool:
        """Whether there is a page between the button and the deed."""
        return self.form is not None or self.sure is not None

    @property
    def title(self) -> str:
        """The label without the dots that promise a question."""
        return str(self.label).rstrip(" …")

    def fits(self, row: Any) -> bool:
        """Whether the row's page offers it, as things stand."""
        return self.when is None or self.when(row)


class NotDone(SafeString):
    """What a row's method gives back where it did not do the thing, though what it looked at is kept: it says why."""


def row_action(
    label: Any,
    *,
    right: str,
    form: type[forms.Form] | None = None,
    sure: Any = None,
    when: Callable[[Any], bool] | None = None,
) -> Callable[[Step], Action]:
    """An action that does one thing to each chosen row: ``method(self, row, *, by, at, **answers)``.

    It stands in the list's menu and as a button on the row's page (name it in ``actions`` and put ``Acting`` before the
    page's base). ``right`` is asked of the signed-in user's role at each row's terminal. ``form`` asks for what the
    service needs to know first; a ``Question`` is told the rows. ``sure``: a sentence that must be confirmed, for what
    cannot be undone. ``when``: whether a row's page offers it as things stand; the service decides all the same. A
    refusal becomes a message with the row's name; the other rows go through. A text that the method gives back is
    shown, once: what is told at no other time. ``NotDone`` is shown as a refusal is, and does not count as done.
    """

    def wrap(step: Step) -> Action:
        act = Act(step.__name__, label, right, step, form, sure, when)

        def run(self: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
            return _carry_out(self, request, act, queryset, request.get_full_path())

        run.__name__ = step.__name__
        run.__doc__ = step.__doc__
        run.act = act  # type: ignore[attr-defined]
        run.right = right  # type: ignore[attr-defined]
        run.allowed_permissions = [f"do_{step.__name__}"]  # type: ignore[attr-defined]
        run.short_description = label  # type: ignore[attr-defined]
        return run

    return wrap


class Acting:
    """Mixin that offers each ``row_action`` to those whose roles include its right. Put it before the admin base."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("has_do_") and name.endswith("_permission"):
            action = getattr(type(self), name.removeprefix("has_do_").removesuffix("_permission"))
            return lambda request, obj=None: request.user.has_perm(action.right)
        raise AttributeError(name)

    def named(self, row: Any) -> str:
        """What a row is called where it is acted on."""
        return str(row)

    def acts(self, request: HttpRequest) -> list[Act]:
        """What the user may do here, in the order of ``actions``."""
        page: Any = self
        named: list[Any] = [getattr(type(self), name, None) for name in page.actions if isinstance(name, str)]
        every = [action.act for action in named if hasattr(action, "act")]
        return [act for act in every if request.user.has_perm(act.right)]

    def get_urls(self) -> Any:
        page: Any = self
        name = f"{page.model._meta.app_label}_{page.model._meta.model_name}_do"
        view = page.admin_site.admin_view(self.do_view)
        return [path("<path:object_id>/do/<slug:action>/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def do_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """One action on one row, from the row's own page."""
        page: Any = self
        act = next((act for act in self.acts(request) if act.name == action), None)
        if act is None:
            raise PermissionDenied
        if page.get_object(request, object_id) is None:
            raise Http404
        back = reverse(f"admin:{page.model._meta.app_label}_{page.model._meta.model_name}_change", args=[object_id])
        back = f"{back}?{request.GET.urlencode()}" if request.GET else back
        chosen = page.get_queryset(request).filter(pk=object_id)
        if request.method != "POST":
            rows = list(chosen)
            return _page(self, request, act, rows, ask(act.form, rows, _terminals(self, rows)), back)
        return _carry_out(self, request, act, chosen, back) or HttpResponseRedirect(back)

    def _offers(self, request: HttpRequest, act: Act, row: Any) -> bool:
        where, page = terminals_with(request.user, act.right), cast(Any, self)
        terminal = page.terminal_of(row)
        here = where is None or terminal is None or getattr(terminal, "pk", terminal) in where
        return here and act.fits(row)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """The row's page, with a button for everything the reader may do to the row now."""
        page: Any = self
        row = page.get_object(request, object_id) if object_id else None
        offered = [act for act in self.acts(request) if row is not None and self._offers(request, act, row)]
        name = f"admin:{page.model._meta.app_label}_{page.model._meta.model_name}_do"
        acts = [(act, reverse(name, args=[object_id, act.name])) for act in offered]
        context = {**(extra_context or {}), "acts": acts, "kept": request.GET.urlencode()}
        return super().changeform_view(request, object_id, form_url, context)  # type: ignore[misc]


def _carry_out(self: Any, request: HttpRequest, act: Act, chosen: QuerySet[Any], back: str) -> HttpResponse | None:
    rows = list(chosen[: AT_ONCE + 1])
    if len(rows) > AT_ONCE:
        self.message_user(request, _("Choose at most %(most)d rows at once.") % {"most": AT_ONCE}, messages.ERROR)
        return None
    if not rows:
        self.message_user(request, _("None of the chosen rows is here any more."), messages.WARNING)
        return None
    self.speak_site_time(rows[0])
    answered = not act.asks or "answered" in request.POST
    asked = ask(act.form, rows, _terminals(self, rows), *((request.POST, request.FILES) if answered else ()))
    if not answered or (act.form is not None and not asked.is_valid()):
        return _page(self, request, act, rows, asked, back)
    _each(self, request, act, rows, asked.cleaned_data if act.form else {})
    return None


def _terminals(self: Any, rows: list[Any]) -> set[Any]:
    return {getattr(terminal := self.terminal_of(row), "pk", terminal) for row in rows}


def _each(self: Any, request: HttpRequest, act: Act, rows: Iterable[Any], answers: dict[str, Any]) -> None:
    by, done = request.actor, []  # type: ignore[attr-defined]
    for row in rows:
        at: datetime = timezone.now()
        try:
            if getattr(terminal := self.terminal_of(row), "pk", None):
                by.require(act.right, terminal)
            told = act.step(self, row, by=by, at=at, **answers)
        except (Refused, OperationalError) as error:
            refusal = CrossedAnother() if crossed(error) else error
            if not isinstance(refusal, Refused):
                raise
            self.message_user(request, f"{self.named(row)}: {sentence(refusal.message, refusal.facts)}", messages.ERROR)
            continue
        if isinstance(told, NotDone):
            self.message_user(request, format_html("{}: {}", self.named(row), told), messages.ERROR)
        else:
            done.append(self.named(row))
            if isinstance(told, str):
                self.message_user(request, told, messages.WARNING)
    if done:
        told = ngettext("%(label)s – %(count)d done: %(rows)s", "%(label)s – %(count)d done: %(rows)s", len(done))
        facts = {"label": act.title, "count": len(done), "rows": _named(done)}
        self.message_user(request, told % facts, messages.SUCCESS)


def _named(done: list[str], most: int = 10) -> str:
    return ", ".join(done[:most]) + (" …" if len(done) > most else "")


def _page(self: Any, request: HttpRequest, act: Act, rows: list[Any], asked: forms.Form, back: str) -> HttpResponse:
    context = {
        **self.admin_site.each_context(request),
        "title": act.title,
        "sure": act.sure,
        "rows": rows,
        "names": [self.named(row) for row in rows],
        "form": asked,
        "action": act.name,
        "opts": self.model._meta,
        "selected": helpers.ACTION_CHECKBOX_NAME,
        "back": back,
    }
    return TemplateResponse(request, "common/ask.html", context)
