"""Statements as they were issued: a party's charges of a month in one currency, with all they were computed from."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.billing.models.invoices import Document


class Statement(Document):
    """A month's charges to a party. ``document`` is its JSON text as issued, never changed (trigger).

    It carries every line that was charged before the month's end and stood on no statement yet, so that what was
    entered late is in the next one: no line is ever on none or on two.
    """

    month = models.DateField(_("month"))
    issued_on = models.DateField(pgettext_lazy("invoice day", "issued"))
    issued_at = models.DateTimeField(_("entered"))
    issued_by = models.CharField(pgettext_lazy("invoice", "issued by"), max_length=120)
    charges = models.PositiveIntegerField(_("charges"))
    net_minor = models.BigIntegerField(_("net, minor units"))
    vat_minor = models.BigIntegerField(_("VAT, minor units"))
    gross_minor = models.BigIntegerField(_("total, minor units"))
    document = models.TextField(_("document"))

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-month", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["terminal", "year", "sequence"], name="a_statement_number_is_given_once"),
            models.UniqueConstraint(
                fields=["terminal", "party", "month", "currency"], name="a_month_is_stated_once_in_a_currency"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="a_month_is_named_by_its_first_day"),
            models.CheckConstraint(
                condition=Q(gross_minor=F("net_minor") + F("vat_minor")), name="a_statement_adds_up"
            ),
        ]
