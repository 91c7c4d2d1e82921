"""What can be refused about ships and their lists."""

from terminal.errors import Malformed, Refused, gettext_noop


class NotByWater(Malformed):
    """A ship's call is one by sea or barge."""

    message = gettext_noop("%(number)s is no call by sea or barge.")


class ShipWithoutImoNumber(Malformed):
    """A sea-going ship is known by its IMO number; only a barge may have none."""

    message = gettext_noop("A ship that comes by sea has an IMO number; give it.")


class LineInHand(Refused):
    """A box somebody is moving just now stays on its list."""

    message = gettext_noop("%(number)s is being moved under a work order; confirm it or hand it back first.")


class NothingToPlan(Refused):
    """Work is planned where some is left."""

    message = gettext_noop("Nothing of %(ship)s can be planned now: %(listed)s listed, %(asked)s asked for already.")


class NotOnThisList(Malformed):
    """A line that belongs to another ship or list."""

    message = gettext_noop("%(number)s is not on that list of %(ship)s.")


class NotToBePlanned(Refused):
    """A box that is listed and cannot be loaded as things stand."""

    message = gettext_noop("%(number)s cannot be planned on %(ship)s (%(codes)s).")


class NotBetweenThese(Refused):
    """A direct transfer is for a box that comes by the one and leaves by the other."""

    message = gettext_noop("%(number)s does not go between %(ship)s and %(train)s: it is not on both their papers.")


class NotListedAnyMore(Refused):
    """Only a line that is still to be worked can be given up, and only one that was not worked taken up again."""

    message = gettext_noop("%(number)s is %(state)s on its list: this can no longer be said of it.")


class ListsStillOpen(Refused):
    """A ship leaves when every line of its lists was worked, or given up with a reason."""

    message = gettext_noop(
        "%(ship)s has open lines. To be discharged: %(aboard)s. To be loaded: %(ashore)s. "
        "Work them, or cancel them with a reason."
    )


class NothingSeen(Malformed):
    """A tally says what was seen."""

    message = gettext_noop("Say what was seen: seals, weight, place on board, a damage, or a remark.")
