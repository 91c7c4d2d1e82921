"""Work orders on the screen: what is asked for, who has it, and what a person may do about it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from apps.common.admin import Acting, Question, ServiceOwned, linked, row_action, tones
from apps.common.models import choices
from apps.journal.models import Entry
from apps.journal.timeline import SHOWN, Remembered
from apps.parties.actors import Actor
from apps.yard import services
from apps.yard.admin.phone import CARRY_OUT, Phone
from apps.yard.models import Block, Equipment, HeldCell, WorkOrder
from apps.yard.selectors import where_from, where_to
from terminal.identifiers.text import compact
from terminal.lifecycle import IN_HAND, WORK_ORDER, OrderState
from terminal.stacking import Place
from terminal.work import INTO_A_CELL, Cause, Work

PLAN: Final = "yard.change_workorder"
STATES = tones(OrderState, dispatched="info", in_progress="warning", done="success", quarantined="danger")
TURN: Final = Case(
    When(state=OrderState.QUARANTINED.value, then=0),
    When(state__in=sorted(IN_HAND), then=1),
    When(state=OrderState.PLANNED.value, then=2),
    default=3,
).asc()
"""What waits for a person first, then what is under way, then what is to come, then what is over."""


class HandOutForm(Question):
    """To which machine."""

    equipment = forms.ModelChoiceField(label=_("Machine"), queryset=Equipment.objects.filter(active=True))


class ConfirmForm(Question):
    """Where the box was put, when it was not where the order says."""

    block = forms.ModelChoiceField(label=_("Block"), queryset=Block.objects.all(), required=False)
    bay = forms.IntegerField(label=_("Bay"), min_value=1, required=False)
    row = forms.IntegerField(label=_("Row"), min_value=1, required=False)
    tier = forms.IntegerField(label=_("Tier"), min_value=1, required=False)
    place_reason = forms.CharField(label=_("Why another place"), max_length=200, required=False)

    def about(self, rows: list[Any]) -> None:
        """A place is asked for only where the work ends in one; it begins with the planned one."""
        if not all(Work(row.kind) in INTO_A_CELL for row in rows):
            for name in list(self.fields):
                del self.fields[name]
        elif len(rows) == 1:
            for name in ("block", "bay", "row", "tier"):
                self.fields[name].initial = getattr(rows[0], name)

    def clean(self) -> dict[str, Any]:
        """A whole cell or none."""
        data = super().clean() or self.cleaned_data
        given = [data.get(name) for name in ("block", "bay", "row", "tier")]
        if any(given) and not all(given):
            raise forms.ValidationError(_("Give block, bay, row and tier, or none of them."))
        return data


class CauseForm(forms.Form):
    """What went wrong."""

    cause = forms.ChoiceField(label=_("What went wrong"), choices=choices(Cause))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class NoteForm(forms.Form):
    """What was done about it."""

    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


def leads_to(state: OrderState) -> Any:
    """Whether the order's lifecycle has that step now."""
    return lambda order: WORK_ORDER.can_step(order.state, state.value)


def is_in_hand(order: Any) -> bool:
    """Whether somebody has it."""
    return order.state in IN_HAND


def place_of(block: Block | None, bay: int | None, row: int | None, tier: int | None) -> Place | None:
    """The cell answered; None where none was."""
    return Place(block.pk, bay, row, tier) if block and bay and row and tier else None


