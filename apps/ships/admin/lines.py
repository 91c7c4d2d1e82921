"""The lines of all lists: tallied, reported short, given up, taken up again."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.calls.admin import ReasonForm
from apps.common.admin import Acting, ServiceOwned, row_action, tones
from apps.journal.models import Entry
from apps.journal.timeline import SHOWN, Remembered
from apps.parties.actors import Actor
from apps.ships import services
from apps.ships.admin.forms import RemarkForm, SeenForm
from apps.ships.admin.inlines import otherwise
from apps.ships.admin.papers import RIGHT
from apps.ships.models import StowageLine
from apps.ships.services import Seen
from terminal.lifecycle import LineState
from terminal.stowage import StowageList

STATES = tones(LineState, listed="info", done="success", short="danger", cancelled="warning")


def is_open(line: Any) -> bool:
    """Whether it is still to be worked."""
    return bool(line.state == LineState.LISTED)


@admin.register(StowageLine)
class StowageLineAdmin(Remembered, Acting, ServiceOwned):
    """Boxes on ships' lists, the latest calls first."""

    terminal_path = "ship__call__terminal"
    list_display = ("number", "ship", "listed_in", "shown_state", "size_type", "stow", "onward", "done_at", "differs")
    list_filter = ("state", "listed_in", "unlisted", "ship")
    list_select_related = ("ship__call__terminal", "visit__container", "onward_call")
    search_fields = ("number__startswith", "ship__call__number__istartswith", "ship__name__istartswith")
    search_help_text = _("the beginning of a container number, a voyage or a ship's name")
    ordering = ("-ship_id", "listed_in", "number")
    actions = ("note_seen", "report_short", "give_up", "take_up")
    readonly_fields = ("differs",)

    def happenings(self, row: Any) -> Any:
        """What happened to the box at this call."""
        about = Entry.objects.filter(call_id=row.ship.call_id, container_number=row.number)
        return about.order_by("-happened_at", "-pk")[:SHOWN]

    @display(description=_("state"), ordering="state", label=STATES)
    def shown_state(self, line: StowageLine) -> tuple[str, str]:
        return line.state, line.get_state_display()

    @admin.display(description=_("otherwise than listed"))
    def differs(self, line: StowageLine) -> SafeString | str:
        return otherwise(line)

    @row_action(_("Tally …"), right=RIGHT, form=SeenForm, when=lambda line: line.state in ("listed", "done"))
    def note_seen(self, line: StowageLine, *, by: Actor, at: datetime, seen: Seen) -> None:
        services.note_seen(line, seen, by=by, at=at)

    @row_action(
        _("Not on board …"),
        right=RIGHT,
        form=RemarkForm,
        when=lambda line: is_open(line) and line.listed_in == StowageList.DISCHARGE,
    )
    def report_short(self, line: StowageLine, *, by: Actor, at: datetime, remark: str) -> None:
        services.report_short(line, by=by, at=at, remark=remark)

    @row_action(_("Shut out, or remains on board …"), right=RIGHT, form=ReasonForm, when=is_open)
    def give_up(self, line: StowageLine, *, by: Actor, at: datetime, reason: str) -> None:
        services.cancel_lines([line], reason=reason, by=by, at=at)

    @row_action(_("Take up again"), right=RIGHT, when=lambda line: line.state in ("short", "cancelled"))
    def take_up(self, line: StowageLine, *, by: Actor, at: datetime) -> None:
        services.reinstate_lines([line], by=by, at=at)
