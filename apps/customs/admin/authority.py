"""Customs' own systems, and what they said: what was refused comes first."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, When
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, Configuration, Question, ServiceOwned, row_action, tones
from apps.customs.models import Authority, AuthorityMessage
from apps.customs.services import authority as services
from apps.parties.actors import Actor
from terminal.customs.word import MessageState

_S = MessageState
FIRST = Case(When(state=_S.REFUSED.value, then=0), When(state=_S.UNREADABLE.value, then=1), default=2).asc()


class SealedAddress(forms.URLField):
    """An address typed without its scheme is one of https."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told, assume_scheme="https")


class AuthorityForm(forms.ModelForm[Authority]):
    """A system without its secret: that is made here and shown once."""

    class Meta:
        model = Authority
        fields = ["terminal", "code", "name", "inbox_url", "active"]
        field_classes = {"inbox_url": SealedAddress}


class SecretForm(Question):
    """A new secret, to be noted down before it is taken: it is not shown again."""

    secret = forms.CharField(
        label=_("New secret"),
        help_text=_("Note it down now. The former one counts for seven days more."),
        widget=forms.TextInput(attrs={"size": 60, "autocomplete": "off"}),
    )

    def about(self, rows: list[Any]) -> None:
        """Offer one that nobody has had."""
        self.fields["secret"].initial = services.fresh_secret()


@admin.register(Authority)
class AuthorityAdmin(Acting, Configuration):
    """Who speaks for customs. A secret is shown when it is made, and never again."""

    form = AuthorityForm
    list_display = ("code", "name", "terminal", "inbox_url", "active", "previous_until")
    list_select_related = ("terminal",)
    search_fields = ("code__startswith", "name__istartswith")
    actions = ("rotate",)

    def save_model(self, request: HttpRequest, obj: Authority, form: Any, change: bool) -> None:
        if not change:
            obj.secret = services.fresh_secret()
            self._show(request, obj)
        super().save_model(request, obj, form, change)

    @row_action(_("Change the secret …"), right="customs.change_authority", form=SecretForm)
    def rotate(self, row: Authority, *, by: Actor, at: datetime, secret: str) -> None:
        services.change_secret(row, secret, by=by, at=at)

    def _show(self, request: HttpRequest, row: Authority) -> None:
        told = gettext("The secret of %(name)s, shown only now: %(secret)s") % {"name": row, "secret": row.secret}
        self.message_user(request, told, messages.WARNING)


@admin.register(AuthorityMessage)
class AuthorityMessageAdmin(ServiceOwned):
    """As they came, and what became of them."""

    list_display = (
        "reference", "kind", "shown_state", "fault", "declaration_number", "container_number", "turn", "received_at",
        "times",
    )  # fmt: skip
    list_filter = ("state", "kind", "fault", "authority")
    search_fields = ("reference__startswith", "declaration_number__startswith", "container_number__startswith")
    list_select_related = ("terminal", "authority", "office", "declaration")
    ordering = (FIRST, "-received_at", "-pk")

    @display(
        description=_("What became of it"),
        ordering="state",
        label=tones(_S, waiting="warning", applied="success", superseded="info", refused="danger", unreadable="danger"),
    )
    def shown_state(self, row: AuthorityMessage) -> tuple[str, str]:
        return row.state, row.get_state_display()
