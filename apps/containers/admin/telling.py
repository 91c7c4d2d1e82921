"""Blockers as the page of a visit tells them."""

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from apps.common.words import sentence
from terminal.readiness import Blocker


def told(found: list[Blocker]) -> str:
    """Everything in the way of a step, with its owner and what helps; or that it is free to go."""
    if not found:
        return format_html('<span class="text-green-700 dark:text-green-400">{}</span>', gettext("nothing: free to go"))
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", [(_line(each),) for each in found]))


def _line(blocker: Blocker) -> str:
    message, remedy = sentence(blocker.message, blocker.facts), sentence(blocker.remedy, blocker.facts)
    return format_html(
        '<strong>{}</strong> {} <span class="text-xs">→ {}</span>', gettext(blocker.owner.value), message, remedy
    )
