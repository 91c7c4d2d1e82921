"""Tariffs, calendars, boxes and stays as the worked examples have them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from terminal.charges.boxes import Box
from terminal.charges.calendars import WorkingCalendar
from terminal.charges.lines import Event
from terminal.charges.rules import FreeDays, FreeTime, Rate, Tier, TierTable, Unit
from terminal.charges.storage import Pause, Standing, as_of
from terminal.charges.tariffs import TariffVersion
from terminal.regimes import Direction

SHANGHAI = ZoneInfo("Asia/Shanghai")
GROUNDED = "container-discharged"
GONE = "container-gated-out"


def days(first, last):
    """Every date from first to last, both written as ISO dates."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


CHINA = WorkingCalendar(
    name="China 2025",
    first_on=date(2025, 1, 1),
    last_on=date(2025, 12, 31),
    holidays=frozenset(
        [
            date(2025, 1, 1),
            *days("2025-01-28", "2025-02-04"),
            *days("2025-04-04", "2025-04-06"),
            *days("2025-05-01", "2025-05-05"),
            *days("2025-05-31", "2025-06-02"),
            *days("2025-10-01", "2025-10-08"),
        ]
    ),
    swapped=frozenset(map(date.fromisoformat, ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"])),
)

FIVE_DAYS = FreeTime(days=5, clock_event=GROUNDED)
FIVE_WORKING_DAYS = replace(FIVE_DAYS, counted=FreeDays.WORKING)
TEN_THEN_TWENTY = TierTable(tiers=(Tier(1, Decimal(10)), Tier(4, Decimal(20))))

STORAGE = TariffVersion(
    tariff="Storage",
    version="2025/1",
    valid_from=date(2025, 1, 1),
    valid_until=date(2025, 12, 31),
    currency="CNY",
    vat_rate=Decimal("0.06"),
    free_times=(FIVE_DAYS,),
    tier_tables=(TEN_THEN_TWENTY,),
    rates=(
        Rate(unit=Unit.M2_DAY, service="bonded", rate=Decimal("1.35")),
        Rate(unit=Unit.M2_DAY, rate=Decimal("0.90")),
        Rate(unit=Unit.PACKAGE, rate=Decimal("2.5")),
        Rate(unit=Unit.LIFT, service="to inspection", rate=Decimal(180)),
    ),
)


def box(length_ft=20, **known):
    """A laden inbound box of nobody's conditions."""
    said = {"number": "CSQU3054383", "laden": True, "direction": Direction.INBOUND, **known}
    return Box(length_ft=Decimal(length_ft), **said)


def moment(text, zone=SHANGHAI):
    """A time of the site, written as such."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def event(kind, text, zone=SHANGHAI):
    """Something that happened at a time of the site."""
    return Event(id=f"{kind} {text}", kind=kind, at=moment(text, zone))


def standing(start, end, *, of=None, zone=SHANGHAI, **known):
    """A box grounded and gone at times of the site."""
    started, ended = event(GROUNDED, start, zone), event(GONE, end, zone)
    return Standing(box=of or box(), started=started, ended=ended, **known)


def standing_still(start, now):
    """A box that has not gone."""
    return Standing(box=box(), started=event(GROUNDED, start), ended=as_of(moment(now)))


def pause(start, end, zone=SHANGHAI):
    """Customs look into the box."""
    return Pause(starts_at=moment(start, zone), ends_at=moment(end, zone), reason="customs inspection")


def version(**changed):
    """The tariff of 2025, changed."""
    return replace(STORAGE, **changed)
