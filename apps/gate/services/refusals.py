"""What can be refused at the gate."""

from terminal.errors import Malformed, Refused, gettext_noop


class HourIsFull(Refused):
    """The gate is open, but every slot of the hour is booked."""

    message = gettext_noop("Every one of the %(capacity)s slots of the hour at %(starts_at)s is booked.")


class GateIsClosed(Refused):
    """The gate lets nobody in at that hour, however empty it is."""

    message = gettext_noop("The gate is closed in the hour at %(starts_at)s: %(reason)s.")


class EmptyClosure(Malformed):
    """A closure ends after it began."""

    message = gettext_noop("A closure ends after it begins; from %(start_at)s to %(end_at)s it does not.")


class HourIsOver(Malformed):
    """An hour that has passed."""

    message = gettext_noop("The hour at %(starts_at)s is over.")


class HourTooFarAhead(Malformed):
    """An hour beyond what can be booked."""

    message = gettext_noop("Hours can be booked %(horizon_days)s days ahead, until %(latest_starts_at)s.")


class NoSuchHaulier(Malformed):
    """No company that carries is known by that code."""

    message = gettext_noop("There is no haulier %(haulier)s here.")


class SizeTypeMissing(Malformed):
    """A box that is brought is described."""

    message = gettext_noop("Say the size-type of %(number)s, which the truck brings.")


class PlateMissing(Malformed):
    """A truck has a plate."""

    message = gettext_noop("Name the truck's plate.")


class NoRightToCollect(Refused):
    """No order for this haulier and no PIN that fits, or no such box: a stranger is not told which."""

    message = gettext_noop(
        "No right to collect %(number)s is known here under what was given: a delivery order that names the haulier, "
        "or the PIN."
    )


class WrongHaulier(NoRightToCollect):
    """The delivery order names somebody else."""

    message = gettext_noop("%(number)s is to be collected by %(named)s, not by this haulier.")


class RightRanOut(NoRightToCollect):
    """The order or PIN was revoked, used, or is over."""

    message = gettext_noop("The right to collect %(number)s was revoked, used up or has run out; its party renews it.")


class WrongPin(NoRightToCollect):
    """Not this box's PIN."""

    message = gettext_noop("This is not the PIN of %(number)s.")


class PinIsLocked(NoRightToCollect):
    """Too many mistakes: only a new PIN helps."""

    message = gettext_noop("The PIN of %(number)s was mistaken too often and is locked; its party issues a new one.")


class CollectedByAnother(Refused):
    """Another truck is to collect the box."""

    message = gettext_noop("Another truck is booked to collect %(number)s.")


class TwoTrucksCollectIt(Refused):
    """A box that was known under two numbers is to be collected under both; only people can say which is right."""

    message = gettext_noop(
        "%(number)s is to be collected by %(truck)s, and as %(former)s by %(other)s: one of them has to leave it "
        "behind before the numbers are joined."
    )


class MayNotRelease(Refused):
    """Only a party with a say over the box gives the right to collect it."""

    kind = "forbidden"
    message = gettext_noop("The right to collect is given by the line or forwarder of a box, or by its owner alone.")


class NoSuchBox(Malformed):
    """No box of the caller's is known here by that number; whether it is a stranger's is not said."""

    message = gettext_noop("Name a container of yours that is here or announced.")


class EndsInThePast(Malformed):
    """A right that would never be in force."""

    message = gettext_noop("A right that ends at %(valid_until)s never begins.")


class RightIsOver(Refused):
    """What is over cannot be revoked."""

    message = gettext_noop("This right was revoked or used already.")


class TruckIsHere(Refused):
    """One truck is at one place."""

    message = gettext_noop("A truck %(plate)s is here already.")


class TruckIsHeld(Refused):
    """Something is wrong with the truck or a box, and nobody has resolved it."""

    message = gettext_noop("%(truck)s is held at the trouble desk: %(what)s.")


class TruckIsNotHere(Refused):
    """Only a truck at the gate or inside can be held."""

    message = gettext_noop("%(truck)s is not here.")


class SayHow(Malformed):
    """What was in the way is gone for a reason."""

    message = gettext_noop("Say how this was resolved, or why the truck is sent off.")


class NotInspected(Refused):
    """A box passes the gate when it was looked at."""

    message = gettext_noop("Not inspected yet: %(numbers)s.")


class NotLetIn(Refused):
    """What happens inside needs the truck inside."""

    message = gettext_noop("%(truck)s has not been let in.")


class AlreadyLetIn(Refused):
    """A truck is let in once, and one that is inside is let out, not turned away."""

    message = gettext_noop("%(truck)s has been let in already.")


class StillInside(Refused):
    """A truck leaves when all it came for is done or left behind."""

    message = gettext_noop("%(truck)s cannot leave yet: not taken off it %(to_take_off)s; not on it %(to_put_on)s.")


class NotForThisTruck(Refused):
    """A box is put on the truck that is to collect it."""

    message = gettext_noop("%(number)s is not to be collected by truck %(truck)s.")


class BoxIsAboard(Refused):
    """What is on the truck cannot be left behind before it is taken off."""

    message = gettext_noop("%(number)s is on the truck; take it off first.")


class NotAboard(Refused):
    """Only what was put on the truck to be collected is taken off again."""

    message = gettext_noop("%(number)s was not put on this truck to be collected; there is nothing to take off again.")


class NothingAboutThisBox(Refused):
    """Its part of the truck's turn is over."""

    message = gettext_noop("%(number)s is done or left behind: nothing more can be said about it here.")


class NoPinNeeded(Refused):
    """A PIN is for boxes that are collected."""

    message = gettext_noop("%(number)s is brought, not collected: it needs no PIN.")
