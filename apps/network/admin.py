"""The site's own page and the list of places."""

from django.contrib import admin

from apps.common.admin import Configuration
from apps.network.models import Place, Terminal


@admin.register(Terminal)
class TerminalAdmin(Configuration):
    """Rated figures: what the alerts and the digest measure against."""

    terminal_path = "pk"
    list_display = ("name", "un_locode", "zone_name", "rated_trains_per_day", "rated_teu_per_year", "active")
    readonly_fields = ("operating_capacity_teu", "rated_teu_per_day")


@admin.register(Place)
class PlaceAdmin(Configuration):
    """Places by UN/LOCODE."""

    terminal_path = None
    list_display = ("un_locode", "name", "country")
    list_filter = ("country",)
    search_fields = ("un_locode__startswith", "name__istartswith")
