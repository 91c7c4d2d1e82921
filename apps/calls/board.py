"""The board of one kind of carrier: what every page of trains or ships shows of their calls, and may do with them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.calls import services
from apps.calls.admin import PHASES, RIGHT, ReasonForm, TimesForm
from apps.calls.models import Call
from apps.common.admin import Acting, ServiceOwned, row_action
from apps.journal.models import Entry
from apps.journal.timeline import SHOWN, Remembered
from apps.parties.actors import Actor
from terminal.lifecycle import CALL, WORKABLE, Phase

COMING: Final = Coalesce("call__arrived_at", "call__estimated_arrival_at", "call__scheduled_arrival_at")
HERE: Final = (Phase.ARRIVED.value, Phase.IN_PROCESSING.value, Phase.READY.value)
EXPECTED: Final = (Phase.SCHEDULED.value, Phase.ANNOUNCED.value)
TURN: Final = Case(When(call__phase__in=HERE, then=0), When(call__phase__in=EXPECTED, then=1), default=2)
"""Where a carrier stands on the board: on site, expected, over."""

NEXT: Final = Case(When(call__phase__in=HERE + EXPECTED, then=COMING))
"""Those on site and expected by their arrival, the first first; nothing for those that are over."""


def leads_to(phase: Phase) -> Callable[[Any], bool]:
    """Whether the lifecycle of the carrier's call has that step now."""
    return lambda row: CALL.can_step(row.call.phase, phase.value)


def is_worked(row: Any) -> bool:
    """Whether boxes may go on and off."""
    return row.call.phase in WORKABLE


def takes_papers(row: Any) -> bool:
    """Whether its papers still say something."""
    return row.call.phase not in (Phase.DEPARTED, Phase.CLOSED, Phase.CANCELLED)


def is_under_way(row: Any) -> bool:
    """Whether its times still matter."""
    return not CALL.is_final(row.call.phase)


class CallTimesForm(TimesForm):
    """When the carrier is planned and estimated to come and go."""

    def about(self, rows: list[Any]) -> None:
        """Begin with the times of the carriers' calls."""
        super().about([row.call for row in rows])


class CallBoard(Remembered, Acting, ServiceOwned):
    """Base of a page whose rows each have a ``call``: on site first, then the next to come, then the last that left."""

    terminal_path = "call__terminal"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        shown: QuerySet[Any] = rows.annotate(coming_at=COMING)
        return shown

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return (TURN.asc(), NEXT.asc(nulls_last=True), COMING.desc(nulls_last=True), "-pk")

    def happenings(self, row: Any) -> Iterable[Entry]:
        """What happened to the carrier itself; what happened to its boxes stands with them."""
        return Entry.objects.filter(call_id=row.call_id, visit_id=None).order_by("-happened_at", "-pk")[:SHOWN]

    @display(description=gettext_lazy("phase"), ordering="call__phase", label=PHASES)
    def phase(self, row: Any) -> tuple[str, str]:
        return row.call.phase, row.call.get_phase_display()

    @admin.display(description=gettext_lazy("phase"))
    def phase_now(self, row: Any) -> str:
        """For the carrier's own page, which has no coloured labels."""
        return str(row.call.get_phase_display())

    @admin.display(description=gettext_lazy("arrival"), ordering="coming_at")
    def arrival(self, row: Any) -> SafeString | str:
        return _firmest(row.call, "arrival", row.call.arrived_at)

    @admin.display(description=gettext_lazy("departure"))
    def departure(self, row: Any) -> SafeString | str:
        return _firmest(row.call, "departure", row.call.departed_at)

    @admin.display(description=gettext_lazy("cut-off"))
    def cut_off(self, row: Any) -> str:
        return moment(row.call.cut_off_at)

    @row_action(gettext_lazy("Start work"), right=RIGHT, when=leads_to(Phase.IN_PROCESSING))
    def start_work(self, row: Any, *, by: Actor, at: datetime) -> None:
        services.start_work(row.call, by=by, at=at)

    @row_action(gettext_lazy("Ready to depart"), right=RIGHT, when=leads_to(Phase.READY))
    def finish_work(self, row: Any, *, by: Actor, at: datetime) -> None:
        services.finish_work(row.call, by=by, at=at)

    @row_action(gettext_lazy("Change times …"), right=RIGHT, form=CallTimesForm, when=is_under_way)
    def change_times(self, row: Any, *, by: Actor, at: datetime, **times: datetime | None) -> None:
        services.change_times(row.call, by=by, at=at, **times)

    @row_action(gettext_lazy("Cancel …"), right=RIGHT, form=ReasonForm, when=leads_to(Phase.CANCELLED))
    def cancel(self, row: Any, *, by: Actor, at: datetime, reason: str) -> None:
        services.cancel(row.call, by=by, at=at, reason=reason)


def moment(time: datetime | None) -> str:
    """A time as lists show it, in the zone the page speaks; a dash for none."""
    return date_format(timezone.localtime(time), "SHORT_DATETIME_FORMAT") if time else "–"


def _firmest(call: Call, what: str, actual: datetime | None) -> SafeString | str:
    """The actual time, else the estimated, else the planned one; which of them it is, and the softer ones beside it."""
    planned = getattr(call, f"scheduled_{what}_at")
    estimated = getattr(call, f"estimated_{what}_at")
    told = [(actual, _("actual")), (estimated, _("estimated")), (planned, _("planned"))]
    known = [(moment(time), word) for time, word in told if time]
    if not known:
        return "–"
    firm, *others = known
    beside = ", ".join(f"{word} {time}" for time, word in others)
    words = firm[1] + (f" · {beside}" if beside else "")
    return format_html('<span class="whitespace-nowrap">{}</span><br><small>{}</small>', firm[0], words)