@admin.register(WorkOrder)
class WorkOrderAdmin(Phone, Remembered, Acting, ServiceOwned):
    """Moves of boxes: those in quarantine first, then those in hand, then the planned ones by their turn."""

    list_display = (
        "box", "work", "shown_state", "turn", "due_at", "from_where", "to_where", "carrier", "equipment", "reason",
    )  # fmt: skip
    list_filter = ("state", "kind", "equipment", "priority", "cause", ("call", admin.RelatedOnlyFieldListFilter))
    list_select_related = (
        "visit__container", "visit__standing__block", "call", "onward_call", "block", "equipment", "operator",
        "terminal",
    )  # fmt: skip
    search_fields = ("visit__container__number",)
    search_help_text = _("the beginning of a container number, or a train, voyage or plate number")
    ordering = (TURN, "priority", "due_at", "sequence", "-pk")
    date_hierarchy = "planned_at"
    actions = ("hand_out", "start", "confirm", "hand_back", "quarantine", "resume", "cancel_order")

    def get_search_results(self, request: Any, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """By the beginning of a number, of the box or of its carrier."""
        if not search_term:
            return queryset, False
        numbers = queryset.filter(visit__container__number__startswith=compact(search_term))
        return numbers | queryset.filter(call__number__startswith=search_term.strip()), False

    def happenings(self, row: Any) -> Iterable[Entry]:
        """What the journal remembers of the order itself."""
        mine = Entry.objects.filter(visit_id=row.visit_id, payload__order=str(row.public_id))
        return mine.order_by("-happened_at", "-pk")[:SHOWN]

    @admin.display(description=_("priority"), ordering="priority")
    def turn(self, order: WorkOrder) -> int:
        return order.priority

    @admin.display(description=_("box"), ordering="visit__container__number")
    def box(self, order: WorkOrder) -> str:
        return order.visit.container.number

    @display(description=_("work"), ordering="kind")
    def work(self, order: WorkOrder) -> str:
        return order.get_kind_display()

    @display(description=_("State"), ordering="state", label=STATES)
    def shown_state(self, order: WorkOrder) -> tuple[str, str]:
        return order.state, order.get_state_display()

    @admin.display(description=pgettext_lazy("place", "from"))
    def from_where(self, order: WorkOrder) -> str:
        return where_from(order) or "–"

    @admin.display(description=pgettext_lazy("place", "to"))
    def to_where(self, order: WorkOrder) -> str:
        return where_to(order) or "–"

    @admin.display(description=pgettext_lazy("vehicle", "carrier"), ordering="call__number")
    def carrier(self, order: WorkOrder) -> str:
        return linked(order.call)

    @row_action(_("Hand out …"), right=PLAN, form=HandOutForm, when=leads_to(OrderState.DISPATCHED))
    def hand_out(self, order: WorkOrder, *, by: Actor, at: datetime, equipment: Equipment) -> None:
        services.hand_out(order, equipment=equipment, by=by, at=at)

    @row_action(_("Start"), right=CARRY_OUT, when=leads_to(OrderState.IN_PROGRESS))
    def start(self, order: WorkOrder, *, by: Actor, at: datetime) -> None:
        services.start(order, by=by, at=at)

    @row_action(_("Confirm …"), right=CARRY_OUT, form=ConfirmForm, when=is_in_hand)
    def confirm(self, order: WorkOrder, *, by: Actor, at: datetime, place_reason: str = "", **cell: Any) -> None:
        place = place_of(**cell) if cell else None
        services.confirm(order, place=place, place_reason=place_reason, by=by, at=at)

    @row_action(_("Hand back"), right=CARRY_OUT, when=is_in_hand)
    def hand_back(self, order: WorkOrder, *, by: Actor, at: datetime) -> None:
        services.hand_back(order, by=by, at=at)

    @row_action(_("Cannot be done …"), right=CARRY_OUT, form=CauseForm, when=leads_to(OrderState.QUARANTINED))
    def quarantine(self, order: WorkOrder, *, by: Actor, at: datetime, cause: str, note: str) -> None:
        services.quarantine(order, cause=Cause(cause), note=note, by=by, at=at)

    @row_action(_("Plan again …"), right=PLAN, form=NoteForm, when=lambda order: order.state == OrderState.QUARANTINED)
    def resume(self, order: WorkOrder, *, by: Actor, at: datetime, note: str) -> None:
        services.resume(order, note=note, by=by, at=at)

    @row_action(_("Cancel …"), right=PLAN, form=ReasonForm, when=leads_to(OrderState.CANCELLED))
    def cancel_order(self, order: WorkOrder, *, by: Actor, at: datetime, reason: str) -> None:
        services.cancel_order(order, reason=reason, by=by, at=at)


@admin.register(HeldCell)
class HeldCellAdmin(ServiceOwned):
    """Free cells kept for the boxes of orders."""

    terminal_path = "block__terminal"
    list_display = ("cell", "for_box", "until")
    list_filter = ("block",)
    list_select_related = ("block__terminal", "order__visit__container")
    search_fields = ("order__visit__container__number__startswith",)
    ordering = ("block__code", "bay", "row", "tier")
    fields = ("order", "block", "bay", "row", "tier", "until")

    @admin.display(description=_("cell"), ordering="block__code")
    def cell(self, held: HeldCell) -> str:
        return f"{held.block.code}-{held.bay:02d}-{held.row:02d}-{held.tier}"

    @admin.display(description=_("kept for"))
    def for_box(self, held: HeldCell) -> str:
        return linked(held.order)
