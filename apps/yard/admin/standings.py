"""Where each box stands."""

from datetime import datetime

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Acting, ServiceOwned, row_action
from apps.parties.actors import Actor
from apps.yard import services
from apps.yard.admin.counting.filters import NotVerifiedFor
from apps.yard.admin.moving import MoveForm
from apps.yard.admin.practice import OutOfOrder
from apps.yard.models import Block, Standing


@admin.register(Standing)
class StandingAdmin(OutOfOrder, Acting, ServiceOwned):
    """Every box whose cell is known."""

    terminal_path = "block__terminal"
    list_display = ("visit", "cell", "size_type", "gross_kg", "destination", "placed_at", "verified_at")
    list_filter = ("block", "tier", NotVerifiedFor)
    list_select_related = ("visit__container", "block")
    search_fields = ("visit__container__number__startswith",)
    ordering = ("block__code", "bay", "row", "tier")
    actions = ("move", "verify")
    fields = ("visit", "block", "bay", "bays", "row", "tier", "placed_at", "verified_at")

    def named(self, row: Standing) -> str:
        """The box and its cell: people move boxes, not cells."""
        return f"{row.visit.container.number} ({row})"

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
    def move(
        self, standing: Standing, *, by: Actor, at: datetime, block: Block, bay: int, row: int, tier: int, reason: str
    ) -> None:
        services.move(standing, block, bay, row, tier, by=by, at=at, reason=reason)

    @row_action(_("Position seen and right"), right="yard.change_standing")
    def verify(self, standing: Standing, *, by: Actor, at: datetime) -> None:
        services.verify(standing, by=by, at=at)
