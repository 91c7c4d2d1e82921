"""Where a box had best be put."""

from datetime import datetime

from apps.containers.models import Visit
from apps.yard.selectors import yard_now
from terminal.stacking import Place
from terminal.stacking.placement import RuledOut, Suggestion


def suggest_places(visit: Visit, *, at: datetime, most: int = 3) -> list[Suggestion]:
    """The best places for the box at ``at``, the best first, each with a score explained rule by rule.

    They are truly different: other bays, and other blocks where those are nearly as good. Nothing is suggested that a
    command would refuse, nor what is kept for another box. Empty: ``why_no_place`` says why.
    """
    return yard_now(visit.terminal, [visit], at).suggestions(visit.pk, most)


def why_no_place(visit: Visit, *, at: datetime) -> list[RuledOut]:
    """Which rule rules out how many places for the box, of all in blocks of its kinds."""
    return yard_now(visit.terminal, [visit], at).why_not(visit.pk)


def suggest(visit: Visit, *, at: datetime) -> Place | None:
    """The first of ``suggest_places``; None when there is none."""
    return yard_now(visit.terminal, [visit], at).best(visit.pk)
