"""Capacity alerts: what is watched, how it stands, what was raised, who wants to know, and when nobody does."""

from apps.alerts.models.muting import Inhibition, Silence
from apps.alerts.models.raised import Alert, Comment, Telling
from apps.alerts.models.readers import Escalation, Hook, HookMessage, Subscription
from apps.alerts.models.rules import Reading, Rule, Watch
from apps.alerts.models.scopes import PARTS, Scoped

__all__ = [
    "PARTS",
    "Alert",
    "Comment",
    "Escalation",
    "Hook",
    "HookMessage",
    "Inhibition",
    "Reading",
    "Rule",
    "Scoped",
    "Silence",
    "Subscription",
    "Telling",
    "Watch",
]
