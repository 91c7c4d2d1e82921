"""Machines, the times in which they do not work, and closed bays: tables the yard's planners edit."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Configuration, linked
from apps.yard.models import BlockClosure, Downtime, Equipment, WorkOrder


class Span(forms.ModelForm[Any]):
    """A time from ``since`` to ``until``, which ends after it began."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until <= since:
            self.add_error("until", gettext("It ends after it began; leave this empty for “until further notice”."))
        return data


class DowntimeForm(Span):
    """A machine's downtime, which is not told twice."""

    class Meta:
        model = Downtime
        exclude: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and (known := self._told_already(data)):
            told = gettext("%(downtime)s is told for that time already, from %(since)s; change that one instead.")
            since = f"{timezone.localtime(known.since):%Y-%m-%d %H:%M}"
            self.add_error("since", told % {"downtime": known, "since": since})
        return data

    def _told_already(self, data: dict[str, Any]) -> Downtime | None:
        others = Downtime.objects.filter(equipment=data["equipment"]).exclude(pk=self.instance.pk)
        lasting = others.filter(Q(until=None) | Q(until__gt=data["since"])).select_related("equipment")
        until = data.get("until")
        return (lasting.filter(since__lt=until) if until else lasting).first()


class ClosureForm(Span):
    """A closure of bays the block has."""

    class Meta:
        model = BlockClosure
        exclude: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        block, first, last = data.get("block"), data.get("first_bay"), data.get("last_bay")
        if (first is None) != (last is None):
            missing = "first_bay" if first is None else "last_bay"
            self.add_error(missing, gettext("Give both ends, or neither for the whole block."))
        elif first is not None and last is not None:
            if last < first:
                self.add_error("last_bay", gettext("The last bay is not before the first one."))
            elif block and (first < 1 or last > block.bays):
                self.add_error("last_bay", gettext("The block has the bays 1 to %(bays)d.") % {"bays": block.bays})
        return data


@admin.register(Equipment)
class EquipmentAdmin(Configuration):
    """What lifts boxes, and what each has in hand."""

    list_display = ("code", "kind", "lifts_per_hour", "active", "in_hand", "down")
    list_filter = ("kind", "active", "terminal")
    search_fields = ("code__istartswith",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Equipment]:
        rows: QuerySet[Equipment] = super().get_queryset(request)
        having = WorkOrder.objects.in_hand().select_related("visit__container")
        return rows.prefetch_related("downtimes", Prefetch("orders", having, to_attr="having"))

    @admin.display(description=_("in hand"))
    def in_hand(self, machine: Any) -> str:
        return linked(next(iter(machine.having), None))

    @admin.display(description=_("does not work"))
    def down(self, machine: Equipment) -> str:
        now = timezone.now()
        begun = [each for each in machine.downtimes.all() if each.since <= now]
        return ", ".join(each.reason for each in begun if each.until is None or each.until > now) or "–"


@admin.register(Downtime)
class DowntimeAdmin(Configuration):
    """When machines do not work; one without an end is down until further notice."""

    form = DowntimeForm
    terminal_path = "equipment__terminal"
    list_display = ("equipment", "since", "until", "reason")
    list_filter = ("equipment",)
    list_select_related = ("equipment__terminal",)
    search_fields = ("equipment__code__istartswith",)
    ordering = ("-since",)


@admin.register(BlockClosure)
class BlockClosureAdmin(Configuration):
    """Blocks and bays that take nothing in."""

    form = ClosureForm
    terminal_path = "block__terminal"
    list_display = ("block", "first_bay", "last_bay", "since", "until", "reason")
    list_filter = ("block",)
    list_select_related = ("block__terminal",)
    search_fields = ("block__code__istartswith",)
    ordering = ("-since",)
