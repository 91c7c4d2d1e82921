"""A share as a bar, with its figure beside it."""

from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.common.figures import percent

CALM, WARNING, ALARM = "#2a8bad", "#d97706", "#dc2626"


def share_bar(share: Decimal, *, said: str = "", warn_at: str = "0.75", alarm_at: str = "0.85") -> SafeString:
    """A bar, full at one, amber from ``warn_at``, red from ``alarm_at``; beside it ``said``, or the percentage."""
    colour = ALARM if share >= Decimal(alarm_at) else WARNING if share >= Decimal(warn_at) else CALM
    return format_html(
        '<div style="display:flex;align-items:center;gap:.5rem;min-width:10rem">'
        '<div style="flex:1;min-width:5rem;height:.5rem;border-radius:.25rem;background:rgba(128,128,128,.25)">'
        '<div style="width:{}%;height:100%;border-radius:.25rem;background:{}"></div></div>'
        '<span style="white-space:nowrap">{}</span></div>',
        min(100, round(share * 100)),
        colour,
        said or percent(share),
    )
