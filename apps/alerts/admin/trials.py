"""The page on which a rule's lines are tried on the last 90 days before it is switched on with them."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.widgets import INPUT_CLASSES

from apps.alerts import selectors, services
from apps.alerts.models import Rule
from apps.alerts.services import LINES
from apps.common.words import sentence
from terminal.errors import Refused
from terminal.metrics import BY_PLACE


class LinesForm(forms.ModelForm[Rule]):
    """The lines of a rule, and the version of it they were shown for."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Rule
        fields = LINES

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.widget.attrs["class"] = " ".join(INPUT_CLASSES)
        for name in self._without_meaning():
            del self.fields[name]

    def _without_meaning(self) -> list[str]:
        """A figure of the day has no line but its rated figure; of parts, zones and offices are forecast."""
        if self.instance.is_flow:
            return [name for name in LINES if name != "capacity"]
        unforeseen = self.instance.part_id and self.instance.metric not in BY_PLACE
        return ["within_hours"] if unforeseen else []

    def _post_clean(self) -> None:
        """What is wrong with the lines is said by the service, which looks at the whole rule."""


class Trying:
    """Mixin of the rule's page: its back-test."""

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.try_view)
        return [path("<path:object_id>/back-test/", view, name="alerts_rule_try"), *super().get_urls()]  # type: ignore[misc]

    def try_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Plays the lines of the form over the past; with ``watch`` a POST switches the rule on with them."""
        page: Any = self
        rule: Rule | None = page.get_object(request, object_id)
        if rule is None:
            raise Http404
        if not page.has_view_permission(request, rule):
            raise PermissionDenied
        said = request.POST if request.method == "POST" else request.GET
        form = LinesForm(said or None, instance=rule, initial={"seen": rule.version})
        lines = _lines(form, rule)
        if "watch" in request.POST and lines is not None:
            if not page.has_change_permission(request, rule):
                raise PermissionDenied
            if _switch_on(page, request, rule, lines, form.cleaned_data["seen"]):
                return HttpResponseRedirect(reverse("admin:alerts_rule_change", args=[rule.pk]))
        return TemplateResponse(request, "alerts/trial.html", _shown(page, request, rule, form, lines))


def _lines(form: LinesForm, rule: Rule) -> dict[str, Any] | None:
    if not form.is_bound:
        return {name: getattr(rule, name) for name in LINES}
    return {name: form.cleaned_data.get(name, getattr(rule, name)) for name in LINES} if form.is_valid() else None


def _switch_on(page: Any, request: HttpRequest, rule: Rule, lines: dict[str, Any], seen: int) -> bool:
    try:
        services.set_lines(rule, lines, version=seen, by=cast(Any, request).actor, at=timezone.now())
    except Refused as refusal:
        page.message_user(request, sentence(refusal.message, refusal.facts), messages.ERROR)
        return False
    page.message_user(request, _("“%(rule)s” is watched with these lines.") % {"rule": rule}, messages.SUCCESS)
    return True


def _shown(
    page: Any, request: HttpRequest, rule: Rule, form: LinesForm, lines: dict[str, Any] | None
) -> dict[str, Any]:
    trial, why_not = None, ""
    if lines is not None:
        try:
            trial = selectors.back_test(services.with_lines(rule, lines), timezone.now())
        except Refused as refusal:
            why_not = sentence(refusal.message, refusal.facts)
    return {
        **page.admin_site.each_context(request),
        "title": _("Back-test: %(rule)s") % {"rule": rule},
        "opts": Rule._meta,
        "rule": rule,
        "form": form,
        "trial": trial,
        "why_not": why_not,
        "plot": services.plot_of_trial(trial) if trial else "",
        "latest": list(reversed(trial.episodes))[:20] if trial else [],
        "may_change": page.has_change_permission(request, rule),
        "back": reverse("admin:alerts_rule_change", args=[rule.pk]),
    }
