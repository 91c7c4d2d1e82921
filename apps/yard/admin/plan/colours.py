"""What the colours of the yard map can say of a stack, and how each is said in words."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.network.models import Terminal
from apps.yard.selectors import BlockPlan, StandingBox, outlooks, standing_visits
from terminal.readiness.outlook import Outlook

FREE: Final = "n0"
"""The class of a stack in which nothing stands."""

DESTINATIONS: Final = 9
"""So many destinations have a colour of their own; the others share one."""


class By(TextChoices):
    """What the map is coloured by."""

    FILL = "fill", gettext_lazy("fill")
    AGE = "age", gettext_lazy("age")
    DESTINATION = "destination", gettext_lazy("destination")
    STATUS = "status", gettext_lazy("status")


OUTLOOKS: Final[dict[Outlook, Any]] = {
    Outlook.HELD: gettext_lazy("held"),
    Outlook.CUSTOMS_MISSING: gettext_lazy("customs missing"),
    Outlook.OTHER_MISSING: gettext_lazy("something else missing"),
    Outlook.UNPLANNED: gettext_lazy("no departure planned"),
    Outlook.LEAVES_TODAY: gettext_lazy("departs today"),
    Outlook.READY: gettext_lazy("ready"),
}

Classes = Callable[[list[StandingBox], int], str]
"""The class of a stack, from its boxes and the tiers it may have."""


@dataclass(frozen=True)
class Paint:
    """How stacks are coloured, and the legend: class and words, as they come."""

    of: Classes
    legend: list[tuple[str, Any]]


def paint(by: By, terminal: Terminal, plans: Iterable[BlockPlan], at: datetime) -> Paint:
    """The colours of a map. Only ``STATUS`` asks the database anything: the queries of ``outlooks``."""
    if by is By.AGE:
        return _by_age(terminal, at)
    if by is By.DESTINATION:
        return _by_destination(plans)
    if by is By.STATUS:
        return _by_status(outlooks(standing_visits(terminal), terminal, at))
    return _by_fill()


def _by_fill() -> Paint:
    quarters = [_("up to a quarter"), _("up to a half"), _("up to three quarters"), _("not full"), _("full")]
    legend = [(FREE, _("free")), *((f"n{n}", words) for n, words in enumerate(quarters, 1))]
    return Paint(lambda boxes, tiers: f"n{_quarter(len(boxes), tiers)}", legend)


def _quarter(taken: int, tiers: int) -> int:
    return 5 if taken >= tiers else 1 + min(3, (4 * taken - 1) // tiers)


def _by_age(terminal: Terminal, at: datetime) -> Paint:
    usual = Decimal(terminal.dwell_days)
    days = [float(usual / 3), float(usual), float(usual * 2), float(usual * 4)]
    marks = [timedelta(days=each) for each in days]

    def oldest(boxes: list[StandingBox], tiers: int) -> str:
        age = at - min(box.since for box in boxes)
        return f"a{1 + sum(age > mark for mark in marks)}"

    words = [_up_to(each) for each in days]
    legend = [(FREE, _("free")), *((f"a{n}", each) for n, each in enumerate(words, 1)), ("a5", _("longer"))]
    return Paint(oldest, legend)


def _up_to(days: float) -> str:
    whole = round(days)
    return ngettext("up to %(days)d day", "up to %(days)d days", whole) % {"days": whole}


def _by_destination(plans: Iterable[BlockPlan]) -> Paint:
    boxes = {box.visit_id: box.destination for plan in plans for stack in plan.stacks.values() for box in stack}
    common = [name for name, _count in Counter(filter(None, boxes.values())).most_common(DESTINATIONS)]
    known = {name: f"d{n}" for n, name in enumerate(sorted(common), 1)}

    def most(stack: list[StandingBox], tiers: int) -> str:
        goals = Counter(box.destination for box in stack).most_common(2)
        mixed = " m" if len(goals) > 1 else ""
        return known.get(goals[0][0], "dx" if goals[0][0] else "dn") + mixed

    legend = [*((css, name) for name, css in known.items()), ("dx", _("others")), ("dn", _("not known"))]
    return Paint(most, [(FREE, _("free")), *legend, ("dx m", _("several, the most frequent shown"))])


def _by_status(known: dict[int, Outlook]) -> Paint:
    order = {each: n for n, each in enumerate(Outlook)}

    def worst(boxes: list[StandingBox], tiers: int) -> str:
        return f"s{min(order[known.get(box.visit_id, Outlook.OTHER_MISSING)] for box in boxes)}"

    legend = [(f"s{order[each]}", words) for each, words in OUTLOOKS.items()]
    return Paint(worst, [(FREE, _("free")), *legend])
