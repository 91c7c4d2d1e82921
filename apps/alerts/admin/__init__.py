"""What is watched, how it stands, what was raised, who hears of it, and when nobody does."""

from apps.alerts.admin.muting import InhibitionAdmin, SilenceAdmin
from apps.alerts.admin.raised import AlertAdmin
from apps.alerts.admin.readers import EscalationAdmin, HookAdmin, HookMessageAdmin, SubscriptionAdmin
from apps.alerts.admin.rules import RuleAdmin, WatchAdmin

__all__ = [
    "AlertAdmin",
    "EscalationAdmin",
    "HookAdmin",
    "HookMessageAdmin",
    "InhibitionAdmin",
    "RuleAdmin",
    "SilenceAdmin",
    "SubscriptionAdmin",
    "WatchAdmin",
]
