"""The hours pass: what happens, and after it what the worker does at that hour, each by the service the task calls.

# Note [A clock of its own]
Every service is told what time it is. So a week that is over can pass again, at the speed of the machine, and nothing
in it knows. Only mail leaves by the clock on the wall: the server that takes it has no other. The worker of a running
site would look at the same terminal by that clock, and call missed what has yet to come; hence nobody else may watch.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from apps.alerts import services as alerts
from apps.alerts.models import Alert
from apps.demo.services.live.cast import Cast
from apps.demo.services.replay import Shift
from apps.forecasts import services as forecasts
from apps.network.models import Terminal
from apps.notices import services as notices
from apps.reports import services as reports
from terminal.errors import Refused

STEP: Final = timedelta(minutes=15)
"""Between two looks at capacity: as long as a breach must last to be an alert."""
HOUR: Final = timedelta(hours=1)
NIGHT: Final = 1
"""Site hour in which yesterday's forecasts are judged."""
SEEN_AFTER: Final = timedelta(minutes=15)
"""How soon after it was told an alert is acknowledged, where it is."""
NOT_SEEN: Final = 3
"""Of so many alerts one is acknowledged by nobody; the first is."""

MAILS: Final = 1000
"""An hour writes fewer."""

Progress = Callable[[str], object]


@dataclass
class Passing:
    """A terminal whose hours pass. ``forecast_every``: hours between two forecasts; the worker makes one every hour."""

    terminal: Terminal
    shift: Shift
    cast: Cast
    forecast_every: int = 3
    at: datetime = field(init=False)
    done: Counter[str] = field(default_factory=Counter)
    seen: dict[int, bool] = field(default_factory=dict)
    """Of each alert that was told, whether somebody looks after it."""

    def go(self, start: datetime, end: datetime, progress: Progress) -> None:
        """Let everything from ``start`` until ``end`` happen. See Note [A clock of its own]."""
        self.at = start
        while self.at < end:
            if not self.at.minute:
                self._hour()
                progress(f"{self.at.astimezone(self.terminal.zone):%a %H:%M}")
            self._step()
            self.at += STEP
        self._deliver()

    def _step(self) -> None:
        self.done["happenings"] += sum(1 for _each in self.shift.work(self.at))
        alerts.watch_capacity(self.terminal, self.at)
        self.done["digests"] += alerts.send_digests(self.terminal, self.at)
        self._look_after()

    def _hour(self) -> None:
        """What the worker does less often."""
        local = self.at.astimezone(self.terminal.zone)
        reports.fold_journal(at=self.at)
        if not local.hour % self.forecast_every:
            forecasts.make_forecasts(self.terminal, self.at)
            self.done["forecasts"] += 1
        if local.hour == NIGHT:
            forecasts.score_forecasts(self.terminal, local.date() - timedelta(days=1), at=self.at)
        self.done["reports"] += reports.report_to_owners(self.terminal, self.at)
        self._deliver()

    def _deliver(self) -> None:
        """Hand over what was written, as the delivery desk does; what no server takes waits for the desk."""
        self.done["mails taken"] += notices.deliver_due(timezone.now(), limit=MAILS)

    def _look_after(self) -> None:
        """The manager acknowledges what was told a while ago, but for every third, which is left to whoever is next."""
        told = Alert.objects.filter(rule__terminal=self.terminal, closed_at=None, acknowledged_at=None)
        told = told.filter(told_at__lte=self.at - SEEN_AFTER, silent=False).select_related("rule__terminal")
        for alert in told.order_by("told_at", "pk"):
            if self.seen.setdefault(alert.pk, len(self.seen) % NOT_SEEN != NOT_SEEN - 1):
                self._acknowledge(alert)

    def _acknowledge(self, alert: Alert) -> None:
        try:
            alerts.acknowledge(alert, by=self.cast.acknowledges, at=self.at)
        except Refused as refusal:
            self.done[f"refused: {refusal.code()}"] += 1
