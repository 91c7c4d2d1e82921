"""The admin's looks: the terminal's colour, and a menu in the order of the work."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

SEA = {
    "50": "#eff8fb",
    "100": "#d8eef5",
    "200": "#b5dfec",
    "300": "#81c8de",
    "400": "#46a8c8",
    "500": "#2a8bad",
    "600": "#256f92",
    "700": "#255b77",
    "800": "#274d63",
    "900": "#244154",
    "950": "#132938",
}


def item(title: Any, model: str, icon: str) -> dict[str, Any]:
    """A menu entry for a model's list, shown to those who may see the model."""
    app, _dot, name = model.partition(".")

    def may_see(request: HttpRequest) -> bool:
        return bool(request.user.has_perm(f"{app}.view_{name}"))  # type: ignore[union-attr]

    link = reverse_lazy(f"admin:{app}_{name}_changelist")
    return {"title": title, "icon": icon, "link": link, "permission": may_see}


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Landbridge",
    "SITE_HEADER": "Landbridge",
    "SITE_SUBHEADER": _("rail–sea terminal"),
    "SITE_SYMBOL": "directions_railway",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {"primary": SEA},
    "DASHBOARD_CALLBACK": "apps.alerts.dashboard.overview",
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "title": _("Railway"),
                "items": [
                    item(_("Trains"), "trains.trainvisit", "train"),
                    item(_("Tracks"), "trains.track", "linear_scale"),
                    item(_("Train services"), "trains.trainservice", "route"),
                    item(_("All calls"), "calls.call", "commute"),
                ],
            },
            {
                "title": _("Yard"),
                "items": [
                    item(_("Visits"), "containers.visit", "inventory_2"),
                    item(_("Blocks"), "yard.block", "grid_view"),
                    item(_("Yard positions"), "yard.standing", "location_on"),
                    item(_("Holds"), "containers.hold", "pan_tool"),
                ],
            },
            {
                "title": _("Warehouse"),
                "items": [
                    item(_("Bookings"), "warehouse.booking", "event_available"),
                    item(_("Zones"), "warehouse.zone", "warehouse"),
                ],
            },
            {
                "title": _("Customs"),
                "items": [
                    item(_("Declarations"), "customs.declaration", "gavel"),
                    item(_("Offices"), "customs.office", "account_balance"),
                ],
            },
            {
                "title": _("Figures"),
                "items": [
                    item(_("Daily throughput"), "reports.dailythroughput", "bar_chart"),
                    item(_("Capacity alerts"), "alerts.alert", "notifications_active"),
                    item(_("Watches"), "alerts.watch", "monitor_heart"),
                    item(_("Journal"), "journal.entry", "history"),
                ],
            },
            {
                "title": _("Administration"),
                "collapsible": True,
                "items": [
                    item(_("Users"), "parties.user", "person"),
                    item(_("Roles"), "parties.role", "badge"),
                    item(_("Parties"), "parties.party", "business"),
                    item(_("API keys"), "parties.partykey", "key"),
                    item(_("API clients"), "parties.apiclient", "terminal"),
                    item(_("Alert rules"), "alerts.rule", "tune"),
                    item(_("Subscriptions"), "alerts.subscription", "mail"),
                    item(_("Permission rules"), "containers.permissionrule", "rule"),
                    item(_("Notices"), "notices.notice", "outgoing_mail"),
                    item(_("Flow imports"), "tracking.flowimport", "upload_file"),
                    item(_("Terminals"), "network.terminal", "domain"),
                    item(_("Places"), "network.place", "public"),
                ],
            },
        ],
    },
}
