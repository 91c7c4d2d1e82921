"""A rule's lines: tried on the past, then set and switched on, or off."""

from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from apps.alerts.models import Rule
from apps.parties.actors import Actor
from terminal.errors import Malformed, Refused, gettext_noop

RIGHT: Final = "alerts.change_rule"
LINES: Final = (
    *("warn_at", "raise_at", "clear_below", "warns_of", "within_hours"),
    *("pending_seconds", "recovery_seconds", "capacity"),
)
"""What a back-test depends on."""


class NotSuchLines(Malformed):
    """Lines that could not work."""

    message = gettext_noop("%(why)s")


class RuleChanged(Refused):
    """Somebody else changed the rule since it was shown."""

    message = gettext_noop("This rule was changed by someone else a moment ago. Look at it again, then decide.")


def with_lines(rule: Rule, lines: dict[str, Any]) -> Rule:
    """The rule as it would be with these lines, not saved. Raises ``NotSuchLines``."""
    for name in LINES:
        setattr(rule, name, lines.get(name))
    try:
        rule.full_clean()
    except ValidationError as wrong:
        raise NotSuchLines(why=" ".join(wrong.messages)) from wrong
    return rule


@transaction.atomic
def set_lines(rule: Rule, lines: dict[str, Any], *, version: int, by: Actor, at: datetime) -> None:
    """Give the rule these lines and switch it on. Raises ``NotSuchLines`` and ``RuleChanged``."""
    by.require(RIGHT, rule.terminal)
    with_lines(rule, lines)
    values = {name: getattr(rule, name) for name in LINES}
    if not Rule.objects.filter(pk=rule.pk, version=version).update(active=True, version=F("version") + 1, **values):
        raise RuleChanged


@transaction.atomic
def switch_off(rule: Rule, *, by: Actor, at: datetime) -> None:
    """Watch it no more from the next look on; what is open ends then, without a mail."""
    by.require(RIGHT, rule.terminal)
    Rule.objects.filter(pk=rule.pk).update(active=False, version=F("version") + 1)
