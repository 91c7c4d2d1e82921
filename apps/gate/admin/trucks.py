"""The day's trucks, and a truck's own page with every step from its arrival to the gate out."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from django.contrib import admin
from django.db.models import Case, Count, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action, tones
from apps.containers.admin.parts import Shown
from apps.gate import services
from apps.gate.admin.forms import ArriveForm, HourForm, ReasonForm, TroubleForm, TruckForm
from apps.gate.models import Appointment, AppointmentBox, TroubleCase
from apps.gate.services.rows import RIGHT, STATUS_KIND
from apps.journal.models import Entry
from apps.journal.timeline import SHOWN, Remembered
from apps.network.entering import Entering
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.gate import Trouble
from terminal.lifecycle import APPOINTMENT, TRUCK_IS_HERE, AppointmentStatus

COMING: Final = Coalesce("arrived_at", "starts_at")
TURN: Final = Case(
    When(status=AppointmentStatus.IN_TROUBLE.value, then=0),
    When(status=AppointmentStatus.ARRIVED.value, then=1),
    When(status=AppointmentStatus.BOOKED.value, then=2),
    default=3,
)
"""Where a truck stands on the board: in trouble, here, to come, over."""

NEXT: Final = Case(When(status__in=[*sorted(TRUCK_IS_HERE), AppointmentStatus.BOOKED.value], then=COMING))
STATUS_KINDS: Final = [*STATUS_KIND.values(), EventKind.APPOINTMENT_CHANGED]
STATUSES = tones(
    AppointmentStatus,
    booked="info",
    arrived="success",
    in_trouble="danger",
    no_show="warning",
    turned_away="danger",
    closed="warning",
)


def leads_to(status: AppointmentStatus) -> Callable[[Any], bool]:
    """Whether the truck's lifecycle has that step now."""
    return lambda truck: APPOINTMENT.can_step(truck.status, status.value)


def is_outside(truck: Any) -> bool:
    """Whether it stands on the lane, with nothing wrong."""
    return truck.status == AppointmentStatus.ARRIVED and truck.admitted_at is None


def is_inside(truck: Any) -> bool:
    """Whether it was let in, and nothing is wrong."""
    return truck.status == AppointmentStatus.ARRIVED and truck.admitted_at is not None


class BoxInline(Shown):
    """What the truck brings and collects; who wants to inspect a box opens it."""

    model = AppointmentBox
    tab = False
    fields = ("box", "direction", "size_type", "right", "done_at", "reason")
    readonly_fields = ("box", "right")
    verbose_name_plural = _("boxes: open one to inspect it")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("delivery_order", "pin")

    @display(description=_("container"))
    def box(self, box: AppointmentBox) -> SafeString | str:
        return linked(box, box.number)

    @display(description=_("right to collect"))
    def right(self, box: AppointmentBox) -> str:
        return str(box.delivery_order) if box.delivery_order else "PIN" if box.pin_id else "–"


class TroubleInline(Shown):
    """What is wrong, and what was."""

    model = TroubleCase
    tab = False
    fields = ("case", "note", "opened_at", "opened_by", "resolution", "resolved_by")
    readonly_fields = ("case",)
    ordering = ("resolved_at", "opened_at")
    verbose_name_plural = _("trouble desk: open a case to resolve it")

    @display(description=_("what is wrong"))
    def case(self, case: TroubleCase) -> SafeString | str:
        return linked(case, case.get_kind_display())


