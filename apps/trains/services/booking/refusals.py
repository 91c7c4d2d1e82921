"""What can be refused about places on trains."""

from terminal.errors import Malformed, Refused, gettext_noop


class NoPlaces(Refused):
    """The destination has fewer places free than are asked for; ``next_trains`` have them."""

    message = gettext_noop(
        "Train %(train)s has no %(teu)s TEU free to %(destination)s: %(free_teu)s TEU are free. "
        "Ask for less, wait, or take one of the next trains."
    )


class CutOffPassed(Refused):
    """What stands at a train's cut-off is loaded, and nothing is booked any more."""

    message = gettext_noop("The cut-off of train %(train)s passed at %(cut_off_at)s; take a later train.")


class NotOpenForBooking(Refused):
    """Places are booked on a train that is to come or is here."""

    message = gettext_noop("Train %(train)s is %(phase)s: no places on it can be booked, changed or given up.")


class TakesNoBoxes(Refused):
    """The service only brings boxes."""

    message = gettext_noop("Train %(train)s only brings boxes and takes none; take a train that departs with boxes.")


class DestinationNotServed(Malformed):
    """The train does not go there."""

    message = gettext_noop("Train %(train)s does not go to %(destination)s. It goes to: %(destinations)s.")


class TeuDoNotMatch(Malformed):
    """Every box takes 1 to 2.25 TEU, and there is at least one."""

    message = gettext_noop(
        "%(boxes)s boxes do not take %(teu)s TEU: a 20′ box takes 1 TEU, a 40′ box 2, a 45′ box 2.25, "
        "and a booking is for 1 to %(most)s boxes."
    )


class BookingIsOver(Refused):
    """What was used, cancelled or released is changed no more."""

    message = gettext_noop("The booking %(booking)s is %(state)s; nothing about it can be changed any more.")


class HoldsNoPlaces(Refused):
    """A container goes on a place that is held."""

    message = gettext_noop("The booking %(booking)s is %(state)s and holds no places for containers.")


class NotYourContainer(Malformed):
    """No box is known here by that number over which the party has the say; whether it is a stranger's is not said."""

    message = gettext_noop(
        "%(number)s is no container that is here or announced and over which you have the say: its line or forwarder "
        "has, or its owner where there is neither."
    )


class GoesElsewhere(Refused):
    """The papers of the box name another destination than the booking."""

    message = gettext_noop("%(number)s goes to %(destination)s, the booking %(booking)s to %(wanted)s.")


class LeavesByAnother(Refused):
    """A box that is planned on another carrier is not put on a train by a booking."""

    message = gettext_noop("%(number)s is planned to leave by %(carrier)s; have that plan changed first.")


class InAnotherBooking(Refused):
    """A box goes once."""

    message = gettext_noop("%(number)s is in another booking of train places; take it out of that first.")


class MoreThanBooked(Refused):
    """The boxes of a booking take no more than was booked."""

    message = gettext_noop(
        "The booking %(booking)s is for %(teu)s TEU and %(boxes)s boxes; its containers would take %(wanted_teu)s TEU "
        "and be %(wanted_boxes)s boxes."
    )


class NotInThisBooking(Malformed):
    """A container that does not use the booking."""

    message = gettext_noop("%(number)s is not in the booking %(booking)s.")


class PlacesAreBooked(Refused):
    """A destination keeps the places that are held."""

    message = gettext_noop(
        "%(held_teu)s TEU of train %(train)s to %(destination)s are held by %(bookings)s; "
        "it cannot have only %(wanted_teu)s TEU."
    )


class LessThanNothing(Malformed):
    """Places are counted from zero."""

    message = gettext_noop("%(teu)s TEU cannot be given to a destination: 0 to %(most)s can.")
