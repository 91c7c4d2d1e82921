"""Watching capacity, telling those who want to know, handling what was raised, and the morning digest."""

from apps.alerts.services.acknowledging import (
    AlertIsOver,
    AlreadyAcknowledged,
    NothingSaid,
    acknowledge,
    comment,
    needs_a_person,
)
from apps.alerts.services.digesting import send_digests
from apps.alerts.services.hooks import send_due
from apps.alerts.services.links import LinkHasExpired, NoSuchLink, acknowledge_link, read_link
from apps.alerts.services.pictures import plot_of, plot_of_trial
from apps.alerts.services.ruling import LINES, NotSuchLines, RuleChanged, set_lines, switch_off, with_lines
from apps.alerts.services.silencing import (
    NoEnd,
    SilencedAlready,
    SilenceIsOver,
    end_silence,
    one_after_the_other,
    remember_silence,
    silence,
)
from apps.alerts.services.telling import tell
from apps.alerts.services.watching import watch_capacity

__all__ = [
    "LINES",
    "AlertIsOver",
    "AlreadyAcknowledged",
    "LinkHasExpired",
    "NoEnd",
    "NoSuchLink",
    "NotSuchLines",
    "NothingSaid",
    "RuleChanged",
    "SilenceIsOver",
    "SilencedAlready",
    "acknowledge",
    "acknowledge_link",
    "comment",
    "end_silence",
    "needs_a_person",
    "one_after_the_other",
    "plot_of",
    "plot_of_trial",
    "read_link",
    "remember_silence",
    "send_digests",
    "send_due",
    "set_lines",
    "silence",
    "switch_off",
    "tell",
    "watch_capacity",
    "with_lines",
]
