"""Pages on which something is entered that has no row yet: a truck, a closure of the gate, a bonded entry."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from apps.common.admin.asking import ask
from apps.common.words import sentence
from apps.network.serving import offered
from terminal.errors import Refused


class Entering:
    """Mixin: a new row is made by a service. Put it before the admin base.

    ``entering``: the form, with a field ``terminal``; ``entering_right``: the right it takes there.
    """

    entering: type[forms.Form]
    entering_right: str
    entering_title: Any

    def enter(self, request: HttpRequest, form: Any) -> tuple[Model, Any]:
        """The row that was made, and what to say of it."""
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(self.entering_right))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form, and the row it becomes."""
        page: Any = self
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self._form(request)
        if request.method == "POST" and form.is_valid() and (made := _made(form, lambda: self.enter(request, form))):
            row, told = made
            page.message_user(request, told, messages.SUCCESS)
            return HttpResponseRedirect(reverse(_address(page, "change"), args=[row.pk]))
        context = {
            **page.admin_site.each_context(request),
            "title": self.entering_title,
            "form": form,
            "opts": page.model._meta,
            "back": reverse(_address(page, "changelist")),
        }
        return TemplateResponse(request, "common/enter.html", context)

    def _form(self, request: HttpRequest) -> Any:
        rows = offered(request, self.entering_right)
        given = (request.POST, request.FILES) if request.method == "POST" else ()
        form: Any = ask(self.entering, [], {row.pk for row in rows}, *given)
        form.fields["terminal"].queryset = rows
        return form


def _address(page: Any, what: str) -> str:
    return f"admin:{page.model._meta.app_label}_{page.model._meta.model_name}_{what}"


def _made(form: Any, act: Callable[[], tuple[Model, Any]]) -> tuple[Model, Any] | None:
    """What was made; None when it was refused, and then the form says why."""
    try:
        return act()
    except Refused as refusal:
        form.add_error(None, sentence(refusal.message, refusal.facts))
        return None
