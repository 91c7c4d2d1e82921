"""The admin's looks: the terminal's colour, and a menu in the order of the work."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
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


Entry = tuple[Any, str, str]
MENU: list[tuple[Any, bool, list[Entry]]] = [
    (
        _("Railway"),
        False,
        [
            (_("Train board"), "trains.trainvisit@admin:train_board", "railway_alert"),
            (_("Trains"), "trains.trainvisit", "train"),
            (_("Tracks"), "trains.track", "linear_scale"),
            (_("Track occupation"), "trains.track@admin:track_occupation", "calendar_view_day"),
            (_("Wagons"), "trains.wagon", "train"),
            (_("Gauge changes"), "trains.gaugetransfer", "swap_vert"),
            (_("Train services"), "trains.trainservice", "route"),
            (_("Loading rules"), "trains.loadingruleset", "rule"),
            (_("All calls"), "calls.call", "commute"),
            (_("Call board"), "calls.call@call-board", "departure_board"),
        ],
    ),
    (
        _("Waterside"),
        False,
        [
            (_("Ships and barges"), "ships.shipcall", "directions_boat"),
            (_("Lists and tally"), "ships.stowageline", "fact_check"),
        ],
    ),
    (
        _("Yard"),
        False,
        [
            (_("Find"), "containers.visit@find", "search"),
            (_("Yard map"), "yard.block@admin:yard_map", "map"),
            (_("Work orders"), "yard.workorder", "assignment"),
            (_("Work on the phone"), "yard.workorder@admin:yard_phone@carry_out", "smartphone"),
            (_("Visits"), "containers.visit", "inventory_2"),
            (_("Blocks"), "yard.block", "grid_view"),
            (_("Yard positions"), "yard.standing", "location_on"),
            (_("Out of order in the yard"), "yard.standing@admin:yard_out_of_order", "warning"),
            (_("Counts"), "yard.count", "checklist"),
            (_("Discrepancies"), "yard.discrepancy", "difference"),
            (_("Closures of blocks"), "yard.blockclosure", "block"),
            (_("Equipment"), "yard.equipment", "forklift"),
            (_("Downtimes"), "yard.downtime", "build"),
            (_("Holds"), "containers.hold", "pan_tool"),
        ],
    ),
    (
        _("Gate"),
        False,
        [
            (_("Trucks"), "gate.appointment", "local_shipping"),
            (_("Trouble desk"), "gate.troublecase", "report_problem"),
            (_("Receipts (EIR)"), "gate.inspection", "receipt_long"),
            (_("Delivery orders"), "gate.deliveryorder", "assignment_turned_in"),
            (_("Hours of the gate"), "gate.gatehour", "schedule"),
        ],
    ),
    (
        _("Warehouse"),
        False,
        [
            (_("Bookings"), "warehouse.booking", "event_available"),
            (_("Cargo orders"), "warehouse.cargoorder", "unarchive"),
            (_("Stock"), "warehouse.lot", "pallet"),
            (_("Stock counts"), "warehouse.stockcount", "fact_check"),
            (_("Series of bookings"), "warehouse.bookingseries", "event_repeat"),
            (_("Dock plan"), "warehouse.dockappointment@admin:dock_plan", "view_timeline"),
            (_("Dock appointments"), "warehouse.dockappointment", "door_front"),
            (_("Occupancy"), "warehouse.zone@admin:warehouse_occupancy", "stacked_bar_chart"),
            (_("Goods in bond"), "warehouse.bondedentry", "lock"),
            (_("Zones"), "warehouse.zone", "warehouse"),
        ],
    ),
    (
        _("Charges"),
        False,
        [
            (_("Storage of boxes"), "billing.storageaccount", "schedule"),
            (_("Pauses"), "billing.pause", "pause_circle"),
            (_("Charges"), "billing.chargeline", "receipt"),
            (_("Invoices"), "billing.invoice", "request_quote"),
            (_("Payments"), "billing.payment", "payments"),
            (_("Credit notes"), "billing.creditnote", "undo"),
            (_("Disputes"), "billing.dispute", "gavel"),
            (_("Statements"), "billing.statement", "summarize"),
            (_("Tariff versions"), "billing.tariffversion", "sell"),
            (_("Tariffs"), "billing.tariff", "price_change"),
            (_("Holiday calendars"), "billing.calendaryear", "event"),
        ],
    ),
    (
        _("Customs"),
        False,
        [
            (_("Declarations"), "customs.declaration", "gavel"),
            (_("Inspections"), "customs.inspection", "search_check"),
            (_("Stops of goods"), "customs.goodsstop", "front_hand"),
            (_("Cases"), "customs.case", "folder_shared"),
            (_("Reports to customs"), "customs.dutyreport", "assignment"),
            (_("Customs' messages"), "customs.authoritymessage", "forward_to_inbox"),
            (_("Customs' systems"), "customs.authority", "cell_tower"),
            (_("Offices"), "customs.office", "account_balance"),
            (_("Work at the offices"), "customs.declaration@admin:customs_workload", "balance"),
            (_("Release times"), "customs.declaration@admin:customs_release_times", "hourglass_bottom"),
            (_("Risk rules"), "customs.riskrule", "crisis_alert"),
            (_("Expected work"), "customs.expectedminutes", "timer"),
            (_("Days off of customs"), "customs.officeclosure", "event_busy"),
            (_("Guarantees"), "customs.guarantee", "shield"),
            (_("Brokers"), "customs.mandate", "handshake"),
            (_("Terms of regimes"), "customs.regimeterms", "rule"),
        ],
    ),
    (
        _("Figures"),
        False,
        [
            (_("Daily throughput"), "reports.dailythroughput", "bar_chart"),
            (_("Figures of a month"), "reports.dailythroughput@admin:reports_month", "calendar_month"),
            (_("Forecast"), "reports.dailythroughput@forecast-page", "trending_up"),
            (_("Trade and corridors"), "reports.dailythroughput@admin:reports_trade", "public"),
            (_("Capacity"), "reports.dailythroughput@capacity-page", "speed"),
            (_("What if"), "reports.dailythroughput@what-if-page", "alt_route"),
            (_("Capacity alerts"), "alerts.alert", "notifications_active"),
            (_("Watches"), "alerts.watch", "monitor_heart"),
            (_("Silences"), "alerts.silence", "notifications_paused"),
            (_("Journal"), "journal.entry", "history"),
        ],
    ),
    (
        _("Administration"),
        True,
        [
            (_("Users"), "parties.user", "person"),
            (_("Roles"), "parties.role", "badge"),
            (_("Parties"), "parties.party", "business"),
            (_("API keys"), "parties.partykey", "key"),
            (_("API clients"), "parties.apiclient", "terminal"),
            (_("API requests"), "parties.apiaccess", "query_stats"),
            (_("Sandboxes"), "sandbox.stage", "toys"),
            (_("Interchanges"), "edi.interchange", "swap_horiz"),
            (_("EDIFACT partners"), "edi.partner", "handshake"),
            (_("Webhooks"), "webhooks.webhook", "webhook"),
            (_("Webhook deliveries"), "webhooks.delivery", "outbox"),
            (_("Alert rules"), "alerts.rule", "tune"),
            (_("Inhibitions"), "alerts.inhibition", "filter_alt"),
            (_("Subscriptions"), "alerts.subscription", "mail"),
            (_("Escalations"), "alerts.escalation", "escalator_warning"),
            (_("Alert webhooks"), "alerts.hook", "webhook"),
            (_("Messages to alert webhooks"), "alerts.hookmessage", "outbox"),
            (_("Permission rules"), "containers.permissionrule", "rule"),
            (_("Durations at doors"), "warehouse.dockduration", "timer"),
            (_("Weekly quotas of the gate"), "gate.weeklyquota", "calendar_view_week"),
            (_("Closures of the gate"), "gate.gateclosure", "event_busy"),
            (_("Gate rules"), "gate.gaterules", "rule_settings"),
            (_("PINs for boxes"), "gate.releasepin", "pin"),
            (_("Stop rules"), "containers.stoprule", "rule_settings"),
            (_("Segregation tables"), "yard.segregationtable", "science"),
            (_("Notices"), "notices.notice", "outgoing_mail"),
            (_("Addresses that refuse mail"), "notices.refusedaddress", "unsubscribe"),
            (_("Tasks of the workers"), "notices.tasktally", "task_alt"),
            (_("Flow imports"), "tracking.flowimport", "upload_file"),
            (_("Terminals"), "network.terminal", "domain"),
            (_("Places"), "network.place", "public"),
            (_("Corridors"), "network.corridor", "route"),
        ],
    ),
]
"""Groups in the order of the work: title, folded or not, and what is in it (title, model, icon).

