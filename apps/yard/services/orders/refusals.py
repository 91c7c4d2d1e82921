"""What can be refused about work orders."""

from terminal.errors import Malformed, Refused, gettext_noop


class HasAnOrder(Refused):
    """A box is asked for the same work once at a time."""

    message = gettext_noop("%(number)s has an open order for this (%(work)s) already; carry it out or cancel it first.")


class NotForThisWork(Refused):
    """The box is not where such work begins."""

    message = gettext_noop("%(number)s cannot be asked for this (%(work)s): it is %(state)s, %(position)s.")


class NeedsACarrier(Malformed):
    """Work at a carrier names it; work in the yard does not."""

    message = gettext_noop("This work (%(work)s) needs a carrier of another kind: %(modes)s.")


class NotItsCarrier(Refused):
    """A box is loaded on the carrier it is planned to leave by."""

    message = gettext_noop("%(number)s is not planned to leave by %(carrier)s.")


class AlreadyConfirmed(Refused):
    """A move is confirmed once."""

    message = gettext_noop("This order was confirmed already, by %(by)s at %(at)s.")


class MachineBusy(Refused):
    """A machine works on one order at a time."""

    message = gettext_noop("%(machine)s has an order in hand; confirm it or hand it back first.")


class MachineDown(Refused):
    """A machine out of service takes no order."""

    message = gettext_noop("%(machine)s is out of service: %(reason)s.")


class BoxBusy(Refused):
    """A box is moved by one at a time."""

    message = gettext_noop("%(number)s is being moved under another order.")


class OrderInHand(Refused):
    """An order somebody works on is given back or set aside before it is cancelled."""

    message = gettext_noop(
        "%(number)s is being moved under this order (%(work)s). Have it handed back or set aside first, then cancel it."
    )


class InOtherHands(Refused):
    """What stands on a box that leaves is moved with it, unless somebody else is changing just that one."""

    message = gettext_noop(
        "Something else is being done at this moment to a box that would have to make way: %(numbers)s. Try again."
    )


class CarrierElsewhere(Malformed):
    """Work is done at carriers of the box's own terminal."""

    message = gettext_noop("%(carrier)s does not call at %(terminal)s, where %(number)s is to be moved.")


class WaitsForDigging(Refused):
    """What stands on the box is moved first."""

    message = gettext_noop("%(number)s waits for what stands on it to be moved: %(on_top)s.")


class NoPlaceFound(Refused):
    """Nowhere to put the box."""

    message = gettext_noop("No free place fits %(number)s; name one, or make room.")


class PlaceHeld(Refused):
    """A place is kept for another box until its time is over."""

    message = gettext_noop("%(cell)s is held for %(number)s until %(until)s.")


class SayWhy(Malformed):
    """Another place than the planned one has a reason."""

    message = gettext_noop("The place planned was %(target)s; say why another one was taken.")


class TakesNoPlace(Malformed):
    """Only work that ends in a cell can be confirmed with one."""

    message = gettext_noop("This work (%(work)s) does not end in a cell.")
