"""What was agreed with each partner, and handing in what a partner sent by another way."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.admin import Acting, Configuration, NotDone, linked, row_action
from apps.edi import services
from apps.edi.admin.telling import summary
from apps.edi.models import Partner, read_types, told_types
from apps.parties.actors import Actor
from terminal.edifact.exchange import Door, Fate

TAKE = "edi.take_interchange"


class PartnerForm(forms.ModelForm[Partner]):
    """An agreement; the types of message are ticked."""

    takes = forms.MultipleChoiceField(
        label=gettext_lazy("is read from it"),
        choices=read_types,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tells = forms.MultipleChoiceField(
        label=gettext_lazy("is told to it"),
        choices=told_types,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Partner
        fields = "__all__"  # noqa: DJ007 - the page's fieldsets name them


class HandInForm(forms.Form):
    """An interchange as a file."""

    file = forms.FileField(label=gettext_lazy("Interchange"))
    only_look = forms.BooleanField(
        label=gettext_lazy("Only look"),
        required=False,
        help_text=gettext_lazy("Says what would become of it; nothing is done or kept."),
    )


@admin.register(Partner)
class PartnerAdmin(Acting, Configuration):
    """Partners that exchange EDIFACT."""

    form = PartnerForm
    list_display = ("code", "name", "terminal", "whose", "sender_code", "reads", "is_told", "uses_folder", "active")
    list_filter = ("active", "uses_folder", "terminal")
    list_select_related = ("terminal", "party", "authority")
    search_fields = ("code__startswith", "name__istartswith", "sender_code__startswith")
    actions = ("hand_in",)
    readonly_fields = ("folder",)
    fieldsets = (
        (None, {"fields": (("code", "name"), "terminal", ("party", "authority"), "active")}),
        (
            gettext_lazy("Envelope (UNB)"),
            {"fields": (("sender_code", "sender_qualifier"), ("own_code", "own_qualifier"))},
        ),
        (
            gettext_lazy("Messages"),
            {"fields": ("takes", "tells", ("wants_contrl", "wants_aperak"), ("dialect", "zone_name"), "agreements")},
        ),
        (gettext_lazy("Files"), {"fields": ("uses_folder", "folder")}),
    )

    @admin.display(description=gettext_lazy("whose"))
    def whose(self, row: Partner) -> str:
        return linked(row.party or row.authority)

    @admin.display(description=gettext_lazy("reads"))
    def reads(self, row: Partner) -> str:
        return ", ".join(row.takes) or "–"

    @admin.display(description=gettext_lazy("is told"))
    def is_told(self, row: Partner) -> str:
        return ", ".join(row.tells) or "–"

    @admin.display(description=gettext_lazy("its folder"))
    def folder(self, row: Partner) -> str:
        return services.place_of(row) if row.pk and row.uses_folder else "–"

    @row_action(gettext_lazy("Hand in an interchange …"), right=TAKE, form=HandInForm)
    def hand_in(self, row: Partner, *, by: Actor, at: datetime, file: Any, only_look: bool) -> SafeString:
        data = file.read(services.most_bytes() + 1)
        if only_look:
            found = services.look(data, partner=row, at=at)
            lines = format_html_join("", "<div>{}</div>", ((line,) for line in summary(found)))
            return format_html("<div>{}</div>{}", _("Nothing was done. It would be:"), lines)
        taken = services.take(data, partner=row, door=Door.DESK, by=by, at=at, name=file.name)
        before = _("It had come before.") if taken.known else ""
        lines = format_html_join("", "<div>{}</div>", ((line,) for line in summary(taken.interchange)))
        said = format_html("{} {}{}", linked(taken.interchange), before, lines)
        return NotDone(said) if taken.interchange.fate == Fate.REFUSED else said
