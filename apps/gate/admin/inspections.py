"""Receipts: shown, and printed."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import ServiceOwned
from apps.containers.admin.parts import ByNumber
from apps.gate.models import Inspection
from apps.gate.receipts import printed, receipt_of

LOOKS = mark_safe('class="text-primary-600 dark:text-primary-400 font-medium"')


@admin.register(Inspection)
class InspectionAdmin(ByNumber, ServiceOwned):
    """Equipment interchange receipts, the newest first."""

    terminal_path = "visit__terminal"
    list_display = ("number", "visit", "condition", "seals", "inspected_at", "inspected_by", "paper")
    list_filter = ("condition",)
    list_select_related = ("visit__container", "visit__terminal", "box__appointment__haulier")
    ordering = ("-inspected_at", "-pk")
    readonly_fields = ("paper", "damages_seen")
    exclude = ("damages",)

    def get_urls(self) -> Any:
        views = [("receipt", self.html_view), ("receipt.pdf", self.pdf_view)]
        own = [
            path(f"<int:number>/{name}", self.admin_site.admin_view(view), name=f"gate_{name.replace('.', '_')}")
            for name, view in views
        ]
        return [*own, *super().get_urls()]

    def html_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The receipt as a page to be printed."""
        inspection = self._inspection(request, number)
        context = {
            "receipt": receipt_of(inspection),
            "pdf": reverse("admin:gate_receipt_pdf", args=[number]),
            "back": reverse("admin:gate_appointment_change", args=[inspection.box.appointment_id]),
        }
        return render(request, "gate/receipt.html", context)

    def pdf_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The receipt as a PDF."""
        receipt = receipt_of(self._inspection(request, number))
        answer = HttpResponse(printed(receipt), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="{receipt.number}.pdf"'
        return answer

    def _inspection(self, request: HttpRequest, number: int) -> Inspection:
        found: Inspection | None = self.get_object(request, str(number))
        if found is None or not self.has_view_permission(request, found):
            raise Http404
        return found

    @display(description=_("Paper"))
    def paper(self, inspection: Inspection) -> SafeString:
        page, pdf = (reverse(f"admin:gate_receipt{kind}", args=[inspection.pk]) for kind in ("", "_pdf"))
        return format_html('<a {0} href="{1}">{2}</a> · <a {0} href="{3}">PDF</a>', LOOKS, page, _("receipt"), pdf)

    @display(description=_("damages"))
    def damages_seen(self, inspection: Inspection) -> str:
        return "; ".join(str(each) for each in inspection.damages.order_by("pk")) or "–"
