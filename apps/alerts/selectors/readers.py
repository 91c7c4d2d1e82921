"""Who hears of an alert, and who is asked when nobody answers."""

from django.db.models import Q

from apps.alerts.models import Alert, Escalation, Hook, Rule, Subscription
from apps.network.models import Terminal
from apps.notices.silence import administrators
from apps.parties.models import User


def readers_of(terminal: Terminal, what: str) -> list[Subscription]:
    """Subscriptions of whoever is active and can be written to, in the order in which they were made."""
    wanted = Subscription.objects.filter(terminal=terminal, what=what, user__is_active=True).exclude(user__email="")
    return list(wanted.select_related("user").order_by("pk"))


def whom_to_tell(alert: Alert, subscriptions: list[Subscription]) -> list[User]:
    """Whoever subscribed to its rule or to all; for silence, whoever the rule says."""
    if alert.silent and alert.rule.no_data_to == Rule.NoDataTo.ADMINISTRATORS:
        return administrators()
    mine = [each.user for each in subscriptions if each.rule_id in (None, alert.rule_id)]
    return list({user.pk: user for user in mine}.values())


def whom_to_ask(rule: Rule) -> list[Escalation]:
    """The steps of its escalation, the first first: the rule's own, or those of all rules."""
    steps = Escalation.objects.filter(terminal=rule.terminal_id, user__is_active=True).exclude(user__email="")
    found = list(steps.filter(Q(rule=rule.pk) | Q(rule=None)).select_related("user"))
    own = [step for step in found if step.rule_id]
    return sorted(own or found, key=lambda step: (step.after_seconds, step.pk))


def hooks_of(rule: Rule) -> list[Hook]:
    """Addresses that are sent its alerts."""
    hooks = Hook.objects.filter(terminal=rule.terminal_id, active=True).order_by("pk")
    return [each for each in hooks if each.rule_id in (None, rule.pk)]
