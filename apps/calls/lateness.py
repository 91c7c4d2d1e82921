"""How late a carrier is against its plan, as a person says it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Lateness:
    """Minutes after plan, fewer than none before it; None where either is not known."""

    minutes: int | None

    @classmethod
    def of(cls, planned: datetime | None, real: datetime | None) -> "Lateness":
        """The time between the plan and the best word."""
        return cls(round((real - planned) / timedelta(minutes=1)) if planned and real else None)

    @property
    def is_late(self) -> bool:
        """By at least a minute."""
        return (self.minutes or 0) > 0

    @property
    def said(self) -> str:
        """“17 h 38 min early”."""
        if not self.minutes:
            return "" if self.minutes is None else _("on time")
        hours, minutes = divmod(abs(self.minutes), 60)
        facts = {"hours": hours, "minutes": minutes}
        time = _("%(hours)s h %(minutes)s min") % facts if hours else _("%(minutes)s min") % facts
        return (_("%(time)s late") if self.is_late else _("%(time)s early")) % {"time": time}
