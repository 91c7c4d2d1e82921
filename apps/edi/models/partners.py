"""With whom interchanges are exchanged, and what was agreed on."""

from typing import Any, Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.models import Row
from apps.common.words import sentence
from apps.customs.models import Authority
from apps.network.models import Terminal, require_zone
from apps.parties.models import Party
from terminal.edifact.envelope import Address
from terminal.edifact.exchange import FROM_CUSTOMS, FROM_PARTIES, TOLD_TO_PARTIES
from terminal.edifact.profile import AGREED_DIALECTS, Profile
from terminal.errors import Refused


def dialects() -> list[tuple[str, str]]:
    """What we write in: version and release of the directory."""
    return [(each, each) for each in sorted(AGREED_DIALECTS)]


def read_types() -> list[tuple[str, str]]:
    """Types of message that are read."""
    return [(each, each) for each in (*FROM_PARTIES, *FROM_CUSTOMS)]


def told_types() -> list[tuple[str, str]]:
    """Types of message that are sent unasked."""
    return [(each, each) for each in TOLD_TO_PARTIES]


def require_agreements(told: Any) -> None:
    """Refuse agreements that cannot be kept, with what is possible."""
    try:
        Profile.of(told, zone=ZoneInfo("UTC"))
    except Refused as refusal:
        raise ValidationError(sentence(refusal.message, refusal.facts)) from refusal


class PartnerQuerySet(models.QuerySet["Partner"]):
    """Questions about partners that chain."""

    def in_use(self) -> Self:
        """Those with whom interchanges are exchanged now."""
        return self.filter(
            Q(party__active=True) | Q(authority__active=True), active=True, terminal__active=True
        ).select_related("terminal", "party", "authority")


class PartnerManager(models.Manager["Partner"]):
    def get_by_natural_key(self, code: str) -> "Partner":
        return self.get(code=code)


class Partner(Row):
    """What was agreed with one partner: who writes as whom, in which words, and what goes which way.

    A partner is a party or a system of customs', never both. ``sender_code`` with its qualifier is how the partner
    calls itself in UNB, ``own_code`` how it calls the terminal; an empty qualifier: any. ``agreements`` are those of
    ``terminal.edifact.profile`` as JSON. ``zone_name`` empty: the terminal's own. ``takes`` is read from the partner,
    ``tells`` is reported to it unasked; what it may not say is refused.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="edi_partners",
        verbose_name=_("party"),
        help_text=_("Whose boxes and trucks the messages are about. Empty for a system of customs'."),
    )
    authority = models.ForeignKey(
        Authority,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("system of customs'"),
        help_text=_("For CUSRES only."),
    )
    sender_code = models.CharField(_("partner's code in UNB"), max_length=35)
    sender_qualifier = models.CharField(_("its qualifier"), max_length=4, blank=True)
    own_code = models.CharField(_("our code in UNB"), max_length=35)
    own_qualifier = models.CharField(_("our qualifier"), max_length=4, blank=True)
    dialect = models.CharField(_("we write in"), max_length=6, choices=dialects, default="D.95B")
    zone_name = models.CharField(
        _("time zone"),
        max_length=50,
        blank=True,
        validators=[require_zone],
        help_text=_("Of times without one. Empty: the terminal's."),
    )
    agreements = models.JSONField(
        _("agreements"),
        default=dict,
        blank=True,
        validators=[require_agreements],
        help_text=_(
            "charset, dialects, documents, statuses, customs, size_types, turn_reference, tolerates; what is not said "
            "is as the directories have it."
        ),
    )
    takes = ArrayField(
        models.CharField(max_length=6, choices=read_types), verbose_name=_("is read from it"), default=list, blank=True
    )
    tells = ArrayField(
        models.CharField(max_length=6, choices=told_types), verbose_name=_("is told to it"), default=list, blank=True
    )
    wants_contrl = models.BooleanField(_("CONTRL for every interchange"), default=True)
    wants_aperak = models.BooleanField(_("APERAK for every message"), default=True)
    uses_folder = models.BooleanField(_("exchanges files in its folder"), default=False)
    active = models.BooleanField(_("active"), default=True)

    objects = PartnerManager.from_queryset(PartnerQuerySet)()

    class Meta:
        verbose_name = pgettext_lazy("EDIFACT", "partner")
        verbose_name_plural = pgettext_lazy("EDIFACT", "partners")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=True, authority__isnull=False)
                | Q(party__isnull=False, authority__isnull=True),
                name="a_partner_is_a_party_or_customs",
            ),
            models.UniqueConstraint(
                fields=["terminal", "sender_code", "sender_qualifier", "own_code"],
                name="a_sender_is_one_partner",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def clean(self) -> None:
        """Only customs speak for customs, and they are told nothing unasked."""
        super().clean()
        if bool(self.party_id) == bool(self.authority_id):
            raise ValidationError(_("A partner is a party or a system of customs'."))
        strange = sorted(set(self.takes) - set(self.may_say))
        if strange:
            raise ValidationError({"takes": _("Not from this partner: %(what)s.") % {"what": ", ".join(strange)}})
        if self.authority_id and self.tells:
            raise ValidationError({"tells": _("What customs are told are reports of its own.")})

    @property
    def may_say(self) -> tuple[str, ...]:
        """The types of message that may be agreed on with it."""
        return FROM_CUSTOMS if self.authority_id else FROM_PARTIES

    @property
    def zone(self) -> ZoneInfo:
        """Of its times that come without one, and of ours in what we write to it."""
        return ZoneInfo(self.zone_name) if self.zone_name else self.terminal.zone

    @property
    def profile(self) -> Profile:
        """The agreements as the reader takes them."""
        return Profile.of(self.agreements, zone=self.zone)

    @property
    def address(self) -> Address:
        """It, on an envelope."""
        return Address(self.sender_code, self.sender_qualifier)

    @property
    def our_address(self) -> Address:
        """We, on an envelope between us."""
        return Address(self.own_code, self.own_qualifier)
