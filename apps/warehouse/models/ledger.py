"""Goods in bond: the entries they are under, the ledger of each, runs of processing, and warnings of its period."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.models import Row, choices, one_of
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models.stock import Lot, LotMovement
from terminal.bonded import BondedRegime, LedgerKind


def kilograms(label: Any, **more: Any) -> models.DecimalField[Any, Any]:
    """A weight to the gram."""
    return models.DecimalField(label, max_digits=12, decimal_places=3, **more)


class BondedEntryQuerySet(models.QuerySet["BondedEntry"]):
    """Questions about entries that chain."""

    def open(self) -> Self:
        """Entries whose ledger can still be written."""
        return self.filter(closed_at__isnull=True)


class BondedEntry(Row):
    """A customs entry under which goods are in bond, and the account its ledger keeps.

    ``rows_written``, ``packages`` and ``gross_kg`` are kept by the database itself as rows are added to the ledger;
    nobody else can change them. ``ends_on``: the last day of the period; an extension is a row of the ledger.
    ``least_yield_percent`` and ``most_yield_percent``: what customs approved for processing; empty is open.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    document = models.CharField(_("customs document"), max_length=40)
    owner = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="bonded_entries", verbose_name=_("owner of the goods")
    )
    regime = models.CharField(
        _("regime"), max_length=20, choices=choices(BondedRegime), default=BondedRegime.STORAGE.value
    )
    goods = models.CharField(_("goods"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    ends_on = models.DateField(_("last day of the period"))
    least_yield_percent = models.DecimalField(
        _("approved yield from, %"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    most_yield_percent = models.DecimalField(
        _("approved yield to, %"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    rows_written = models.PositiveIntegerField(pgettext_lazy("bonded ledger", "rows"), default=0, editable=False)
    packages = models.IntegerField(_("packages in bond"), default=0, editable=False)
    gross_kg = kilograms(_("in bond, kg"), default=0, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = BondedEntryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("bonded ledger", "bonded entry")
        verbose_name_plural = pgettext_lazy("bonded ledger", "bonded entries")
        constraints = [
            models.UniqueConstraint(fields=["terminal", "document"], name="an_entry_is_opened_once"),
            one_of("regime", BondedRegime, "a_bonded_regime_is_known"),
            models.CheckConstraint(
                condition=Q(packages__gte=0, gross_kg__gte=0), name="a_bonded_balance_is_never_negative"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(packages=0, gross_kg=0), name="a_closed_entry_holds_nothing"
            ),
            models.CheckConstraint(
                condition=Q(least_yield_percent__isnull=True)
                | Q(most_yield_percent__isnull=True)
                | Q(least_yield_percent__lte=F("most_yield_percent")),
                name="an_approved_yield_has_its_ends_in_order",
            ),
        ]
        indexes = [models.Index(fields=["terminal", "ends_on"], condition=Q(closed_at=None), name="entries_by_end")]

    def __str__(self) -> str:
        return f"{self.number} ({self.document})"


class ProcessingRun(Row):
    """One run of processing in bond: lots of an entry went in, lots of the same entry came of them.

    What went in and what came of it are rows of the ledger. ``in_norm``: the yield lies in what customs approved then.
    """

    entry = models.ForeignKey(
        BondedEntry, on_delete=models.PROTECT, related_name="runs", verbose_name=pgettext_lazy("bonded ledger", "entry")
    )
    number = models.CharField(_("number"), max_length=20, unique=True)
    ran_at = models.DateTimeField(_("done"))
    ran_by = models.CharField(_("by"), max_length=120)
    input_kg = kilograms(_("went in, kg"))
    added_kg = kilograms(_("added free goods, kg"), default=0)
    output_kg = kilograms(_("made, kg"))
    waste_kg = kilograms(_("waste, kg"), default=0)
    loss_kg = kilograms(_("lost, kg"), default=0)
    yield_percent = models.DecimalField(_("yield, %"), max_digits=8, decimal_places=2)
    in_norm = models.BooleanField(_("as approved"))
    note = models.CharField(_("what was done"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("processing in bond")
        verbose_name_plural = _("processing in bond")
        ordering = ["-ran_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(input_kg=F("output_kg") + F("waste_kg") + F("loss_kg") - F("added_kg")),
                name="nothing_comes_of_nothing",
            )
        ]

    def __str__(self) -> str:
        return self.number


class LedgerRow(models.Model):
    """One row of an entry's ledger: written once, never changed, never deleted; figures are signed differences.

    ``number`` and the balances after the row (of the entry, and of its lot under it) are given by the database when
    the row is written. ``movement``: the movement of stock it tells of; none for what moved nothing.
    """

    entry = models.ForeignKey(
        BondedEntry, on_delete=models.PROTECT, related_name="rows", verbose_name=pgettext_lazy("bonded ledger", "entry")
    )
    number = models.PositiveIntegerField(pgettext_lazy("bonded ledger", "row"), default=0)
    kind = models.CharField(_("what"), max_length=20, choices=choices(LedgerKind, context="bonded ledger"))
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="ledger_rows", verbose_name=_("lot"))
    movement = models.OneToOneField(
        LotMovement, on_delete=models.PROTECT, null=True, related_name="ledger_row", verbose_name=_("movement")
    )
    run = models.ForeignKey(
        ProcessingRun, on_delete=models.PROTECT, null=True, related_name="rows", verbose_name=_("processing")
    )
    amends = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="amendments", verbose_name=_("amends row")
    )
    packages = models.IntegerField(_("packages"), default=0)
    gross_kg = kilograms(_("kg"), default=0)
    packages_after = models.IntegerField(_("packages after"), default=0)
    gross_kg_after = kilograms(_("kg after"), default=0)
    lot_packages_after = models.IntegerField(_("packages of the lot after"), default=0)
    lot_gross_kg_after = kilograms(_("kg of the lot after"), default=0)
    ends_on = models.DateField(_("period now ends on"), null=True)
    document = models.CharField(_("customs document"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    happened_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    by = models.CharField(_("by"), max_length=120)

    class Meta:
        verbose_name = _("row of a bonded ledger")
        verbose_name_plural = _("rows of bonded ledgers")
        ordering = ["entry_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="ledger_rows_are_numbered"),
            one_of("kind", LedgerKind, "a_ledger_row_is_of_a_known_kind"),
            models.CheckConstraint(
                condition=Q(kind="amendment", amends__isnull=False) | (~Q(kind="amendment") & Q(amends__isnull=True)),
                name="an_amendment_says_what_it_amends",
            ),
            models.CheckConstraint(
                condition=Q(kind="extension", ends_on__isnull=False) | (~Q(kind="extension") & Q(ends_on__isnull=True)),
                name="an_extension_says_until_when",
            ),
            models.CheckConstraint(
                condition=Q(kind="extension") | Q(lot__isnull=False), name="a_ledger_row_is_about_a_lot"
            ),
        ]
        indexes = [models.Index(fields=["entry", "lot"], name="ledger_by_lot")]

    def __str__(self) -> str:
        return f"{self.entry.number} · {self.number}"


class PeriodWarning(models.Model):
    """A warning that an entry's period ends, given ``days`` before it (-1: it is over). No row: not given yet.

    An extension begins the warnings anew: they name the end they warned of.
    """

    entry = models.ForeignKey(BondedEntry, on_delete=models.CASCADE, related_name="warnings")
    ends_on = models.DateField(_("last day of the period"))
    days = models.SmallIntegerField(_("days ahead"))
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("warning of a bonded period")
        verbose_name_plural = _("warnings of bonded periods")
        constraints = [
            models.UniqueConstraint(fields=["entry", "ends_on", "days"], name="a_period_warning_is_given_once")
        ]

    def __str__(self) -> str:
        return f"{self.entry.number}: {self.days}"