@admin.register(Appointment)
class AppointmentAdmin(Entering, Remembered, Acting, ServiceOwned):
    """Trucks: those in trouble first, then those that are here, then the next to come."""

    entering, entering_right, entering_title = TruckForm, RIGHT, _("Enter a truck")
    list_display = ("number", "shown_status", "plate", "haulier", "hour", "boxes_named", "held_for", "arrived_at")
    list_filter = ("status", ("starts_at", admin.DateFieldListFilter), "haulier")
    list_select_related = ("terminal", "haulier", "call")
    search_fields = ("number__iendswith", "plate__icontains", "boxes__number__istartswith", "reference__startswith")
    search_help_text = _("a plate, a container number, the end of an appointment's number, a reference")
    inlines = (BoxInline, TroubleInline)
    actions = (
        "arrive",
        "admit",
        "gate_out",
        "trouble",
        "turn_away",
        "another_hour",
        "cancel",
        "close",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        held = Count("troubles", filter=Q(troubles__resolved_at=None), distinct=True)
        shown: QuerySet[Any] = rows.prefetch_related("boxes").annotate(open_cases=held)
        return shown

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return (TURN.asc(), NEXT.asc(nulls_last=True), COMING.desc(nulls_last=True), "-pk")

    def happenings(self, row: Any) -> Iterable[Entry]:
        """What happened to the truck: by its number until it came, by its call since then."""
        until = row.left_at or timezone.now()
        named = Entry.objects.filter(
            terminal_id=row.terminal_id,
            happened_at__range=(row.booked_at, until),
            kind__in=STATUS_KINDS,
            payload__number=row.number,
        )
        called = Entry.objects.filter(call_id=row.call_id) if row.call_id else Entry.objects.none()
        found = {each.pk: each for rows in (named, called) for each in rows.order_by("-happened_at", "-pk")[:SHOWN]}
        return sorted(found.values(), key=lambda each: (each.happened_at, each.pk), reverse=True)

    @display(description=_("Status"), ordering="status", label=STATUSES)
    def shown_status(self, truck: Appointment) -> tuple[str, str]:
        inside = truck.admitted_at is not None and truck.is_here
        return truck.status, gettext("inside") if inside else truck.get_status_display()

    @display(description=_("Hour"), ordering="starts_at")
    def hour(self, truck: Appointment) -> str:
        return f"{timezone.localtime(truck.starts_at):%d.%m. %H:%M}" if truck.starts_at else gettext("no appointment")

    @display(description=_("Brings ↓, collects ↑"))
    def boxes_named(self, truck: Appointment) -> SafeString | str:
        lines = ((("↓" if box.comes_in else "↑"), box.number) for box in truck.boxes.all())
        return format_html_join("", "<div>{} {}</div>", lines) or "–"

    @display(description=_("Open cases"))
    def held_for(self, truck: Any) -> SafeString | str:
        return format_html("<strong>{}</strong>", truck.open_cases) if truck.open_cases else "–"

    @row_action(_("Has come …"), right=RIGHT, form=ArriveForm, when=leads_to(AppointmentStatus.CANCELLED))
    def arrive(self, row: Appointment, *, by: Actor, at: datetime, plate: str) -> None:
        services.arrive_truck(row, plate=plate, by=by, at=at)

    @row_action(_("Let in"), right=RIGHT, when=is_outside)
    def admit(self, row: Appointment, *, by: Actor, at: datetime) -> None:
        services.admit(row, by=by, at=at)

    @row_action(_("Gate out"), right=RIGHT, when=is_inside)
    def gate_out(self, row: Appointment, *, by: Actor, at: datetime) -> None:
        services.gate_out(row, by=by, at=at)

    @row_action(_("Trouble …"), right=RIGHT, form=TroubleForm, when=lambda truck: truck.is_here)
    def trouble(
        self, row: Appointment, *, by: Actor, at: datetime, kind: str, note: str, box: AppointmentBox | None
    ) -> None:
        services.open_trouble(row, kind=Trouble(kind), note=note, box=box, by=by, at=at)

    @row_action(_("Turn away …"), right=RIGHT, form=ReasonForm, when=leads_to(AppointmentStatus.TURNED_AWAY))
    def turn_away(self, row: Appointment, *, by: Actor, at: datetime, reason: str) -> None:
        services.turn_away(row, reason=reason, by=by, at=at)

    @row_action(_("Another hour …"), right=RIGHT, form=HourForm, when=leads_to(AppointmentStatus.CANCELLED))
    def another_hour(self, row: Appointment, *, by: Actor, at: datetime, starts_at: datetime) -> None:
        services.change_appointment(row, starts_at=starts_at, by=by, at=at)

    @row_action(_("Cancel for the haulier …"), right=RIGHT, form=ReasonForm, when=leads_to(AppointmentStatus.CANCELLED))
    def cancel(self, row: Appointment, *, by: Actor, at: datetime, reason: str) -> None:
        services.cancel_appointment(row, reason=reason, by=by, at=at)

    @row_action(
        _("Close, and offer other hours …"), right=RIGHT, form=ReasonForm, when=leads_to(AppointmentStatus.CLOSED)
    )
    def close(self, row: Appointment, *, by: Actor, at: datetime, reason: str) -> None:
        services.close_appointment(row, reason=reason, by=by, at=at)

    def enter(self, request: HttpRequest, form: Any) -> tuple[Appointment, Any]:
        """Booked for an hour, or at the gate without one."""
        said, by = form.cleaned_data, request.actor  # type: ignore[attr-defined]
        who = {name: said[name] for name in ("terminal", "haulier", "plate", "driver_name", "driver_phone")}
        if said["starts_at"]:
            row = services.book_appointment(
                starts_at=said["starts_at"], boxes=form.boxes(), by=by, at=timezone.now(), **who
            )
            return row, gettext("%(truck)s is booked.") % {"truck": row}
        row = services.arrive_without_appointment(boxes=form.boxes(), by=by, at=timezone.now(), **who)
        return row, gettext("%(truck)s stands at the gate; the trouble desk decides.") % {"truck": row}
