"""What can be refused about a train."""

from terminal.errors import Malformed, Refused, gettext_noop


class TrackTaken(Refused):
    """Another train stands where this one should."""

    message = gettext_noop("Track %(track)s has no %(length_m)s m free: %(trains)s stands there.")


class TrackTooShort(Refused):
    """The train is longer than the track."""

    message = gettext_noop("The train is %(length_m)s m long, track %(track)s takes %(usable_m)s m.")


class TrackClosed(Refused):
    """A closed track takes no train."""

    message = gettext_noop("Track %(track)s is closed.")


class TrackElsewhere(Malformed):
    """A track of another terminal."""

    message = gettext_noop("Track %(track)s is not at this train's terminal.")


class NoTrackFree(Refused):
    """No open track has room for the train."""

    message = gettext_noop("No track has %(length_m)s m free for the train.")


class TrainHasLeft(Refused):
    """Papers for a train that is gone."""

    message = gettext_noop("%(number)s has left; its consist is closed.")


class TrainIsNotWorked(Refused):
    """Boxes go on and off, and wagons out, only while the train is worked."""

    message = gettext_noop("%(number)s is not being worked (%(phase)s).")


class ConsistContradicts(Refused):
    """The papers put a box where another was already taken from."""

    message = gettext_noop(
        "The consist puts %(number)s on wagon %(wagon)s, place %(place)s, but %(done)s was discharged from there."
    )


class NotOnThisTrain(Refused):
    """Something asked for stands on another train, or was never on one."""

    message = gettext_noop("Not on %(train)s: %(numbers)s.")


class AlreadyDischarged(Refused):
    """A box comes off once."""

    message = gettext_noop("Already discharged: %(numbers)s.")


class NotForThisTrain(Refused):
    """Boxes planned on another carrier, or on none."""

    message = gettext_noop("Not planned on %(train)s: %(numbers)s.")


class StillLoaded(Refused):
    """A train does not leave with boxes that were to be discharged here."""

    message = gettext_noop("%(train)s still has %(count)s boxes to discharge: %(numbers)s.")


class WagonCarries(Refused):
    """A wagon loaded for departure is not left behind."""

    message = gettext_noop("Wagon %(wagon)s is loaded with %(numbers)s, which are to leave with the train.")
