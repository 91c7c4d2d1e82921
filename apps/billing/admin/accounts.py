"""Boxes' storage with its four dates, and the times for which nobody pays."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.billing import services
from apps.billing.admin.forms import ChargeForm, EndForm, GuaranteeForm, OverrideForm, PauseForm, PayerForm, WorkForm
from apps.billing.models import Pause, StorageAccount
from apps.billing.services.accounts import GUARANTEE, OVERRIDE
from apps.billing.services.rows import RIGHT
from apps.billing.services.warehouse import EXTRA
from apps.common.admin import Acting, ServiceOwned, row_action
from apps.parties.actors import Actor
from terminal.charges.rules import Unit


def is_running(account: StorageAccount) -> bool:
    """Whether anything of it is still to be charged."""
    return account.closed_at is None


def goes_on(pause: Pause) -> bool:
    """Whether it has no end yet."""
    return pause.ends_at is None and not pause.withdrawn


@admin.register(StorageAccount)
class StorageAccountAdmin(Acting, ServiceOwned):
    """The four dates of each box: those that still stand first, the one whose free time ends first at their head."""

    terminal_path = "visit__terminal"
    list_display = (
        "visit",
        "payer",
        "calculated_last_free_on",
        "overridden_last_free_on",
        "guaranteed_through",
        "charged_through",
        "paid_through",
        "trouble",
    )
    list_filter = (("closed_at", admin.EmptyFieldListFilter), ("trouble", admin.EmptyFieldListFilter))
    list_select_related = ("visit__container", "visit__terminal", "payer", "guarantor")
    search_fields = ("visit__container__number__startswith",)
    ordering = ("-closed_at", "calculated_last_free_on", "pk")
    actions = ("override", "guarantee", "payer_named", "pause", "charge", "extra_work")

    @row_action(_("Override last free day …"), right=OVERRIDE, form=OverrideForm, when=is_running)
    def override(self, row: StorageAccount, *, by: Actor, at: datetime, **said: Any) -> None:
        services.override_last_free_day(row.visit, by=by, at=at, **said)

    @row_action(_("Guarantee …"), right=GUARANTEE, form=GuaranteeForm, when=is_running)
    def guarantee(self, row: StorageAccount, *, by: Actor, at: datetime, **said: Any) -> None:
        services.guarantee_through(row.visit, by=by, at=at, **said)

    @row_action(_("Charge to …"), right=RIGHT, form=PayerForm, when=is_running)
    def payer_named(self, row: StorageAccount, *, by: Actor, at: datetime, **said: Any) -> None:
        services.name_payer(row.visit, by=by, at=at, **said)

    @row_action(_("Pause …"), right=RIGHT, form=PauseForm, when=is_running)
    def pause(self, row: StorageAccount, *, by: Actor, at: datetime, **said: Any) -> None:
        services.start_pause(row.visit, by=by, at=at, **said)

    @row_action(_("Charge now …"), right=RIGHT, form=ChargeForm, when=is_running)
    def charge(self, row: StorageAccount, *, by: Actor, at: datetime, **said: Any) -> None:
        services.charge_visit(row.visit, by=by, at=at, **said)

    @row_action(_("Charge extra work …"), right=EXTRA, form=WorkForm)
    def extra_work(self, row: StorageAccount, *, by: Actor, at: datetime, unit: str, **said: Any) -> None:
        services.charge_extra_work(row.visit, unit=Unit(unit), by=by, at=at, **said)


@admin.register(Pause)
class PauseAdmin(Acting, ServiceOwned):
    """Times for which nobody pays, the newest first."""

    terminal_path = "visit__terminal"
    list_display = ("visit", "kind", "reason", "starts_at", "ends_at", "withdrawn")
    list_filter = ("kind", "withdrawn")
    list_select_related = ("visit__container", "visit__terminal")
    search_fields = ("visit__container__number__startswith",)
    ordering = ("-starts_at", "-pk")
    actions = ("end", "withdraw")

    @row_action(_("End …"), right=RIGHT, form=EndForm, when=goes_on)
    def end(self, row: Pause, *, by: Actor, at: datetime, ends_at: datetime) -> None:
        services.end_pause(row, ends_at=ends_at, by=by, at=at)

    @row_action(_("Withdraw"), right=RIGHT, when=lambda row: not row.withdrawn, sure=_("It counts nowhere any more."))
    def withdraw(self, row: Pause, *, by: Actor, at: datetime) -> None:
        services.withdraw_pause(row, by=by, at=at)
