"""Stories of bookings: as a source tells them, and as they are worked at the terminal."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from apps.parties.actors import Actor
from apps.warehouse import services
from apps.warehouse.services import ReportedBooking
from apps.warehouse.services.steps import _step
from terminal.capacity import half_day_at, half_day_bounds
from terminal.lifecycle import BookingStatus
from tests.factories.parties import PartyFactory

SISTER = Actor.itself("sister")
WAITED = ("waiting", "waiting cancelled", "waiting expired")
ANSWERED = ("confirmed", "cancelled", "no_show", "checked_in", "completed")
UNANSWERED = ("requested", "rejected", "taken back", "expired")


@dataclass(frozen=True)
class Story:
    """One booking. ``first`` and ``second`` are the moments of what follows the confirmation, as after the start."""

    fate: str
    area_m2: Decimal
    start_at: object
    end_at: object
    first: timedelta
    second: timedelta
    visit: object = None

    def moments(self, zone):
        """The times of its steps: asked the day before, confirmed an hour later (or at once), then its fate."""
        asked = self.start_at - timedelta(days=1)
        answered = asked if zone.confirms_at_once else asked + timedelta(hours=1)
        begins = half_day_bounds(half_day_at(self.start_at, zone.terminal.zone), zone.terminal.zone)[0]
        came = min(begins + self.first, self.end_at - timedelta(microseconds=1))
        ends = {
            "cancelled": {"cancelled_at": answered + self.first},
            "no_show": {"no_show_at": self.start_at + self.first},
            "checked_in": {"checked_in_at": came},
            "completed": {"checked_in_at": came, "completed_at": came + self.second},
            "rejected": {"rejected_at": asked + self.first},
            "taken back": {"cancelled_at": asked + self.first},
            "expired": {"expired_at": asked + self.first},
            "waiting cancelled": {"cancelled_at": asked + self.first},
            "waiting expired": {"expired_at": self.start_at},
        }
        confirmed = {"confirmed_at": answered} if self.fate in ANSWERED else {}
        return {"requested_at": asked, **confirmed, **ends.get(self.fate, {})}

    def reason(self):
        return "train late" if self.fate in ("cancelled", "rejected", "waiting cancelled") else ""

    def told(self, zone, reference):
        """As its source tells it."""
        return ReportedBooking(
            reference=reference, zone=zone.code, party="almaty-cotton", area_m2=self.area_m2, start_at=self.start_at,
            end_at=self.end_at, goods="cotton yarn", waiting=self.fate in WAITED, reason=self.reason(),
            work="strip" if self.visit else "storage", visit=self.visit.source_ref if self.visit else "",
            **self.moments(zone),
        )  # fmt: skip

    def worked(self, zone):
        """The same, by the services."""
        at = self.moments(zone)
        ask = services.join_waiting_list if self.fate in WAITED else services.book_space
        row = ask(
            zone=zone, party=PartyFactory(code="almaty-cotton"), area_m2=self.area_m2, start_at=self.start_at,
            end_at=self.end_at, by=SISTER, at=at["requested_at"], goods="cotton yarn", visit=self.visit,
            work="strip" if self.visit else "storage",
        )  # fmt: skip
        steps = {
            "confirmed_at": lambda at: row.status == "confirmed" or services.confirm(row, by=SISTER, at=at),
            "rejected_at": lambda at: services.reject(row, by=SISTER, at=at, reason=self.reason()),
            "cancelled_at": lambda at: services.cancel_booking(row, by=SISTER, at=at, reason=self.reason()),
            "expired_at": lambda at: _step(row, BookingStatus.EXPIRED, SISTER, at),
            "no_show_at": lambda at: services.note_no_show(row, by=SISTER, at=at),
            "checked_in_at": lambda at: services.check_in(row, by=SISTER, at=at),
            "completed_at": lambda at: services.complete(row, by=SISTER, at=at),
        }
        for name, act in steps.items():
            if name in at:
                act(at[name])
        return row
