"""Invoices, what was paid for them, what was credited, and what is disputed. None is ever rewritten (triggers)."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.models import Row, choices, one_of
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.lifecycle import OWED, DisputeStatus, InvoiceStatus
from terminal.money import major, money


class Series(models.Model):
    """The last number given to a kind of document of a terminal in a year. Whoever takes the next locks the row.

    It is written in the transaction of the document, so that one that fails leaves no gap. No row: none was given.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        CREDIT_NOTE = "credit_note", _("credit note")
        STATEMENT = "statement", _("statement")
        PAYMENT = "payment", _("payment")

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("series of numbers")
        verbose_name_plural = _("series of numbers")
        constraints = [models.UniqueConstraint(fields=["terminal", "kind", "year"], name="a_series_is_counted_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}: {self.last}"


class Document(Row):
    """A numbered paper to a party in one currency. Amounts are minor units."""

    terminal = models.ForeignKey(
        Terminal, on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("terminal")
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("party"))
    number = models.CharField(_("number"), max_length=40, unique=True)
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    sequence = models.PositiveIntegerField(_("number in the year"), editable=False)
    currency = models.CharField(_("currency"), max_length=3)
    minor_digits = models.PositiveSmallIntegerField(_("digits of the minor unit"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    def said(self, minor: int) -> str:
        """An amount of its currency for people."""
        return money(minor, self.currency, self.minor_digits)

    def major(self, minor: int) -> Decimal:
        """An amount of its currency in whole units."""
        return major(minor, self.minor_digits)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Questions about invoices that chain."""

    def owed(self) -> Self:
        """Invoices of which something is still to be paid."""
        return self.filter(status__in=sorted(OWED))


class Invoice(Document):
    """What a party was asked to pay: its lines added up, with VAT by rates.

    ``vat``: by rate, each with the net amount it is of, as in a statement. ``paid_minor`` and ``credited_minor`` are
    what came in for it and what credit notes took back (with VAT).
    """

    issued_on = models.DateField(pgettext_lazy("invoice day", "issued"))
    due_on = models.DateField(pgettext_lazy("invoice day", "due"))
    issued_at = models.DateTimeField(_("entered"))
    issued_by = models.CharField(pgettext_lazy("invoice", "issued by"), max_length=120)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=choices(InvoiceStatus, context="invoice"),
        default=InvoiceStatus.ISSUED.value,
    )
    net_minor = models.BigIntegerField(_("net, minor units"))
    vat_minor = models.BigIntegerField(_("VAT, minor units"))
    gross_minor = models.BigIntegerField(_("total, minor units"))
    vat = models.JSONField(_("VAT by rates"), default=list)
    paid_minor = models.BigIntegerField(_("paid, minor units"), default=0)
    credited_minor = models.BigIntegerField(_("credited, minor units"), default=0)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-issued_on", "-pk"]
        permissions = [
            ("issue_invoice", "Issue invoices and statements"),
            ("enter_payment", "Enter payments"),
            ("credit_invoice", "Give credit notes"),
        ]
        constraints = [
            one_of("status", InvoiceStatus, "invoice_status_is_known"),
            models.UniqueConstraint(fields=["terminal", "year", "sequence"], name="an_invoice_number_is_given_once"),
            models.CheckConstraint(condition=Q(gross_minor=F("net_minor") + F("vat_minor")), name="an_invoice_adds_up"),
            models.CheckConstraint(
                condition=Q(paid_minor__gte=0, paid_minor__lte=F("gross_minor")),
                name="no_more_is_paid_than_an_invoice_asks",
            ),
            models.CheckConstraint(
                condition=Q(credited_minor__gte=0, credited_minor__lte=F("gross_minor")),
                name="no_more_is_credited_than_an_invoice_asks",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="an_invoice_is_due_after_its_issue"),
        ]
        indexes = [
            models.Index(fields=["party", "-issued_on"], name="invoices_by_party"),
            models.Index(
                fields=["terminal", "due_on"], condition=Q(status__in=sorted(OWED)), name="invoices_to_be_paid"
            ),
        ]

    @property
    def open_minor(self) -> int:
        """What is still to be paid, in minor units; below zero: the terminal owes it."""
        return self.gross_minor - self.paid_minor - self.credited_minor


class Payment(Document):
    """Money that came in from a party; ``allocated_minor`` of it is for invoices (``Allocation``)."""

    received_on = models.DateField(pgettext_lazy("payment", "received"))
    amount_minor = models.BigIntegerField(_("amount, minor units"))
    allocated_minor = models.BigIntegerField(_("for invoices, minor units"), default=0)
    reference = models.CharField(_("bank's reference"), max_length=60)
    entered_at = models.DateTimeField(_("entered"))
    entered_by = models.CharField(_("entered by"), max_length=120)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["terminal", "year", "sequence"], name="a_payment_number_is_given_once"),
            models.UniqueConstraint(fields=["terminal", "party", "reference"], name="a_payment_is_entered_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="a_payment_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(allocated_minor__gte=0, allocated_minor__lte=F("amount_minor")),
                name="no_more_is_allocated_than_was_paid",
            ),
        ]

    @property
    def free_minor(self) -> int:
        """What of it is for no invoice yet."""
        return self.amount_minor - self.allocated_minor


class Allocation(models.Model):
    """So much of a payment is for an invoice."""

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("payment")
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="allocations", verbose_name=_("invoice")
    )
    amount_minor = models.BigIntegerField(_("amount, minor units"))
    allocated_at = models.DateTimeField(_("entered"))
    allocated_by = models.CharField(_("entered by"), max_length=120)

    class Meta:
        verbose_name = _("allocation of a payment")
        verbose_name_plural = _("allocations of payments")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="an_allocation_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.payment} → {self.invoice}"


class CreditNote(Document):
    """What of an invoice was taken back, line by line (``CreditedLine``), with the VAT that falls away with it."""

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="credit_notes", verbose_name=_("invoice")
    )
    issued_on = models.DateField(pgettext_lazy("invoice day", "issued"))
    issued_at = models.DateTimeField(_("entered"))
    issued_by = models.CharField(pgettext_lazy("invoice", "issued by"), max_length=120)
    reason = models.CharField(_("reason"), max_length=200)
    net_minor = models.BigIntegerField(_("net, minor units"))
    vat_minor = models.BigIntegerField(_("VAT, minor units"))
    gross_minor = models.BigIntegerField(_("total, minor units"))

    class Meta:
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["terminal", "year", "sequence"], name="a_credit_number_is_given_once"),
            models.CheckConstraint(
                condition=Q(net_minor__gt=0, gross_minor=F("net_minor") + F("vat_minor")), name="a_credit_note_adds_up"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_credit_note_says_why"),
        ]


class CreditedLine(models.Model):
    """So much of a line was taken back by a credit note."""

    credit_note = models.ForeignKey(
        CreditNote, on_delete=models.PROTECT, related_name="credited", verbose_name=_("credit note")
    )
    line = models.ForeignKey(
        "billing.ChargeLine", on_delete=models.PROTECT, related_name="credits", verbose_name=_("charge")
    )
    net_minor = models.BigIntegerField(_("net, minor units"))

    class Meta:
        verbose_name = _("credited charge")
        verbose_name_plural = _("credited charges")
        constraints = [
            models.CheckConstraint(condition=Q(net_minor__gt=0), name="a_credit_is_more_than_nothing"),
            models.UniqueConstraint(fields=["credit_note", "line"], name="a_credit_note_names_a_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.credit_note}: {self.line}"


class Dispute(Row):
    """A payer's objection to one line of an invoice. Upheld: ``credit_note`` took back what was wrong."""

    line = models.ForeignKey(
        "billing.ChargeLine", on_delete=models.PROTECT, related_name="disputes", verbose_name=_("charge")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=choices(DisputeStatus), default=DisputeStatus.OPEN.value
    )
    reason = models.CharField(_("objection"), max_length=500)
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.CharField(_("opened by"), max_length=120)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True)
    credit_note = models.ForeignKey(
        CreditNote, on_delete=models.PROTECT, null=True, blank=True, related_name="disputes",
        verbose_name=_("credit note"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-opened_at", "-pk"]
        permissions = [("decide_dispute", "Decide disputes")]
        constraints = [
            one_of("status", DisputeStatus, "dispute_status_is_known"),
            models.UniqueConstraint(fields=["line"], condition=Q(status="open"), name="a_line_has_one_open_dispute"),
            models.CheckConstraint(
                condition=Q(status="upheld", credit_note__isnull=False)
                | (~Q(status="upheld") & Q(credit_note__isnull=True)),
                name="an_upheld_dispute_has_a_credit_note",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_dispute_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.line.invoice} · {self.line.position}"
