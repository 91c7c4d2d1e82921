"""What capacity alerts and digests ask of the terminal."""

from apps.alerts.selectors.ahead import Ahead, ahead
from apps.alerts.selectors.before import before
from apps.alerts.selectors.coming import Coming, ComingDay, coming, next_days
from apps.alerts.selectors.digest import Digest, digest_of
from apps.alerts.selectors.hints import Table, what_helps
from apps.alerts.selectors.history import Step, history
from apps.alerts.selectors.muting import Mute, covers, mute
from apps.alerts.selectors.readers import hooks_of, readers_of, whom_to_ask, whom_to_tell
from apps.alerts.selectors.readings import Look, outlook, present, reading, recent
from apps.alerts.selectors.trials import Trial, back_test, track_record

__all__ = [
    "Ahead",
    "Coming",
    "ComingDay",
    "Digest",
    "Look",
    "Mute",
    "Step",
    "Table",
    "Trial",
    "ahead",
    "back_test",
    "before",
    "coming",
    "covers",
    "digest_of",
    "history",
    "hooks_of",
    "mute",
    "next_days",
    "outlook",
    "present",
    "readers_of",
    "reading",
    "recent",
    "track_record",
    "what_helps",
    "whom_to_ask",
    "whom_to_tell",
]
