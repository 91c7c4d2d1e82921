"""The site's own page, the list of places, and the corridors goods go along."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from apps.common.admin import Configuration
from apps.common.figures import figure
from apps.network.models import Corridor, CorridorLeg, Place, Terminal
from terminal.corridors import gaps
from terminal.countries import COUNTRIES
from terminal.identifiers import nearest

HOURS_A_DAY: Final = 24
LOCODE: Final = 5
PLACED: Final = frozenset({"branch", "sequence", "start", "end"})


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


class LegForm(forms.ModelForm[CorridorLeg]):
    """Codes as people type them: small letters and blanks are understood. What is no place is told beside all else."""

    def clean_start(self) -> str:
        return _place(self.cleaned_data["start"])

    def clean_end(self) -> str:
        return _place(self.cleaned_data["end"])


def _place(said: str) -> str:
    code = said.strip().upper()
    if len(code) == LOCODE and code[:2].isalpha() and code[:2] not in COUNTRIES:
        told = gettext("%(code)s is no place: no country has the letters %(country)s (ISO 3166).")
        raise forms.ValidationError(told % {"code": code, "country": code[:2]})
    return code


def unlisted(codes: Iterable[str]) -> Iterator[str]:
    """What is to be said of places that are on no list here: no reason to refuse them, but seldom meant."""
    known = set(Place.objects.values_list("un_locode", flat=True))
    for code in sorted(set(codes) - known) if known else ():
        near = ", ".join(nearest(code, known))
        told = gettext("%(code)s is on no list of places here.") % {"code": code}
        yield f"{told} {gettext('Did you mean %(near)s?') % {'near': near}}" if near else told


class LegFormSet(forms.BaseInlineFormSet[CorridorLeg, Corridor, LegForm]):
    """The legs of one corridor, in their order: each begins where the one before it ends."""

    def clean(self) -> None:
        """Say it at every leg that does not meet the one before it, and at places in the order taken twice."""
        super().clean()
        lines: dict[str, list[Any]] = {}
        for form in self.forms:
            if (not form.has_changed() and not form.instance.pk) or form.cleaned_data.get("DELETE"):
                continue
            if not form.cleaned_data.keys() >= PLACED:
                return  # where this leg lies is not known: what is wrong with it comes first
            lines.setdefault(form.cleaned_data["branch"], []).append(form)
        for line in lines.values():
            line.sort(key=lambda form: form.cleaned_data["sequence"])
        places = {
            branch: [(each.cleaned_data["start"], each.cleaned_data["end"]) for each in line]
            for branch, line in lines.items()
        }
        for gap in gaps(places):
            told = gettext("It begins at %(start)s, but the leg before it ends at %(end)s.")
            lines[gap.branch][gap.place].add_error("start", told % {"start": gap.starts, "end": gap.ended})


class LegInline(TabularInline):
    """Legs of the trunk (no branch) and of the branches that follow it."""

    model = CorridorLeg
    form = LegForm
    formset = LegFormSet
    verbose_name_plural = _("legs")
    extra = 0
    ordering = ("branch", "sequence")
    fields = (
        "branch", "sequence", "start", "end", "mode", "km", "hours_least", "hours_most", "usd_per_teu", "illustrative"
    )  # fmt: skip


@admin.register(Corridor)
class CorridorAdmin(Configuration):
    """Ways for goods between countries, leg by leg, with length, time and cost."""

    terminal_path = None
    list_display = ("name", "code", "km", "days", "usd")
    search_fields = ("code__istartswith", "name__istartswith")
    inlines = (LegInline,)
    prepopulated_fields = {"code": ("name",)}

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """A form that comes back for something else tells of its places, too."""
        if request.method == "POST":
            self._tell_unlisted(request, [each.formset for each in context["inline_admin_formsets"]])
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        self._tell_unlisted(request, formsets)

    def _tell_unlisted(self, request: Any, formsets: Any) -> None:
        forms_of = [form for formset in formsets for form in formset.forms]
        codes = [form.cleaned_data.get(name) for form in forms_of for name in ("start", "end")]
        for told in unlisted(code for code in codes if code and len(code) == LOCODE):
            self.message_user(request, told, messages.WARNING)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("legs")

    @admin.display(description=_("km of the trunk"))
    def km(self, corridor: Corridor) -> str:
        """From the first place to where branches part."""
        return figure(sum(leg.km for leg in _trunk(corridor)))

    @admin.display(description=_("days of the trunk"))
    def days(self, corridor: Corridor) -> str:
        """The least and the most."""
        legs = _trunk(corridor)
        ends = (sum(leg.hours_least for leg in legs), sum(leg.hours_most for leg in legs))
        return " – ".join(figure(hours / HOURS_A_DAY, 1) for hours in ends)

    @admin.display(description=_("US$ a TEU of the trunk"))
    def usd(self, corridor: Corridor) -> str:
        """What its legs cost together."""
        return figure(sum(leg.usd_per_teu for leg in _trunk(corridor)))


def _trunk(corridor: Corridor) -> list[CorridorLeg]:
    return [leg for leg in corridor.legs.all() if not leg.branch]
