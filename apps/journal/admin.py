"""The journal on the screen: read, never written."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.common.admin import ServiceOwned
from apps.journal.models import Entry
from terminal.identifiers.text import compact

PAGED = 10_000
"""Nobody pages further than this; who looks for something older searches for its container."""


class NewestOnly(Paginator[Any]):
    """Counts no further than it pages: counting millions of rows takes longer than reading the page."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:PAGED].count())


@admin.register(Entry)
class EntryAdmin(ServiceOwned):
    """What happened, the newest first."""

    terminal_path = "terminal_id"
    paginator = NewestOnly
    list_display = ["happened_at", "kind", "classifier", "container_number", "authority", "actor", "revision"]
    list_filter = ["kind", "classifier", "authority"]
    search_fields = ["container_number"]
    search_help_text = _("a whole container number, e.g. CSQU3054383")
    ordering = ["-id"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The whole number or nothing: Django's own search would read every row."""
        return queryset.filter(container_number=compact(search_term)) if search_term else queryset, False
