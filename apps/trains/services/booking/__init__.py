"""Places on trains: booked by shippers, waited for, used by boxes, and given back."""

from apps.trains.services.booking.boxes import assign_containers, require_visits, unassign_containers
from apps.trains.services.booking.changing import change_places
from apps.trains.services.booking.making import book_slots, cancel_slots, change_slots, confirm_slots
from apps.trains.services.booking.places import Places, places, trains_with_room
from apps.trains.services.booking.quotas import open_quotas
from apps.trains.services.booking.refusals import (
    BookingIsOver,
    CutOffPassed,
    DestinationNotServed,
    GoesElsewhere,
    HoldsNoPlaces,
    InAnotherBooking,
    LeavesByAnother,
    LessThanNothing,
    MoreThanBooked,
    NoPlaces,
    NotInThisBooking,
    NotOpenForBooking,
    NotYourContainer,
    PlacesAreBooked,
    TakesNoBoxes,
    TeuDoNotMatch,
)
from apps.trains.services.booking.releasing import release_slots
from apps.trains.services.booking.rules import cut_off
from apps.trains.services.booking.waiting import serve_waiting_lists

__all__ = [
    "BookingIsOver",
    "CutOffPassed",
    "DestinationNotServed",
    "GoesElsewhere",
    "HoldsNoPlaces",
    "InAnotherBooking",
    "LeavesByAnother",
    "LessThanNothing",
    "MoreThanBooked",
    "NoPlaces",
    "NotInThisBooking",
    "NotOpenForBooking",
    "NotYourContainer",
    "Places",
    "PlacesAreBooked",
    "TakesNoBoxes",
    "TeuDoNotMatch",
    "assign_containers",
    "book_slots",
    "cancel_slots",
    "change_places",
    "change_slots",
    "confirm_slots",
    "cut_off",
    "open_quotas",
    "places",
    "release_slots",
    "require_visits",
    "serve_waiting_lists",
    "trains_with_room",
    "unassign_containers",
]
