"""Where parties' systems are told of what happens, and what became of it."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action, said_once, tones
from apps.common.words import label
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.webhooks import services
from apps.webhooks.models import Attempt, Delivery, Webhook
from terminal.webhooks import FAILS_AFTER, Standing

RIGHT = "webhooks.replay_webhook"


class StandingFilter(admin.SimpleListFilter):
    """Running, failing, ended."""

    title = pgettext_lazy("webhook", "standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(each.value, pgettext("webhook", label(each.value))) for each in Standing]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> QuerySet[Webhook]:
        if self.value() == Standing.ENDED:
            return queryset.exclude(ended_at=None)
        if self.value() == Standing.FAILING:
            return queryset.filter(ended_at=None, failures__gte=FAILS_AFTER)
        return queryset.filter(ended_at=None, failures__lt=FAILS_AFTER) if self.value() else queryset


def many(state: Delivery.State) -> Coalesce:
    """How many deliveries of a webhook are in this state."""
    found = Delivery.objects.filter(webhook=OuterRef("pk"), state=state).order_by().values("webhook")
    return Coalesce(Subquery(found.annotate(many=Count("pk")).values("many")), 0)


class SinceForm(forms.Form):
    """From when on."""

    since = forms.DateTimeField(label=_("Events recorded from"), widget=forms.DateTimeInput())


@admin.register(Webhook)
class WebhookAdmin(Acting, ServiceOwned):
    """Addresses of parties' systems. Parties make and change them over the API; their secrets are told to nobody."""

    list_display = (
        "party", "url", "standard", "shown_standing", "failing_since", "last_success_at", "waiting", "parked",
    )  # fmt: skip
    list_filter = (StandingFilter, "party")
    search_fields = ("party__name", "party__code", "own_url", "event_subscription__callback_url")
    list_select_related = ("party", "terminal", "event_subscription")
    ordering = ("ended_at", "-failures", "-pk")
    exclude = ("secret", "former_secret", "begins_xid", "rests", "own_url", "event_subscription")
    readonly_fields = ("url", "standard", "said_standing", "filters", "waiting", "parked")
    actions = ("test", "replay", "end")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With what waits and what is parked of each."""
        states = Delivery.State.WAITING, Delivery.State.PARKED
        counted = {f"many_{state.value}": many(state) for state in states}
        rows: QuerySet[Any] = super().get_queryset(request).annotate(**counted)
        return rows

    @admin.display(description=_("address"))
    def url(self, row: Webhook) -> str:
        return row.url

    @admin.display(description=_("speaks"))
    def standard(self, row: Webhook) -> str:
        return "DCSA Track & Trace 2.2" if row.event_subscription_id else "Standard Webhooks"

    @admin.display(description=_("filters"))
    def filters(self, row: Webhook) -> str:
        """What it is told of, in Track & Trace's own names where it speaks that."""
        said = row.event_subscription.filters if row.event_subscription else {}
        return "; ".join(f"{name}: {value}" for name, value in said.items()) or "–"

    @display(
        description=pgettext_lazy("webhook", "standing"),
        ordering="failures",
        label=tones(Standing, running="success", failing="danger"),
    )
    def shown_standing(self, row: Webhook) -> tuple[str, Any]:
        return row.standing.value, pgettext("webhook", label(row.standing.value))

    @admin.display(description=pgettext_lazy("webhook", "standing"))
    def said_standing(self, row: Webhook) -> Any:
        return pgettext("webhook", label(row.standing.value))

    @admin.display(description=_("waiting"))
    def waiting(self, row: Any) -> int:
        return int(row.many_waiting)

    @admin.display(description=_("parked"))
    def parked(self, row: Any) -> int:
        return int(row.many_parked)

    @row_action(_("Test"), right=RIGHT, when=lambda row: row.ended_at is None)
    def test(self, row: Webhook, *, by: Actor, at: datetime) -> str:
        """Send a message that tells nothing; the answer stands among the deliveries."""
        services.test_webhook(row, by=by, at=at)
        return str(_("A test is on its way to %(url)s: its answer stands among the deliveries.") % {"url": row.url})

    @row_action(_("Send again …"), right=RIGHT, form=SinceForm, when=lambda row: row.ended_at is None)
    def replay(self, row: Webhook, *, by: Actor, at: datetime, since: datetime) -> str:
        """Send events of a time again."""
        many = services.replay(row, services.Missed(since=since), by=by, at=at)
        return ngettext("%(many)d event is sent again.", "%(many)d events are sent again.", many) % {"many": many}

    @row_action(
        _("End"),
        right="webhooks.change_webhook",
        sure=_("The party's system is told nothing more, what waits included. This cannot be undone."),
        when=lambda row: row.ended_at is None and row.event_subscription_id is None,
    )
    def end(self, row: Webhook, *, by: Actor, at: datetime) -> None:
        """End a webhook that does harm."""
        by.require("webhooks.change_webhook", row.terminal)
        services.end_webhook(row, by=by, at=at, because=str(services.BY_THE_TERMINAL))


class Attempts(TabularInline):
    """Every try and its answer."""

    model = Attempt
    fields = ("at", "status", "took_ms", "answer")
    readonly_fields = fields
    extra = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.user.has_perm("webhooks.view_delivery"))


@admin.register(Delivery)
class DeliveryAdmin(Acting, ServiceOwned):
    """Messages to parties' systems: waiting, delivered, parked."""

    terminal_path = "webhook__terminal"
    list_display = (
        "queued_at", "party", "address", "reason", "shown_state", "attempts", "last_answer", "next_attempt_at",
    )  # fmt: skip
    list_filter = ("state", "reason", "webhook__party")
    search_fields = ("=event_id",)
    list_select_related = ("webhook__party", "webhook__terminal", "webhook__event_subscription")
    ordering = ("-pk",)
    exclude = ("lane", "webhook", "entry_id")
    readonly_fields = ("party", "address", "entry")
    inlines = (Attempts,)
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the latest try, which ``last_answer`` shows."""
        latest = Prefetch("log", Attempt.objects.order_by("-pk")[:1], to_attr="latest")
        return super().get_queryset(request).prefetch_related(latest)

    @admin.display(description=_("party"))
    def party(self, row: Delivery) -> str:
        return str(row.webhook.party)

    @admin.display(description=_("address"))
    def address(self, row: Delivery) -> str:
        return linked(row.webhook, row.webhook.url)

    @admin.display(description=_("journal entry"))
    @said_once
    def entry(self, row: Delivery) -> str:
        return linked(Entry.objects.filter(pk=row.entry_id).first() if row.entry_id else None)

    @display(
        description=_("state"),
        ordering="state",
        label=tones(list(Delivery.State), waiting="info", delivered="success", parked="danger", withheld="warning"),
    )
    def shown_state(self, row: Delivery) -> tuple[str, Any]:
        return row.state, row.get_state_display()

    @admin.display(description=_("the latest answer"))
    def last_answer(self, row: Delivery) -> str:
        tried: list[Attempt] = getattr(row, "latest", [])
        return " ".join(f"{each.status or ''} {each.answer}"[:120] for each in tried).strip()

    @row_action(_("Send again"), right=RIGHT, when=lambda row: row.state != Delivery.State.WAITING)
    def send_again(self, row: Delivery, *, by: Actor, at: datetime) -> None:
        """Queue messages anew that were parked, or that the receiver lost."""
        services.send_again(row, by=by, at=at)
