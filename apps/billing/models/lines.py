"""Charge lines: what was charged, whom, of what it came, and what became of it."""

from decimal import Decimal
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.billing.models.accounts import StorageAccount
from apps.billing.models.invoices import Invoice
from apps.billing.models.statements import Statement
from apps.billing.models.tariffs import CountedCalendar, TariffVersion, days
from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models import Booking
from terminal.charges.rules import Unit
from terminal.money import major, money


class ChargeLineQuerySet(models.QuerySet["ChargeLine"]):
    """Questions about lines that chain."""

    def standing(self) -> Self:
        """Lines that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def to_invoice(self) -> Self:
        """Lines that stand on no invoice yet."""
        return self.standing().filter(invoice=None)


class ChargeLine(Row):
    """One thing charged to one party, with all a payer needs to compute it again. Never changed (trigger).

    ``document`` is the line as a statement carries it (``terminal.charges.writing``), as canonical JSON text.
    ``amount_minor``: in minor units of ``currency``. ``events``: the journal's rows it came from. ``cause``: of what it
    came, which is charged once; storage has the days of its ``account`` instead. ``invoice`` and ``statement`` empty:
    it stands on none yet; set once. ``credited_minor``: taken back by credit notes. ``withdrawn_at``: taken back before
    it was on an invoice; it counts nowhere.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+", verbose_name=_("terminal"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="charges", verbose_name=_("charged to"))
    what = models.CharField(_("for"), max_length=60)
    unit = models.CharField(_("unit"), max_length=10, choices=choices(Unit))
    service = models.CharField(_("kind of zone or work"), max_length=40, blank=True)
    account = models.ForeignKey(
        StorageAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("storage")
    )
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="charges", verbose_name=_("container")
    )
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="charges", verbose_name=_("booking")
    )
    lot_id = models.BigIntegerField(_("lot"), null=True, blank=True)
    cause = models.CharField(max_length=120, null=True, blank=True, editable=False)  # noqa: DJ001 - absent for storage
    version_used = models.ForeignKey(
        TariffVersion, on_delete=models.PROTECT, related_name="lines", verbose_name=_("tariff version")
    )
    tariff_on = models.DateField(_("day whose tariff counts"))
    calendar = models.ForeignKey(
        CountedCalendar, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("calendar")
    )
    customer = models.CharField(_("by the conditions of"), max_length=30, blank=True)
    first_on = models.DateField(_("first day"), null=True, blank=True)
    last_on = models.DateField(_("last day"), null=True, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=4)
    amount_minor = models.BigIntegerField(_("amount, minor units"))
    currency = models.CharField(_("currency"), max_length=3)
    minor_digits = models.PositiveSmallIntegerField(_("digits of the minor unit"))
    vat_rate = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=4)
    document = models.TextField(_("computed from"))
    events = ArrayField(models.BigIntegerField(), verbose_name=_("journal entries"))
    charged_at = models.DateTimeField(_("charged"))
    charged_by = models.CharField(_("charged by"), max_length=120)
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("invoice")
    )
    position = models.PositiveIntegerField(_("line of the invoice"), null=True, blank=True)
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("statement")
    )
    credited_minor = models.BigIntegerField(_("credited, minor units"), default=0)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=120, blank=True)
    withdrawn_why = models.CharField(_("why withdrawn"), max_length=200, blank=True)

    objects = ChargeLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        permissions = [
            ("note_extra_work", "Charge extra lifts and packages"),
            ("withdraw_charge", "Withdraw a charge before it is invoiced"),
        ]
        constraints = [
            one_of("unit", Unit, "a_charge_counts_something_known"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="a_charge_is_nothing_or_more"),
            models.CheckConstraint(
                condition=Q(credited_minor__gte=0, credited_minor__lte=F("amount_minor")),
                name="no_more_is_credited_than_was_charged",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(invoice__isnull=True, statement__isnull=True),
                name="a_withdrawn_charge_is_on_no_paper",
            ),
            models.CheckConstraint(
                condition=Q(invoice__isnull=True, position__isnull=True)
                | Q(invoice__isnull=False, position__isnull=False),
                name="a_charge_has_a_place_on_its_invoice",
            ),
            models.CheckConstraint(condition=Q(events__len__gte=1), name="a_charge_names_an_event"),
            models.CheckConstraint(
                condition=Q(account__isnull=False, cause__isnull=True, first_on__isnull=False, last_on__isnull=False)
                | Q(account__isnull=True, cause__isnull=False),
                name="a_charge_has_a_cause",
            ),
            models.UniqueConstraint(
                fields=["terminal", "cause"], condition=Q(withdrawn_at__isnull=True), name="a_cause_is_charged_once"
            ),
            models.UniqueConstraint(fields=["invoice", "position"], name="an_invoice_counts_its_lines"),
            ExclusionConstraint(
                name="a_day_of_storage_is_charged_once",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    (days("first_on", "last_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(account__isnull=False, withdrawn_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["terminal", "party"],
                condition=Q(invoice__isnull=True, withdrawn_at__isnull=True),
                name="charges_to_invoice",
            ),
            models.Index(
                fields=["terminal", "party", "charged_at"],
                condition=Q(statement__isnull=True, withdrawn_at__isnull=True),
                name="charges_to_state",
            ),
            models.Index(fields=["terminal", "-charged_at"], name="charges_by_time"),
            models.Index(fields=["version_used", "-tariff_on"], name="charges_by_tariff"),
        ]

    def __str__(self) -> str:
        return f"{self.what}: {money(self.amount_minor, self.currency, self.minor_digits)}"

    @property
    def amount(self) -> Decimal:
        """The amount in whole units: 123.45."""
        return major(self.amount_minor, self.minor_digits)

    @property
    def shown_amount(self) -> str:
        """The amount as text, with all digits of its currency."""
        return str(self.amount)

    @property
    def shown_credit(self) -> str:
        """What was credited, likewise."""
        return str(major(self.credited_minor, self.minor_digits))

    @property
    def plain_quantity(self) -> str:
        """The quantity as text, without the zeros of its column."""
        return f"{self.quantity.normalize():f}"

    @property
    def open_minor(self) -> int:
        """What of it was not credited, in minor units."""
        return self.amount_minor - self.credited_minor
