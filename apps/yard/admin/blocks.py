"""Blocks with their fill."""

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

from apps.common.admin import Configuration
from apps.common.admin.bars import share_bar
from apps.yard.admin.plan.page import Plans
from apps.yard.models import Block
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
class BlockAdmin(Plans, Configuration):
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
