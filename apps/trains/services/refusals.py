"""What can be refused about trains."""

from terminal.errors import Malformed, Refused, gettext_noop


class TrackTaken(Refused):
    """Two trains do not stand on the same metres."""

    message = gettext_noop("Track %(track)s is taken by train %(train)s.")


class TrackTooShort(Malformed):
    """A train stands on its track with its whole length."""

    message = gettext_noop("Train %(train)s is %(length_m)s m long; track %(track)s has %(usable_m)s m.")


class TrackClosed(Refused):
    """A closed track takes no train."""

    message = gettext_noop("Track %(track)s is closed.")


class TrackElsewhere(Malformed):
    """A train stands at its own terminal."""

    message = gettext_noop("Track %(track)s is not of the terminal of %(train)s.")


class TrackOfAnotherGauge(Refused):
    """Wheels fit one gauge."""

    message = gettext_noop("%(train)s runs on %(gauge_mm)s mm; track %(track)s has %(track_gauge_mm)s mm.")


class TrackTooLow(Refused):
    """A train does not stand where its boxes are higher than the track is clear."""

    message = gettext_noop(
        "%(train)s is %(height_mm)s mm high with its boxes; track %(track)s is clear up to %(clear_height_mm)s mm."
    )


class TrackTooNarrow(Refused):
    """A train does not stand where its boxes are wider than the track is clear."""

    message = gettext_noop(
        "The boxes of %(train)s are %(width_mm)s mm wide; track %(track)s is clear over %(clear_width_mm)s mm."
    )


class NoFreeTrack(Refused):
    """No open track is free and long enough."""

    message = gettext_noop("No track is free for a train of %(length_m)s m. In the way: %(trains)s.")


class HasCome(Refused):
    """A track is planned for a train that is to come."""

    message = gettext_noop("%(train)s has come or comes no more: a track is planned for trains that are to come.")


class NoTimeYet(Refused):
    """A track is planned for a time."""

    message = gettext_noop("Nobody has said when %(train)s comes: plan or estimate its arrival first.")


class ConsistContradicts(Refused):
    """The papers put a box where another was already taken from."""

    message = gettext_noop(
        "The consist puts %(number)s on wagon %(wagon)s, place %(place)s, but %(done)s was discharged from there."
    )


class OnAnotherTrain(Refused):
    """A box comes with one train, and the papers of one that has come are not overruled by those of another."""

    message = gettext_noop(
        "%(numbers)s: on a wagon of train %(train)s by its papers, and that train has come. Correct the papers of "
        "%(train)s first."
    )


class WagonWasTaken(Refused):
    """Nothing comes on a wagon that another train took."""

    message = gettext_noop(
        "The consist puts %(number)s on wagon %(wagon)s, which was set out of %(train)s and went with another train: "
        "say on which wagon it is."
    )


class StillLoaded(Refused):
    """A train leaves when what came with it is off, or was set out."""

    message = gettext_noop("Train %(train)s still carries boxes that came with it: %(numbers)s.")


class NothingToDischarge(Refused):
    """A whole train is discharged when something stands on it."""

    message = gettext_noop(
        "%(train)s carries nothing that could be discharged: its consist has not come, or all is off."
    )


class NotOnThisTrain(Malformed):
    """A load that belongs to another train."""

    message = gettext_noop("%(number)s is not on train %(train)s.")


class NotPlannedOnThisTrain(Refused):
    """A box is loaded on the carrier it is planned to leave by."""

    message = gettext_noop("%(number)s is not planned to leave by train %(train)s.")


class NoWagonPlace(Refused):
    """No wagon of the train can take the box."""

    message = gettext_noop(
        "No wagon of train %(train)s can take %(number)s: a wagon takes one long box or two of 20′, "
        "up to %(most_kg)s kg with its own weight, and only when what came on it is off."
    )


class AlreadySetOut(Refused):
    """A wagon is set out once."""

    message = gettext_noop("Wagon %(number)s is set out already.")


class NotStanding(Refused):
    """What is done with a wagon that stands without a train."""

    message = gettext_noop("Wagon %(number)s does not stand without a train here.")


class NotMended(Refused):
    """A defective wagon runs in no train."""

    message = gettext_noop("Wagon %(number)s was set out as defective: note first that it is mended.")


class StandsElsewhere(Malformed):
    """A train takes wagons where it stands."""

    message = gettext_noop("Wagon %(number)s stands at another terminal than %(train)s.")


class WagonOfAnotherGauge(Refused):
    """A train runs on one gauge."""

    message = gettext_noop(
        "Wagon %(number)s runs on %(gauge_mm)s mm, the wagons of %(train)s on %(train_gauge_mm)s mm."
    )


class StillOnIt(Refused):
    """A wagon with boxes for this terminal does not leave it."""

    message = gettext_noop("On wagon %(number)s stands what came for this terminal: %(boxes)s. Discharge it first.")


class WagonIsGone(Refused):
    """A box is put back on its wagon where that stands."""

    message = gettext_noop(
        "%(number)s came on wagon %(wagon)s, which %(train)s has taken since: take the wagon back first."
    )


class WagonThere(Refused):
    """A train has a wagon once."""

    message = gettext_noop("Wagon %(number)s is in %(train)s already; this entry of it is from before.")


class NothingOnIt(Refused):
    """A wagon is emptied when something stands on it."""

    message = gettext_noop("Nothing stands on wagon %(number)s that came for this terminal.")


class OnItsWagon(Refused):
    """A box that the papers have on a wagon is coming."""

    message = gettext_noop(
        "%(number)s is on wagon %(wagon)s of train %(train)s: its consist has to be corrected first."
    )


class WagonCannotTake(Refused):
    """The place that was named does not take the box."""

    message = gettext_noop(
        "Place %(place)s of wagon %(wagon)s of train %(train)s cannot take %(number)s: it has to be free, the first of "
        "a pair for a long box, and the wagon may weigh %(most_kg)s kg at most; nothing may be left on it that came."
    )


class ChangedGaugeAlready(Refused):
    """A box changes gauge once in a stay."""

    message = gettext_noop("%(number)s changed gauge at %(time)s already, from wagon %(wagon_out)s onto %(wagon_in)s.")


class SameGauge(Malformed):
    """A box changes gauge from a wagon of one gauge onto one of another."""

    message = gettext_noop("Wagons %(wagon_out)s and %(wagon_in)s both run on %(gauge_mm)s mm: no gauge is changed.")


class NotOnItsWagon(Refused):
    """Only a box that stands on a wagon it came on is lifted across."""

    message = gettext_noop("%(number)s does not stand on wagon %(wagon)s any more: it is off, or was never there.")


class CrossedBeforeItCame(Malformed):
    """Nothing is lifted across before both trains are there."""

    message = gettext_noop("At %(time)s nothing can have been lifted across: %(train)s came at %(arrival)s.")


class TrainsApart(Malformed):
    """A box is lifted across between two trains of one terminal."""

    message = gettext_noop("Trains %(train_out)s and %(train_in)s are not at the same terminal.")


class NoteUnclear(Malformed):
    """A consignment note has a kind and a number, and was issued already."""

    message = gettext_noop("A consignment note has a number, and a date of issue, if any, that is not in the future.")
