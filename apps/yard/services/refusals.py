"""What can be refused in the yard."""

from terminal.errors import Malformed, Refused, gettext_noop


class CellTaken(Refused):
    """A cell holds one box."""

    message = gettext_noop("%(cell)s is taken by another box.")


class NothingBelow(Refused):
    """A box cannot stand on air."""

    message = gettext_noop("Nothing stands below %(cell)s: a box cannot hang in the air.")


class BoxOnTop(Refused):
    """A box under another cannot be taken."""

    message = gettext_noop("Another box stands on this one: %(on_top)s. Move that one first.")


class TooHigh(Malformed):
    """More tiers than the block may have."""

    message = gettext_noop("%(cell)s is higher than block %(block)s may be stacked (%(tiers)s tiers).")


class OutsideBlock(Malformed):
    """A bay or row the block does not have."""

    message = gettext_noop("%(cell)s is outside block %(block)s (%(bays)s bays, %(rows)s rows).")


class BlockClosed(Refused):
    """A closed block takes nothing in."""

    message = gettext_noop("Block %(block)s is closed there: %(reason)s.")


class NotInTheYard(Refused):
    """Only a box in the yard has a cell."""

    message = gettext_noop("%(number)s is not in the yard.")


class AlreadyPlaced(Refused):
    """A box stands in one place."""

    message = gettext_noop("%(number)s stands at %(cell)s already; move it instead.")


class CellUnknown(Refused):
    """A box whose cell nobody knows cannot be taken out of it."""

    message = gettext_noop("Nobody knows in which cell %(number)s stands; place it first.")


class AnotherTerminal(Malformed):
    """Block and box belong to different terminals."""

    message = gettext_noop("Block %(block)s is not at this box's terminal.")