``model@page@verb`` is a page of its own, for whoever may do that with the model (see it, where no verb is named); all
others are the model's list.
"""


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu for its reader: lists they may see, and no group without any."""
    groups = [
        {"title": title, "collapsible": folded, "items": [item for each in entries if (item := _item(request, each))]}
        for title, folded, entries in MENU
    ]
    return [group for group in groups if group["items"]]


def _item(request: HttpRequest, entry: Entry) -> dict[str, Any] | None:
    title, target, icon = entry
    model, page, verb = [*target.split("@"), "", ""][:3]
    app, _dot, name = model.partition(".")
    if not request.user.has_perm(f"{app}.{verb or 'view'}_{name}"):
        return None
    try:
        return {"title": title, "icon": icon, "link": reverse(page or f"admin:{app}_{name}_changelist")}
    except NoReverseMatch:
        return None


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Landbridge",
    "SITE_HEADER": "Landbridge",
    "SITE_SUBHEADER": _("rail–sea terminal"),
    "SITE_SYMBOL": "directions_railway",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("landbridge/favicon.svg")}
    ],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {"primary": SEA},
    "STYLES": [lambda request: static("landbridge/site.css")],
    "DASHBOARD_CALLBACK": "apps.alerts.dashboard.overview",
    "SIDEBAR": {
        "show_search": True,
        "navigation": navigation,
    },
}
