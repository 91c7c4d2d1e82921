"""Statements as they were issued: to be read, printed, and handed to whoever recomputes them."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.billing.admin.invoices import MINOR, PaperAdmin
from apps.billing.models import Statement
from apps.billing.sheets import statement_csv, statement_paper
from apps.common.paper import printed

AS_FILE = {"json": "application/json", "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


@admin.register(Statement)
class StatementAdmin(PaperAdmin):
    """Every statement, the newest month first."""

    list_display = ("number", "party", "month", "total", "charges", "downloads")
    list_filter = ("month",)
    ordering = ("-month", "-pk")
    exclude = (*MINOR, "currency", "document")
    readonly_fields = ("net_and_vat", "total", "downloads")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("document")

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.file_view)
        own = path("<int:number>/statement.<slug:kind>", view, name="billing_statement_file")
        return [own, *super().get_urls()]

    @admin.display(description=_("Download"))
    def downloads(self, statement: Statement) -> SafeString:
        links = ((reverse("admin:billing_statement_file", args=[statement.pk, kind]), kind.upper()) for kind in AS_FILE)
        look = '<a class="text-primary-600 dark:text-primary-400 font-medium" href="{}">{}</a>'
        return format_html_join(" · ", look, links)

    def file_view(self, request: HttpRequest, number: int, kind: str) -> HttpResponse:
        """The statement as a file: its document as issued, a sheet of its lines, or paper."""
        statement = self.get_object(request, str(number))
        if kind not in AS_FILE or statement is None or not self.has_view_permission(request, statement):
            raise Http404
        user: Any = request.user
        content: str | bytes = statement.document
        if kind == "csv":
            content = statement_csv(statement)
        elif kind == "pdf":
            who = user.get_full_name() or user.get_username()
            content = printed(statement_paper(statement), at=timezone.now(), by=who)
        answer = HttpResponse(content, content_type=AS_FILE[kind])
        answer["Content-Disposition"] = f'attachment; filename="{statement.number}.{kind}"'
        return answer
