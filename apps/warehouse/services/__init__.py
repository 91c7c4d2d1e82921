"""Everything that changes the warehouse's rows."""

from apps.warehouse.selectors import InThePast, NoSuchCall, NoSuchZone, TooFarAhead
from apps.warehouse.services.booking import book_or_wait, book_space, join_waiting_list, serve_waiting_list
from apps.warehouse.services.boxes import NamedTwice, NewBox, counting_on
from apps.warehouse.services.changing import (
    BookingChange,
    BookingIsOver,
    GoodsAreIn,
    StaffMustProlong,
    change_booking,
)
from apps.warehouse.services.history import ReportedBooking, TakenBookings, ZoneWasOverbooked, take_in_bookings
from apps.warehouse.services.series import (
    NoDays,
    SeriesDay,
    SeriesDoesNotFit,
    TooManyDays,
    book_series,
    cancel_series,
)
from apps.warehouse.services.steps import (
    NotItsTime,
    RequestHasExpired,
    cancel_booking,
    check_in,
    complete,
    confirm,
    expire_bookings,
    note_no_show,
    note_no_shows,
    reject,
)
from apps.warehouse.services.wishes import GoodsTooHeavy, GoodsTooHigh, NoRoom, NoSuchContainer, ZoneClosed
from apps.warehouse.services.zones import AreaIsBooked, require_area, resize_zone

__all__ = [
    "AreaIsBooked",
    "BookingChange",
    "BookingIsOver",
    "GoodsAreIn",
    "GoodsTooHeavy",
    "GoodsTooHigh",
    "InThePast",
    "NamedTwice",
    "NewBox",
    "NoDays",
    "NoRoom",
    "NoSuchCall",
    "NoSuchContainer",
    "NoSuchZone",
    "NotItsTime",
    "ReportedBooking",
    "RequestHasExpired",
    "SeriesDay",
    "SeriesDoesNotFit",
    "StaffMustProlong",
    "TakenBookings",
    "TooFarAhead",
    "TooManyDays",
    "ZoneClosed",
    "ZoneWasOverbooked",
    "book_or_wait",
    "book_series",
    "book_space",
    "cancel_booking",
    "cancel_series",
    "change_booking",
    "check_in",
    "complete",
    "confirm",
    "counting_on",
    "expire_bookings",
    "join_waiting_list",
    "note_no_show",
    "note_no_shows",
    "reject",
    "require_area",
    "resize_zone",
    "serve_waiting_list",
    "take_in_bookings",
]
