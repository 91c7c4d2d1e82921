"""What can be refused about load plans."""

from terminal.errors import Malformed, Refused, gettext_noop


class NoWagonsYet(Refused):
    """A train without wagons takes nothing."""

    message = gettext_noop("%(train)s has no wagons yet: its consist has to come first.")


class NothingMoreToPlan(Refused):
    """A plan is made for a train that is to come or is here."""

    message = gettext_noop("%(train)s is %(phase)s; what it takes can no longer be planned.")


class PlanIsReplaced(Refused):
    """Another plan has taken its place."""

    message = gettext_noop("This plan of %(train)s was replaced; look at the present one.")


class NotForThisTrain(Refused):
    """A box that could not go."""

    message = gettext_noop(
        "%(number)s cannot be planned on %(train)s: it is not here any more, leaves by another carrier, is booked on "
        "another train, or does not go along the route."
    )


class LoadedAlready(Refused):
    """What stands on the train is moved by being taken off, not by a plan."""

    message = gettext_noop("%(number)s is loaded on %(train)s already.")


class NotOnThePlan(Refused):
    """Only what is planned is taken off a plan."""

    message = gettext_noop("%(number)s is not on this plan of %(train)s.")


class WagonOfAnother(Malformed):
    """A box is planned on a wagon that stands in the train."""

    message = gettext_noop("Wagon %(wagon)s does not stand in %(train)s.")


class PlanIsApproved(Refused):
    """A box is added to an approved plan by drawing up another."""

    message = gettext_noop(
        "The plan of %(train)s is approved: boxes can be moved on it and taken off it. To add one, draw up a new plan."
    )


class PlanOvertaken(Refused):
    """Boxes that could go when the plan was drawn up and cannot now; ``blockers`` says what stands in their way."""

    message = gettext_noop(
        "These cannot go with %(train)s any more: %(numbers)s (%(codes)s). Take them off the plan, or draw it up anew."
    )
