"""Sandboxes: how far their day has come, and who is let in."""

from datetime import datetime

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, row_action
from apps.parties.actors import Actor
from apps.sandbox import services
from apps.sandbox.models import Stage
from apps.sandbox.selectors import programme

RIGHT = "sandbox.change_stage"


class LetInForm(forms.Form):
    """Who gets in."""

    name = forms.CharField(label=gettext_lazy("Name of the integrator"), max_length=40)
    as_haulier = forms.BooleanField(label=gettext_lazy("As the haulier"), required=False)


@admin.register(Stage)
class StageAdmin(Acting, ServiceOwned):
    """Terminals that are played. They belong to no staff: whoever has the right at any terminal looks after them."""

    terminal_path = None
    list_display = ("terminal", "party", "day", "minute", "played", "shown_missed")
    list_select_related = ("terminal", "party")
    exclude = ("cast",)
    actions = ("let_in", "begin")

    @display(description=gettext_lazy("minute of its hour"))
    def minute(self, row: Stage) -> str:
        now = programme(row, timezone.now())
        return f"{now.minute:g}" if now is not None and now.minute <= 60 else "–"

    @display(description=gettext_lazy("cues missed"))
    def shown_missed(self, row: Stage) -> int:
        return len(row.missed)

    @row_action(gettext_lazy("Let in …"), right=RIGHT, form=LetInForm)
    def let_in(self, row: Stage, *, by: Actor, at: datetime, name: str, as_haulier: bool) -> str:
        told = services.let_in(row, name, at=at, as_haulier=as_haulier)
        said = _("API key %(key)s, client id %(id)s, secret %(secret)s – copy them now, they are not shown again.")
        return said % {"key": told.api_key, "id": told.client_id, "secret": told.client_secret}

    @row_action(gettext_lazy("Begin a new day"), right=RIGHT, sure=gettext_lazy("What is there now goes."))
    def begin(self, row: Stage, *, by: Actor, at: datetime) -> None:
        services.begin_day(row, at=at)
