"""Files of history that were taken in."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.common.admin import ServiceOwned
from apps.tracking.models import FlowImport


@admin.register(FlowImport)
class FlowImportAdmin(ServiceOwned):
    """One accepted file a line, the newest first."""

    list_display = ["imported_at", "file_name", "source", "stays", "added", "already_known", "imported_by"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the file, whose name every line shows."""
        return super().get_queryset(request).select_related("file")

    @admin.display(description=_("file"))
    def file_name(self, row: FlowImport) -> str:
        return row.file.name
