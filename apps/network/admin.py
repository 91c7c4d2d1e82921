"""The site's own page and the list of places."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Configuration
from apps.common.figures import figure
from apps.network.models import Place, Terminal


@admin.register(Terminal)
class TerminalAdmin(Configuration):
    """Rated figures: what the alerts and the digest measure against."""

    terminal_path = "pk"
    list_display = ("name", "un_locode", "zone_name", "rated_trains_per_day", "rated_teu_per_year", "active")
    readonly_fields = ("operating_capacity", "rated_a_day")

    @admin.display(description=_("operating capacity, TEU"))
    def operating_capacity(self, terminal: Terminal) -> str:
        """What follows from slots, tiers and fill; nothing before they are known."""
        return figure(terminal.operating_capacity_teu) if terminal.pk else "–"

    @admin.display(description=_("rated TEU a day"))
    def rated_a_day(self, terminal: Terminal) -> str:
        """What follows from the yearly figure."""
        return figure(terminal.rated_teu_per_day) if terminal.pk else "–"


@admin.register(Place)
class PlaceAdmin(Configuration):
    """Places by UN/LOCODE."""

    terminal_path = None
    list_display = ("un_locode", "name", "country")
    list_filter = ("country",)
    search_fields = ("un_locode__startswith", "name__istartswith")
