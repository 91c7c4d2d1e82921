"""The tally report and the arrival report of a ship's call, as CSV."""

import csv
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.ships.models import ShipCall
from apps.ships.selectors import ARRIVAL_COLUMNS, TALLY_COLUMNS, arrived, plain, tally

REPORTS: Final[dict[str, tuple[Any, tuple[str, ...], Callable[[ShipCall], Iterable[dict[str, Any]]]]]] = {
    "tally": (_("Tally report (CSV)"), TALLY_COLUMNS, tally),
    "arrival": (_("Arrival report (CSV)"), ARRIVAL_COLUMNS, arrived),
}


class Reports:
    """Mixin for the ship's page: links to its reports, for whoever may see the page."""

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.report_view)
        own = path("<path:object_id>/report/<slug:report>.csv", view, name="ships_report")
        return [own, *super().get_urls()]  # type: ignore[misc]

    def report_view(self, request: HttpRequest, object_id: str, report: str) -> HttpResponse:
        """One report of one call."""
        page: Any = self
        ship: ShipCall | None = page.get_object(request, object_id)
        if ship is None or report not in REPORTS:
            raise Http404
        if not page.has_view_permission(request, ship):
            raise PermissionDenied
        _title, columns, rows = REPORTS[report]
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{report}-{ship.public_id}.csv"'
        lines = ([plain(row[name]) for name in columns] for row in rows(ship))
        csv.writer(answer).writerows([columns, *lines])
        return answer

    @admin.display(description=_("reports"))
    def reports(self, ship: ShipCall) -> SafeString:
        """The links."""
        links = ((reverse("admin:ships_report", args=[ship.pk, name]), title) for name, (title, *_) in REPORTS.items())
        look = '<a class="text-primary-600 dark:text-primary-400 font-medium mr-4" href="{}">{}</a>'
        return format_html_join(" ", look, links)
