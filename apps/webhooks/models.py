"""Where parties' systems are told of what happens: addresses, messages on their way, and every try to hand one over."""

from datetime import datetime
from typing import Any, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.ids import uuid7
from apps.common.models import Row, one_of
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.tracking.models import EventSubscription
from terminal.addresses import LONGEST
from terminal.webhooks import Standing, standing


def listed(field: models.Field[Any, Any], name: Any) -> ArrayField[Any, Any]:
    """A list of which any one will do; empty: whatever it is."""
    return ArrayField(field, verbose_name=name, default=list, blank=True)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Questions about webhooks that chain."""

    def running(self) -> Self:
        """Those that were not ended."""
        return self.filter(ended_at=None)


class Webhook(Row):
    """What a party's system is told as it happens, and where to.

    ``kinds``, ``containers``, ``bookings`` (numbers in the papers), ``trains`` (public ids of calls) must all fit; an
    empty one always does. ``event_subscription``: it speaks Track & Trace 2.2, and address, secret and filters stand
    there; else ``url`` and ``secret``, which signs what is sent and is kept sealed. ``former_secret`` signs beside it
    until ``former_until``. ``begins_xid``: what transactions before this one wrote was settled when it was made, and
    is not told. ``failures`` counts failed tries since the last that succeeded, ``rests`` the pauses since then;
    nothing is tried before ``rests_until``. ``ended_at`` empty: it runs.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+", verbose_name=_("terminal"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="webhooks", verbose_name=_("party"))
    event_subscription = models.OneToOneField(
        EventSubscription, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("event subscription")
    )
    own_url = models.CharField(_("address"), max_length=LONGEST, blank=True)
    description = models.CharField(_("description"), max_length=120, blank=True)
    kinds = listed(models.CharField(max_length=40), _("kinds of events"))
    containers = listed(models.CharField(max_length=11), _("containers"))
    bookings = listed(models.CharField(max_length=60), _("bookings"))
    trains = listed(models.UUIDField(), _("trains"))
    secret = models.TextField(_("secret"), blank=True)
    former_secret = models.TextField(_("former secret"), blank=True)
    former_until = models.DateTimeField(_("former secret serves until"), null=True, blank=True)
    begins_xid = models.BigIntegerField()
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("made by"), max_length=120)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_because = models.CharField(_("ended because"), max_length=200, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    rests = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(_("tried again"), null=True, blank=True)
    last_success_at = models.DateTimeField(_("last delivered"), null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        permissions = [("replay_webhook", "Send events to a webhook again, and test it")]
        constraints = [
            models.CheckConstraint(
                condition=Q(event_subscription__isnull=False, own_url="", secret="")
                | (Q(event_subscription__isnull=True) & ~Q(own_url="") & ~Q(secret="")),
                name="a_webhook_has_one_address",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "terminal"], condition=Q(ended_at__isnull=True), name="running_webhooks"),
        ]

    def __str__(self) -> str:
        return f"{self.party} → {self.url}"

    @property
    def url(self) -> str:
        """Where to."""
        return self.event_subscription.callback_url if self.event_subscription else self.own_url

    @property
    def standing(self) -> Standing:
        """How it stands."""
        return standing(ended=self.ended_at is not None, failures=self.failures)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Questions about deliveries that chain."""

    def due(self, at: datetime) -> Self:
        """What should be tried now."""
        return self.filter(state=Delivery.State.WAITING, next_attempt_at__lte=at)

    def on_their_way(self) -> Self:
        """What is neither delivered nor given up."""
        return self.filter(state=Delivery.State.WAITING)


ENACTED: Final = ("forged", "stale")
"""Reasons of messages a sandbox sends to be refused: they tell nothing, and are tried once."""

OF_NO_ENTRY: Final = (*ENACTED, "test")


class Delivery(models.Model):
    """One message to one webhook: an entry of the journal, or a test. It is told at least once under one ``event_id``.

    ``waiting`` rows are the queue, the lower ``id`` first within a ``lane``: a container (its number inside), or a call
    (below zero). Only the first of a lane has a ``next_attempt_at``; while it is in hand, that is when its lease ends.
    ``withheld``: when its turn came, the party might not see it any more, or a later word on the event stood.
    ``dropped``: the webhook ended. ``parked`` rows were tried long enough. ``reason`` forged or stale: see ``ENACTED``.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        PARKED = "parked", _("parked")
        WITHHELD = "withheld", _("withheld")
        DROPPED = "dropped", pgettext_lazy("webhook", "dropped")

    class Reason(models.TextChoices):
        EVENT = "event", _("event")
        REPLAY = "replay", _("sent again")
        TEST = "test", pgettext_lazy("webhook", "test")
        FORGED = "forged", _("sandbox: not signed by us")
        STALE = "stale", _("sandbox: an old timestamp")

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(_("public id"), default=uuid7, unique=True, editable=False)
    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False, verbose_name=_("webhook")
    )
    reason = models.CharField(_("why"), max_length=10, choices=Reason, default=Reason.EVENT)
    event_id = models.UUIDField(_("event"), default=uuid7)
    entry_id = models.BigIntegerField(_("journal entry"), null=True, blank=True)
    lane = models.BigIntegerField(default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    queued_at = models.DateTimeField(_("queued"))
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    give_up_at = models.DateTimeField(_("parked when not delivered by"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    settled_at = models.DateTimeField(_("done"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            one_of("state", ["waiting", "delivered", "parked", "withheld", "dropped"], "delivery_state_is_known"),
            models.CheckConstraint(
                condition=Q(reason__in=OF_NO_ENTRY) | Q(entry_id__isnull=False), name="it_tells_an_entry"
            ),
        ]
        indexes = [
            models.Index(
                fields=["webhook", "next_attempt_at", "id"], condition=Q(state="waiting"), name="deliveries_due"
            ),
            models.Index(fields=["webhook", "lane", "id"], condition=Q(state="waiting"), name="deliveries_in_order"),
            models.Index(fields=["webhook", "public_id"], name="deliveries_of_a_webhook"),
            models.Index(fields=["queued_at"], name="deliveries_by_age"),
            models.Index(fields=["webhook", "id"], condition=Q(state="parked"), name="deliveries_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} ({self.get_state_display()})"


class Attempt(models.Model):
    """One try to hand a message over. ``status`` empty: nobody answered, ``answer`` says why."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="log", verbose_name=_("delivery"))
    at = models.DateTimeField(_("at"))
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    took_ms = models.PositiveIntegerField(_("took, ms"))
    answer = models.TextField(_("first of the answer"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.status or '–'}"


class Reading(models.Model):
    """How far the journal was read for webhooks, one row. No row: it was never read."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    xid = models.BigIntegerField()
    entry_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("place in the journal")
        verbose_name_plural = _("places in the journal")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="the_journal_is_read_in_one_place")]
