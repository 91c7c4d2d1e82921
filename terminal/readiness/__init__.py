"""Everything that stands between a container and its next step.

Readiness is asked at a moment and never stored. Whoever stops a box (a hold) and whoever must allow it (a
permission) is named, with the reference under which they know it and what would help. Customs fails closed: no
answer, a stale or unreadable one, one not in force yet, an office out of service or a rule nobody knows all block, each
under its own code.
"""

from datetime import datetime

from terminal.errors import Refused, gettext_noop
from terminal.moments import require_zone
from terminal.readiness.blockers import Blocker, of_holds, of_loading, of_the_visit
from terminal.readiness.facts import Asked, Grant, HoldFact, Owner, Requirement, Situation, Step
from terminal.readiness.permissions import of_permissions

__all__ = [
    "Asked",
    "Blocker",
    "Grant",
    "HoldFact",
    "NotReady",
    "Owner",
    "Requirement",
    "Situation",
    "Step",
    "blockers",
    "require_ready",
]


class NotReady(Refused):
    """Something stands between the container and its next step; ``blockers`` names every one of them."""

    message = gettext_noop("The container is not ready for this step (%(step)s): %(codes)s.")


def blockers(situation: Situation, step: Step, at: datetime) -> list[Blocker]:
    """Everything that stands between the visit and ``step`` at ``at``; empty when it is ready.

    In the order in which people look: the visit and its place, the holds (oldest first), the permissions, the
    carrier, the papers of the box. Raises ``NaiveTime``.
    """
    require_zone(at)
    return [
        *of_the_visit(situation, step),
        *of_holds(situation, step),
        *of_permissions(situation, step, at),
        *(of_loading(situation, at) if step is Step.LOAD else ()),
    ]


def require_ready(situation: Situation, step: Step, at: datetime) -> None:
    """Raise ``NotReady`` with every blocker, unless there is none."""
    found = blockers(situation, step, at)
    if found:
        codes = ", ".join(dict.fromkeys(each.code for each in found))
        raise NotReady(step=step.value, codes=codes, blockers=[each.as_facts() for each in found])
