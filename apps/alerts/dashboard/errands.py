"""What waits for a person: counted, with the list that shows exactly the rows that were counted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.alerts.models import Alert
from apps.calls.models import Call
from apps.containers.models import Hold, Visit
from apps.customs.models import Declaration
from apps.customs.selectors import OPEN, offices_of
from apps.network.models import Terminal
from apps.notices.models import Notice, RefusedAddress
from apps.warehouse.models import Booking
from terminal.lifecycle import ON_SITE, BookingStatus, Phase, VisitState
from terminal.throughput import Mode

May = Callable[[str], bool]


@dataclass(frozen=True)
class Errand:
    """So many rows wait for someone with the reader's rights; ``link`` is their list."""

    what: Any
    count: int
    link: str


def errands(terminal: Terminal, may: May, user: Any, at: datetime) -> list[Errand]:
    """Everything at the terminal that waits for the reader; what nothing waits for is left out."""
    asked = [make(terminal, user, at) for right, make in ERRANDS if may(right)]
    return [errand for several in asked for errand in several if errand.count]


def _one(what: Any, rows: QuerySet[Any], **filters: Any) -> list[Errand]:
    """An errand whose rows are those of the list under ``filters``, at one terminal."""
    return [Errand(what, rows.filter(**_for_query(filters)).count(), _link(rows.model, filters))]


def _for_query(filters: dict[str, Any]) -> dict[str, Any]:
    return {name: value.split(",") if name.endswith("__in") else value for name, value in filters.items()}


def _link(model: Any, filters: dict[str, Any]) -> str:
    said = {
        name: f"{value:%Y-%m-%d %H:%M:%S%z}" if isinstance(value, datetime) else value
        for name, value in filters.items()
    }
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{page}?{urlencode(said)}"


def _bookings(terminal: Terminal, user: Any, at: datetime) -> list[Errand]:
    asked = Booking.objects.filter(terminal=terminal)
    return _one(_("Bookings to confirm"), asked, status__exact=BookingStatus.REQUESTED.value)


def _overrides(terminal: Terminal, user: Any, at: datetime) -> list[Errand]:
    standing = Hold.objects.filter(terminal=terminal)
    return _one(
        _("Overrides to confirm or refuse"), standing, lifted_at__isnull=True, override_proposed_by__isnull=False
    )


def _declarations(terminal: Terminal, user: Any, at: datetime) -> list[Errand]:
    mine = Declaration.objects.filter(terminal=terminal, status__in=OPEN, office__in=offices_of(user))
    counted = mine.values("office_id", "office__name").annotate(n=Count("pk")).order_by("office__code")
    return [
        Errand(
            _("Declarations waiting: %(office)s") % {"office": row["office__name"]},
            row["n"],
            _link(Declaration, {"office__id__exact": row["office_id"], "status__in": ",".join(OPEN)}),
        )
        for row in counted
    ]


def _trains(terminal: Terminal, user: Any, at: datetime) -> list[Errand]:
    rail, now = Call.objects.filter(terminal=terminal), at.astimezone(UTC).replace(microsecond=0)
    to_come = ",".join(sorted([Phase.SCHEDULED.value, Phase.ANNOUNCED.value]))
    here, mode = ",".join(sorted(ON_SITE)), {"mode__exact": Mode.RAIL.value}
    return [
        *_one(_("Trains that should be here by now"), rail, **mode, phase__in=to_come, scheduled_arrival_at__lt=now),
        *_one(_("Trains that should have left by now"), rail, **mode, phase__in=here, scheduled_departure_at__lt=now),
    ]


def _unannounced(terminal: Terminal, user: Any, at: datetime) -> list[Errand]:
    states = ",".join([VisitState.ACTIVE.value, VisitState.ADVISED.value])
    boxes = Visit.objects.filter(terminal=terminal)
    return _one(_("Boxes nobody announced"), boxes, unannounced__exact=1, state__in=states)


def _parked(terminal: Terminal, user: Any, at: datetime) -> list[Errand]:
    mails = Notice.objects.filter(Q(terminal=terminal))
    return _one(_("Mails that could not be delivered"), mails, state__exact=Notice.State.PARKED.value)


def _refused(terminal: Terminal, user: Any, at: datetime) -> list[Errand]:
    return _one(_("Addresses that refuse mail"), RefusedAddress.objects.all())


def _unacknowledged(terminal: Terminal, user: Any, at: datetime) -> list[Errand]:
    alerts = Alert.objects.filter(rule__terminal=terminal)
    return _one(_("Alerts nobody has acknowledged"), alerts, closed_at__isnull=True, acknowledged_at__isnull=True)


ERRANDS: list[tuple[str, Callable[[Terminal, Any, datetime], list[Errand]]]] = [
    ("warehouse.change_booking", _bookings),
    ("containers.override_hold", _overrides),
    ("customs.change_declaration", _declarations),
    ("calls.change_call", _trains),
    ("containers.change_visit", _unannounced),
    ("notices.view_notice", _parked),
    ("notices.view_refusedaddress", _refused),
    ("alerts.view_alert", _unacknowledged),
]
"""The right that makes a thing the reader's errand, and how it is counted."""
