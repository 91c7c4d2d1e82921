"""Whose clock ran, as a strip: one stretch for each time somebody had the declaration, as long as it took."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.common.words import label
from apps.customs.models import ClockPeriod, Declaration
from terminal.customs.clocks import Clock

COLOURS: Final = {
    Clock.TRADER: "#d97706",
    Clock.TERMINAL: "#7c3aed",
    Clock.CUSTOMS: "#2a8bad",
    Clock.AGENCY: "#65a30d",
}
LEAST_PERCENT: Final = 1.5
"""A short stretch is still seen."""

BAR: Final = '<span title="{}" style="flex:{} 1 {}%;background:{};height:1rem"></span>'
KEY: Final = (
    '<span style="white-space:nowrap;margin-right:1.25rem"><span style="display:inline-block;width:.75rem;'
    'height:.75rem;border-radius:.15rem;margin-right:.35rem;background:{}"></span>{} · {}{}</span>'
)


def clock_strip(declaration: Declaration, at: datetime) -> SafeString | str:
    """The strip of a declaration with what each clock ran in all; a dash where none ever did."""
    periods = list(declaration.periods.order_by("began_at", "pk"))
    if not periods:
        return "—"
    took = {each.pk: (each.ended_at or at) - each.began_at for each in periods}
    bars = ((_told(each, took[each.pk]), _weight(took[each.pk]), LEAST_PERCENT, _colour(each)) for each in periods)
    sums: dict[Clock, timedelta] = defaultdict(timedelta)
    for each in periods:
        sums[Clock(each.clock)] += took[each.pk]
    running = next((Clock(each.clock) for each in periods if each.ended_at is None), None)
    keys = (
        (COLOURS[clock], _(label(clock.value)), said(length), f" ({_('runs')})" if clock is running else "")
        for clock, length in sums.items()
    )
    return format_html(
        '<div style="width:100%;max-width:60rem"><div style="display:flex;border-radius:.25rem;overflow:hidden">{}'
        '</div><div style="margin-top:.5rem;display:flex;flex-wrap:wrap">{}</div></div>',
        format_html_join("", BAR, bars),
        format_html_join("", KEY, keys),
    )


def said(length: timedelta) -> str:
    """A length as people say it: 3 d 4 h, 4 h 20 min, 12 min."""
    minutes = int(length.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    return _("%(minutes)s min") % {"minutes": rest}


def _told(period: ClockPeriod, took: timedelta) -> str:
    began = f"{timezone.localtime(period.began_at):%Y-%m-%d %H:%M}"
    return f"{period.get_clock_display()} · {period.get_status_display()} · {began} · {said(took)}"


def _weight(took: timedelta) -> int:
    return max(1, int(took.total_seconds() // 60))


def _colour(period: ClockPeriod) -> str:
    return COLOURS[Clock(period.clock)]
