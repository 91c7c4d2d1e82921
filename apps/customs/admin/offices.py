"""The customs house as a tree, and who works there."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from apps.common.admin import Configuration
from apps.customs import selectors
from apps.customs.admin.statistics import Reckoned
from apps.customs.models import Jurisdiction, Office, OfficeClosure, Officer


class OfficerInline(TabularInline):
    """Who decides for the office."""

    model = Officer
    extra = 0
    autocomplete_fields = ("user",)


class JurisdictionInline(TabularInline):
    """What falls to the office; what is left empty is any."""

    model = Jurisdiction
    extra = 0
    fields = ("regime", "direction", "hs_chapter", "zone", "party", "valid_from", "valid_until")
    autocomplete_fields = ("party",)


class ClosureInline(TabularInline):
    """The office's own days off; those of the whole house have a page of their own."""

    model = OfficeClosure
    extra = 0
    fields = ("first_on", "last_on", "reason")


@admin.register(Office)
class OfficeAdmin(Reckoned, Configuration):
    """The customs house as a tree, with what waits at each office."""

    inlines = (OfficerInline, JurisdictionInline, ClosureInline)
    list_display = ("in_tree", "code", "kind", "clears", "active", "illustrative", "waiting")
    list_filter = ("kind", "clears", "active")
    search_fields = ("name__istartswith", "code__startswith")
    list_select_related = ("parent",)
    list_per_page = 100

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return selectors.with_queue(super().get_queryset(request))

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return selectors.IN_TREE

    @display(description=_("Office"), ordering="name")
    def in_tree(self, row: Office) -> str:
        depth = 1 if row.parent_id else 0
        return format_html('<span style="padding-left:{}em">{}{}</span>', 2 * depth, "└ " if depth else "", row.name)

    @display(description=_("Open declarations"), ordering="length")
    def waiting(self, row: Any) -> int:
        waiting: int = row.length
        return waiting

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Days off of an office are days of its terminal."""
        for row in formset.save(commit=False):
            if isinstance(row, OfficeClosure):
                row.terminal = form.instance.terminal
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()


@admin.register(OfficeClosure)
class OfficeClosureAdmin(Configuration):
    """Days off: of one office, or of the whole house where none is named."""

    list_display = ("first_on", "last_on", "reason", "office")
    list_filter = ("office",)
    list_select_related = ("office",)
    ordering = ("-first_on", "pk")
