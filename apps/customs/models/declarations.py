"""Declarations: about which boxes and lots, of which goods, by whom, how they stand, and what was changed in them."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.calls.models import Call
from apps.common.models import Attachment, Row, choices, one_of
from apps.containers.models import Visit
from apps.customs.models.offices import Office
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models import Lot
from terminal.customs.goods import DocumentKind
from terminal.lifecycle import AmendmentStatus, Channel, DeclarationStatus
from terminal.regimes import Direction, Regime


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Questions about mandates that chain."""

    def in_force(self, at: Any) -> Self:
        """Mandates that count at that moment."""
        return self.filter(Q(until=None) | Q(until__gt=at), since__lte=at)


class Mandate(Row):
    """A party names a customs broker, who then may declare for it. No row in force: the broker may not.

    ``until`` empty: until it is taken back.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("party"))
    broker = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("customs broker"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    given_by = models.CharField(_("given by"), max_length=120)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("customs", "mandate")
        verbose_name_plural = pgettext_lazy("customs", "mandates")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "party", "broker"], condition=Q(until=None), name="a_broker_is_named_once"
            ),
            models.CheckConstraint(condition=~Q(party=F("broker")), name="nobody_is_their_own_broker"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="a_mandate_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} → {self.broker}"


class Declaration(Row):
    """What a declarant tells customs about boxes and lots, and what customs makes of it.

    ``released`` is the only status that lets a box go; the release writes a permission for each of the visits.
    ``release_valid_until`` empty: the release does not run out. ``release_revoked_at`` set: customs took it back, and
    its permissions with it. ``call``: one document for a whole train. ``hs_code`` and ``goods`` are those of its first
    line. ``proposed_channel``: what the risk rule ``risk_rule`` says; the officer's is ``channel``.
    ``expected_minutes``: how long its office is expected to work on it in all. ``agency``: the other authority that
    has it while it is referred. ``duty_minor``: what is due, in minor units of ``currency``. ``heard``: the number of
    the authority's last message that was acted on in its turn. ``period_days``: how long its goods may stay in bond or
    in the country; empty: as the regime's terms say. ``ends_on``: the last day of that period, known at the release.
    ``earlier``: the declaration whose goods it brings back or takes out of the country again.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="declarations", verbose_name=_("office"))
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime))
    direction = models.CharField(_("direction"), max_length=10, choices=choices(Direction))
    declarant = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="declarations", verbose_name=_("declarant")
    )
    broker = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("customs broker")
    )
    visits = models.ManyToManyField(
        Visit, through="DeclaredContainer", related_name="declarations", verbose_name=_("containers")
    )
    lots = models.ManyToManyField(
        Lot, through="DeclaredLot", related_name="declarations", verbose_name=_("lots of goods")
    )
    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="declarations", verbose_name=_("train")
    )
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)
    goods = models.CharField(_("goods"), max_length=200, blank=True)
    status = models.CharField(
        _("status"), max_length=20, choices=choices(DeclarationStatus), default=DeclarationStatus.DRAFT.value
    )
    channel = models.CharField(_("channel"), max_length=6, choices=choices(Channel), blank=True)
    proposed_channel = models.CharField(_("channel by the rules"), max_length=6, choices=choices(Channel), blank=True)
    risk_rule = models.CharField(_("risk rule"), max_length=80, blank=True)
    expected_minutes = models.PositiveIntegerField(_("expected work, min"), default=0)
    agency = models.CharField(_("referred to"), max_length=80, blank=True)
    duty_minor = models.BigIntegerField(_("due (minor units)"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    heard = models.PositiveIntegerField(_("last message heard"), default=0, editable=False)
    period_days = models.PositiveIntegerField(_("period, days"), null=True, blank=True)
    ends_on = models.DateField(_("last day of the period"), null=True, blank=True)
    least_yield_percent = models.DecimalField(
        _("approved yield from, %"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    most_yield_percent = models.DecimalField(
        _("approved yield to, %"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    earlier = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="later", verbose_name=_("ends")
    )
    drafted_at = models.DateTimeField(_("drafted"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    status_since = models.DateTimeField(_("status since"))
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    release_valid_until = models.DateTimeField(_("release valid until"), null=True, blank=True)
    release_revoked_at = models.DateTimeField(_("release revoked"), null=True, blank=True)
    reason = models.CharField(_("reason of the query or rejection"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        constraints = [
            one_of("status", DeclarationStatus, "declaration_status_is_known"),
            models.CheckConstraint(
                condition=Q(status="released", released_at__isnull=False)
                | (~Q(status="released") & Q(released_at__isnull=True)),
                name="a_released_declaration_says_when",
            ),
            models.CheckConstraint(
                condition=Q(duty_minor__isnull=True) | Q(duty_minor__gte=0) & ~Q(currency=""),
                name="a_duty_has_its_currency",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "status", "submitted_at"], name="declarations_by_office"),
            models.Index(fields=["terminal", "released_at"], name="declarations_by_release"),
            models.Index(
                fields=["terminal", "submitted_at"],
                include=["office", "expected_minutes"],
                name="declarations_by_submission",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DeclaredContainer(models.Model):
    """A visit that a declaration covers."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="containers")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="declared", verbose_name=_("container"))

    class Meta:
        verbose_name = _("declared container")
        verbose_name_plural = _("declared containers")
        constraints = [
            models.UniqueConstraint(fields=["declaration", "visit"], name="a_box_is_declared_once_a_document")
        ]

    def __str__(self) -> str:
        return str(self.visit)


class DeclaredLot(models.Model):
    """A lot of goods in the warehouse that a declaration covers, and how many of its packages."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="declared_lots")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="declared", verbose_name=_("lot"))
    packages = models.PositiveIntegerField(_("packages"))

    class Meta:
        verbose_name = _("declared lot")
        verbose_name_plural = _("declared lots")
        constraints = [
            models.UniqueConstraint(fields=["declaration", "lot"], name="a_lot_is_declared_once_a_document"),
            models.CheckConstraint(condition=Q(packages__gt=0), name="a_declared_lot_has_packages"),
        ]

    def __str__(self) -> str:
        return str(self.lot)


class DeclaredGoods(models.Model):
    """A line of a declaration: goods of one kind and origin. ``value_minor`` in minor units of ``currency``."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="lines")
    line = models.PositiveSmallIntegerField(_("line"))
    hs_code = models.CharField(_("HS code"), max_length=10)
    goods = models.CharField(_("goods"), max_length=200)
    origin = models.CharField(_("country of origin"), max_length=2)
    packages = models.PositiveIntegerField(_("packages"))
    gross_kg = models.DecimalField(_("gross weight, kg"), max_digits=12, decimal_places=3)
    value_minor = models.BigIntegerField(_("value (minor units)"))
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        verbose_name = _("declared goods")
        verbose_name_plural = _("declared goods")
        ordering = ["declaration_id", "line"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "line"], name="a_declared_line_has_one_number"),
            models.CheckConstraint(condition=Q(hs_code__regex=r"^\d{4,10}$"), name="a_declared_hs_code_has_digits"),
            models.CheckConstraint(
                condition=Q(packages__gt=0, gross_kg__gt=0, value_minor__gte=0), name="a_declared_line_is_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}. {self.hs_code} {self.goods}"


class DeclarationDocument(Row):
    """A paper that goes with a declaration: what it is, its own number, and the file."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("kind"), max_length=25, choices=choices(DocumentKind))
    number = models.CharField(_("number"), max_length=60, blank=True)
    file = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("document of a declaration")
        verbose_name_plural = _("documents of declarations")
        ordering = ["declaration_id", "pk"]
        constraints = [one_of("kind", DocumentKind, "a_documents_kind_is_known")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


class Amendment(Row):
    """A change the declarant asks for once its declaration was taken up. Nothing changes until an officer accepts it.

    ``changes``: the new particulars by their names, as the API takes them; ``before``: what they were.
    """

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(
        _("status"), max_length=10, choices=choices(AmendmentStatus), default=AmendmentStatus.ASKED.value
    )
    changes = models.JSONField(_("what it is to say"))
    before = models.JSONField(_("what it said"))
    reason = models.CharField(_("why"), max_length=200)
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.CharField(_("asked by"), max_length=120)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True)
    answer = models.CharField(_("customs' answer"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["declaration_id", "number"]
        constraints = [
            one_of("status", AmendmentStatus, "amendment_status_is_known"),
            models.UniqueConstraint(fields=["declaration", "number"], name="an_amendment_has_one_number"),
            models.UniqueConstraint(
                fields=["declaration"], condition=Q(status="asked"), name="one_amendment_is_asked_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} / {self.number}"
