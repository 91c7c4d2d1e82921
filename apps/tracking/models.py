"""History taken in from other systems, and what other systems want to be told of."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.models import Attachment, Row
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.addresses import LONGEST


class FlowImport(Row):
    """One file of container flow that was taken in, whole. A refused file leaves no row: only its report, printed."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    file = models.ForeignKey(Attachment, on_delete=models.PROTECT, verbose_name=_("file"))
    source = models.CharField(_("source"), max_length=60)
    stays = models.PositiveIntegerField(_("stays in the file"))
    added = models.PositiveIntegerField(_("stays added"))
    already_known = models.PositiveIntegerField(_("stays already known"))
    imported_at = models.DateTimeField(_("imported"))
    imported_by = models.CharField(_("imported by"), max_length=120)

    class Meta:
        verbose_name = _("flow import")
        verbose_name_plural = _("flow imports")

    def __str__(self) -> str:
        return f"{self.file.name} {self.imported_at:%Y-%m-%d %H:%M}"


class EventSubscriptionQuerySet(models.QuerySet["EventSubscription"]):
    """Questions about subscriptions that chain."""

    def running(self) -> Self:
        """Subscriptions that were not ended."""
        return self.filter(ended_at=None)


class EventSubscription(Row):
    """What a party's system wants to be told of as it happens, as Track & Trace 2.2 knows it: where to, and of what.

    ``filters`` stand under the standard's names, each as ``terminal.dcsa.wanted`` takes it; empty: everything the party
    may see. ``secret``, Base64 and kept sealed, signs what is sent; it is told to nobody, the party itself included.
    ``ended_at`` empty: it runs. An ended one is not there for its party any more.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+", verbose_name=_("terminal"))
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="event_subscriptions", verbose_name=_("party")
    )
    callback_url = models.CharField(_("address"), max_length=LONGEST)
    secret = models.TextField(_("secret"))
    filters = models.JSONField(_("filters"), default=dict, blank=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("made by"), max_length=120)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = EventSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("event subscription")
        verbose_name_plural = _("event subscriptions")
        indexes = [
            models.Index(
                fields=["party", "terminal"], condition=models.Q(ended_at__isnull=True), name="running_subscriptions"
            )
        ]

    def __str__(self) -> str:
        return f"{self.party} → {self.callback_url}"
