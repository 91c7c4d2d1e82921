"""What these pages share."""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from apps.containers.models import VisitQuerySet
from terminal.identifiers.text import compact

Teller = Callable[[VisitQuerySet], str]

JOURNEYS: Final[list[Teller]] = []
"""How the stays of a box are told as journeys. Wagons are known to the trains, which lie above and add theirs."""


class ByNumber:
    """Mixin: search by the beginning of a container number, as people type it. Put it before the admin base."""

    number_path = "visit__container__number"
    search_help_text = _("the beginning of a container number, e.g. CSQU305")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return (queryset.filter(self.found_by(search_term)) if search_term else queryset), False

    def found_by(self, term: str) -> Q:
        """The rows a term means."""
        return Q(**{f"{self.number_path}__startswith": compact(term)})


class Shown(TabularInline):
    """Rows of a visit, to be read; who wants to act opens the row."""

    extra = 0
    can_delete = False
    show_change_link = True
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
