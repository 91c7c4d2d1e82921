"""Blocks with their fill, and where each box stands."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Acting, Configuration, ServiceOwned, row_action
from apps.common.admin.bars import share_bar
from apps.parties.actors import Actor
from apps.yard import services
from apps.yard.models import Block, Standing
from apps.yard.selectors import boxes_outside


class BlockForm(forms.ModelForm[Block]):
    """A block's data; it is not made smaller than what stands in it needs."""

    class Meta:
        model = Block
        exclude: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        size: dict[str, Any] = {name: data.get(name) for name in ("bays", "rows", "tiers")}
        if self.instance.pk and None not in size.values():
            outside = boxes_outside(self.instance, **size)
            if outside:
                told = gettext("Boxes stand beyond that: %(numbers)s. Move them first.")
                raise ValidationError(told % {"numbers": ", ".join(outside)})
        return data


@admin.register(Block)
class BlockAdmin(Configuration):
    """The yard's blocks and how full each is, measured at the site's operating fill."""

    form = BlockForm
    list_display = ("code", "kind", "bays", "rows", "tiers", "boxes", "fill")
    list_filter = ("kind",)
    search_fields = ("code__istartswith",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Block]:
        rows: QuerySet[Block] = super().get_queryset(request)
        return rows.select_related("terminal").annotate(
            standing_boxes=Count("standings"), standing_teu=Sum("standings__visit__container__teu")
        )

    @admin.display(description=_("boxes"), ordering="standing_boxes")
    def boxes(self, block: Any) -> int:
        return int(block.standing_boxes)

    @admin.display(description=_("fill"))
    def fill(self, block: Any) -> SafeString:
        capacity = block.ground_slots * block.tiers * Decimal(block.terminal.operating_fill)
        return share_bar((block.standing_teu or 0) / capacity if capacity else Decimal(0))


class MoveForm(forms.Form):
    """Where to: a block of the terminal and a cell in it."""

    block = forms.ModelChoiceField(label=_("Block"), queryset=Block.objects.all())
    bay = forms.IntegerField(label=_("Bay"), min_value=1)
    row = forms.IntegerField(label=_("Row"), min_value=1)
    tier = forms.IntegerField(label=_("Tier"), min_value=1)


@admin.register(Standing)
class StandingAdmin(Acting, ServiceOwned):
    """Every box whose cell is known."""

    terminal_path = "block__terminal"
    list_display = ("visit", "cell", "size_type", "gross_kg", "destination", "placed_at", "verified_at")
    list_filter = ("block", "tier")
    list_select_related = ("visit__container", "block")
    search_fields = ("visit__container__number__startswith",)
    ordering = ("block__code", "bay", "row", "tier")
    actions = ("move", "verify")
    fields = ("visit", "block", "bay", "bays", "row", "tier", "placed_at", "verified_at")

    @admin.display(description=_("cell"), ordering="block__code")
    def cell(self, standing: Standing) -> str:
        return str(standing)

    @admin.display(description=_("size-type"))
    def size_type(self, standing: Standing) -> str:
        return standing.visit.container.size_type

    @admin.display(description=_("gross, kg"))
    def gross_kg(self, standing: Standing) -> int | None:
        return standing.visit.gross_kg

    @admin.display(description=_("destination"))
    def destination(self, standing: Standing) -> str:
        return standing.visit.destination

    @row_action(_("Move to another cell"), right="yard.change_standing", form=MoveForm)
    def move(self, standing: Standing, *, by: Actor, at: datetime, block: Block, bay: int, row: int, tier: int) -> None:
        services.move(standing, block, bay, row, tier, by=by, at=at)

    @row_action(_("Position seen and right"), right="yard.change_standing")
    def verify(self, standing: Standing, *, by: Actor, at: datetime) -> None:
        services.verify(standing, by=by, at=at)
