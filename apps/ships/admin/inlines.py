"""A ship's lists on its page: what is still to be done first."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.admin import TabularInline

from apps.common.admin import linked
from apps.common.figures import figure
from apps.ships.models import StowageLine
from apps.ships.selectors import deviations_of
from terminal.lifecycle import LineState
from terminal.stowage import Deviation, StowageList

DEVIATIONS: Final = {
    Deviation.SHORT: pgettext_lazy("tally", "short"),
    Deviation.OVER: pgettext_lazy("tally", "over"),
    Deviation.NOT_WORKED: pgettext_lazy("tally", "not worked"),
    Deviation.OTHER_SEAL: pgettext_lazy("tally", "other seal"),
    Deviation.OTHER_WEIGHT: pgettext_lazy("tally", "other weight"),
    Deviation.OTHER_STOW: pgettext_lazy("tally", "other place on board"),
    Deviation.REMARKED: pgettext_lazy("tally", "remark"),
}


class LineInline(TabularInline):
    """Lines of one list, to be read; who wants to tally one opens it."""

    model = StowageLine
    extra = 0
    per_page = 20
    can_delete = False
    hide_title = True
    fields = ("box", "what", "stowed", "goes_on", "now", "seen")
    readonly_fields = fields
    which: StowageList

    def get_queryset(self, request: HttpRequest) -> QuerySet[StowageLine]:
        lines: QuerySet[StowageLine] = super().get_queryset(request)
        open_first = Case(When(state=LineState.LISTED.value, then=Value(0)), default=Value(1))
        shown: QuerySet[StowageLine] = lines.filter(listed_in=self.which.value).select_related("onward_call")
        return shown.order_by(open_first, "stow", "number")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("box"))
    def box(self, line: StowageLine) -> str:
        return linked(line, line.number)

    @admin.display(description=gettext_lazy("what is listed"))
    def what(self, line: StowageLine) -> SafeString:
        return listed(line)

    @admin.display(description=gettext_lazy("place on board"))
    def stowed(self, line: StowageLine) -> str:
        return line.stow_seen or line.stow or "–"

    @admin.display(description=gettext_lazy("goes on by"))
    def goes_on(self, line: StowageLine) -> str:
        return line.onward_call.number if line.onward_call else line.onward or "–"

    @admin.display(description=gettext_lazy("state"))
    def now(self, line: StowageLine) -> str:
        return f"✓ {line.get_state_display()}" if line.state == LineState.DONE else str(line.get_state_display())

    @admin.display(description=gettext_lazy("otherwise than listed"))
    def seen(self, line: StowageLine) -> SafeString | str:
        return otherwise(line)


class DischargeInline(LineInline):
    """What comes off."""

    which = StowageList.DISCHARGE
    verbose_name_plural = gettext_lazy("discharge list")


class LoadInline(LineInline):
    """What goes on."""

    which = StowageList.LOAD
    verbose_name_plural = gettext_lazy("load list")


def listed(line: StowageLine) -> SafeString:
    """Size-type, weight, seals, dangerous goods and set-point on one line."""
    weight = line.vgm_kg or line.gross_kg
    said = [
        line.size_type,
        f"{'VGM ' if line.vgm_kg else ''}{figure(weight)} kg" if weight else "",
        f"UN {line.un_number} ({line.imdg_class})" if line.un_number else "",
        f"{line.celsius} °C" if line.celsius is not None else "",
        " ".join(line.seals),
    ]
    return format_html("<small>{}</small>", " · ".join(each for each in said if each))


def otherwise(line: StowageLine) -> SafeString | str:
    """Each deviation on a line: what, planned → realised."""
    told = [
        (DEVIATIONS[each.what], " → ".join(side for side in (each.planned, each.realised) if side))
        for each in deviations_of(line)
    ]
    return format_html_join("", "<div><strong>{}</strong> <small>{}</small></div>", told) or "–"
