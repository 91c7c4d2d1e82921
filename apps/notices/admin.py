"""What was said to people, and whether it got there."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from apps.common.admin import Acting, ServiceOwned, row_action
from apps.notices import services
from apps.notices.models import Attempt, Heartbeat, Notice, RefusedAddress, TaskTally
from apps.parties.actors import Actor


class Attempts(TabularInline):
    """Every try and the server's answer."""

    model = Attempt
    fields = ("at", "succeeded", "answer")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.user.has_perm("notices.view_notice"))


@admin.register(Notice)
class NoticeAdmin(Acting, ServiceOwned):
    """E-mails: waiting, sent, parked."""

    list_display = ("subject", "recipient", "state", "attempts", "last_answer", "created_at", "sent_at")
    list_filter = ("state", "language")
    search_fields = ("recipient", "subject", "message_id")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    exclude = ("image", "html")
    readonly_fields = ("enclosed",)
    inlines = (Attempts,)
    actions = ("send_again",)

    def get_queryset(self, request: Any) -> Any:
        """With the attempts, which ``last_answer`` shows; without the bodies."""
        return super().get_queryset(request).defer("html", "image").prefetch_related("log")

    @admin.display(description=_("the server's answer"))
    def last_answer(self, notice: Notice) -> str:
        """The answer to the latest attempt."""
        log = list(notice.log.all())
        return log[-1].answer[:120] if log else ""

    @admin.display(description=_("enclosed"))
    def enclosed(self, notice: Notice) -> str:
        """The names of the files that go out with it."""
        return ", ".join(notice.enclosures.values_list("name", flat=True)) or "–"

    @row_action(_("Send again"), right="notices.change_notice")
    def send_again(self, notice: Notice, *, by: Actor, at: datetime) -> None:
        """Try parked notices anew."""
        services.send_again(notice, by=by, at=at)


@admin.register(RefusedAddress)
class RefusedAddressAdmin(Acting, ServiceOwned):
    """Addresses to which mail does not get through."""

    terminal_path = None
    list_display = ("address", "since", "last_at", "times", "answer")
    search_fields = ("address",)
    actions = ("put_right",)

    @row_action(_("It is put right"), right="notices.change_notice")
    def put_right(self, refused: RefusedAddress, *, by: Actor, at: datetime) -> None:
        """Forget it; if mail is refused again, it is noted again."""
        services.forget_refusal(refused.address)


@admin.register(Heartbeat)
class HeartbeatAdmin(ServiceOwned):
    """Which processes live."""

    terminal_path = None
    list_display = ("process", "seen_at")


@admin.register(TaskTally)
class TaskTallyAdmin(ServiceOwned):
    """How the workers' tasks do; those that fail first."""

    terminal_path = None
    list_display = ("task", "runs", "failures", "last_ended_at", "last_seconds", "mean_seconds", "failing_since")
    list_filter = (("failing_since", admin.EmptyFieldListFilter),)
    search_fields = ("task",)
    ordering = (F("failing_since").asc(nulls_last=True), "task")

    @admin.display(description=_("mean run, s"))
    def mean_seconds(self, tally: TaskTally) -> str:
        """Over all its runs."""
        return f"{tally.seconds / tally.runs:.2f}" if tally.runs else "–"
