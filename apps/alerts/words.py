"""What is said about each figure: whole sentences, so that every language can build its own."""

from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.alerts.models import Alert, Rule
from apps.common.figures import figure, percent
from apps.network.models import Place, Terminal

M = Rule.Metric

UNIT = {
    M.YARD_TEU: _("TEU"),
    M.TRAIN_PLACES: _("train places"),
    M.TRACK_METRES: _("m of track"),
    M.WAREHOUSE_M2: _("m²"),
    M.CUSTOMS_QUEUE: _("declarations"),
    M.CUSTOMS_ANSWER: _("h"),
    M.TRAINS_PER_DAY: _("trains"),
    M.TEU_PER_DAY: _("TEU"),
}

RAISED = {
    M.YARD_TEU: _("Yard %(share)s full: %(value)s of %(capacity)s TEU – %(place)s"),
    M.TRAIN_PLACES: _("Tracks %(share)s taken: %(value)s of %(capacity)s train places – %(place)s"),
    M.TRACK_METRES: _("Tracks %(share)s taken: %(value)s of %(capacity)s m – %(place)s"),
    M.WAREHOUSE_M2: _("Warehouse %(share)s full: %(value)s of %(capacity)s m² – %(place)s"),
    M.CUSTOMS_QUEUE: _("Customs queue at %(share)s: %(value)s of %(capacity)s declarations – %(place)s"),
    M.CUSTOMS_ANSWER: _("Customs has not answered for %(value)s h, %(capacity)s h are allowed (%(share)s) – %(place)s"),
    M.TRAINS_PER_DAY: _("%(value)s trains expected today, rated for %(capacity)s (%(share)s) – %(place)s"),
    M.TEU_PER_DAY: _("%(value)s TEU expected today, rated for %(capacity)s (%(share)s) – %(place)s"),
}

CLEARED = {
    M.YARD_TEU: _("Over: yard down to %(share)s, %(value)s of %(capacity)s TEU – %(place)s"),
    M.TRAIN_PLACES: _("Over: tracks down to %(share)s, %(value)s of %(capacity)s train places – %(place)s"),
    M.TRACK_METRES: _("Over: tracks down to %(share)s, %(value)s of %(capacity)s m – %(place)s"),
    M.WAREHOUSE_M2: _("Over: warehouse down to %(share)s, %(value)s of %(capacity)s m² – %(place)s"),
    M.CUSTOMS_QUEUE: _("Over: customs queue down to %(share)s, %(value)s of %(capacity)s declarations – %(place)s"),
    M.CUSTOMS_ANSWER: _(
        "Over: the oldest question to customs is %(value)s h old, %(capacity)s h are allowed – %(place)s"
    ),
}

RAISED_IN_PART = {
    M.YARD_TEU: _("Block %(part)s %(share)s full: %(value)s of %(capacity)s TEU – %(place)s"),
    M.TRAIN_PLACES: _("Track %(part)s %(share)s taken: %(value)s of %(capacity)s train places – %(place)s"),
    M.TRACK_METRES: _("Track %(part)s %(share)s taken: %(value)s of %(capacity)s m – %(place)s"),
    M.WAREHOUSE_M2: _("Zone %(part)s %(share)s full: %(value)s of %(capacity)s m² – %(place)s"),
    M.CUSTOMS_QUEUE: _("%(part)s: queue at %(share)s, %(value)s of %(capacity)s declarations – %(place)s"),
    M.CUSTOMS_ANSWER: _(
        "%(part)s has not answered for %(value)s h, %(capacity)s h are allowed (%(share)s) – %(place)s"
    ),
}

CLEARED_IN_PART = {
    M.YARD_TEU: _("Over: block %(part)s down to %(share)s, %(value)s of %(capacity)s TEU – %(place)s"),
    M.TRAIN_PLACES: _("Over: track %(part)s down to %(share)s, %(value)s of %(capacity)s train places – %(place)s"),
    M.TRACK_METRES: _("Over: track %(part)s down to %(share)s, %(value)s of %(capacity)s m – %(place)s"),
    M.WAREHOUSE_M2: _("Over: zone %(part)s down to %(share)s, %(value)s of %(capacity)s m² – %(place)s"),
    M.CUSTOMS_QUEUE: _("Over: %(part)s, queue down to %(share)s, %(value)s of %(capacity)s declarations – %(place)s"),
    M.CUSTOMS_ANSWER: _(
        "Over: %(part)s, the oldest question is %(value)s h old, %(capacity)s h are allowed – %(place)s"
    ),
}

LIKELY = {
    M.YARD_TEU: _("Yard: %(share)s likely to come to %(level)s of capacity within %(hours)s h – %(place)s"),
    M.TRAIN_PLACES: _("Train places: %(share)s likely that %(level)s are taken within %(hours)s h – %(place)s"),
    M.WAREHOUSE_M2: _("Warehouse: %(share)s likely to come to %(level)s of its area within %(hours)s h – %(place)s"),
    M.CUSTOMS_QUEUE: _("Customs queue: %(share)s likely to come to %(level)s within %(hours)s h – %(place)s"),
}

LIKELY_NO_MORE = {
    M.YARD_TEU: _("Over: yard only %(share)s likely to come to %(level)s within %(hours)s h – %(place)s"),
    M.TRAIN_PLACES: _("Over: only %(share)s likely that %(level)s of the train places are taken – %(place)s"),
    M.WAREHOUSE_M2: _("Over: warehouse only %(share)s likely to come to %(level)s within %(hours)s h – %(place)s"),
    M.CUSTOMS_QUEUE: _("Over: customs queue only %(share)s likely to come to %(level)s – %(place)s"),
}

DIGEST = _(
    "%(day)s: %(trains)s of %(rated_trains)s trains, %(teu)s of %(rated_teu)s TEU (%(share)s), "
    "yard %(yard)s – %(place)s"
)


def place(terminal: Terminal) -> str:
    """The terminal by the name of its place, which fits a subject line; its full name where the place is unknown."""
    known = Place.objects.filter(un_locode=terminal.un_locode).first()
    return known.name if known else terminal.name


def raised(rule: Rule, value: Decimal, capacity: Decimal) -> str:
    """That the figure is too high, in the active language."""
    said = (LIKELY if rule.within_hours else RAISED_IN_PART if rule.part_id else RAISED)[M(rule.metric)]
    return str(said) % facts(rule, value, capacity)


def unit(rule: Rule) -> str:
    """The unit of its readings, in the active language."""
    return "%" if rule.within_hours else str(UNIT[M(rule.metric)])


def headline(alert: Alert, value: Decimal) -> str:
    """What is wrong, without the place."""
    if alert.silent:
        return gettext("No data: %(figure)s") % {"figure": alert.rule}
    said = raised(alert.rule, value, alert.capacity)
    return said.rpartition(" – ")[0] or said


def line(rule: Rule) -> str:
    """The line over which it is raised: of a figure of the day the rated figure itself."""
    return percent(1 if rule.is_flow else rule.raise_at)


def measure(alert: Alert, value: Decimal) -> str:
    """A reading as a share and in its unit: “80 %, 3,949 TEU”. A likelihood has no unit beside."""
    share = percent(value / alert.capacity) if alert.capacity else "–"
    return share if alert.rule.within_hours else f"{share}, {figure(value, 1)} {unit(alert.rule)}"


def how_it_came(alert: Alert, now: Decimal) -> dict[str, str]:
    """What was measured when it was raised (``said``), the line it crossed, and the present figure where it differs."""
    said = headline(alert, alert.reading)
    if alert.silent:
        return {"said": said, "line": "", "now": ""}
    return {"said": said, "line": line(alert.rule), "now": measure(alert, now) if now != alert.reading else ""}


def cleared(rule: Rule, value: Decimal, capacity: Decimal) -> str:
    """That it is over, in the active language."""
    said = (LIKELY_NO_MORE if rule.within_hours else CLEARED_IN_PART if rule.part_id else CLEARED)[M(rule.metric)]
    return str(said) % facts(rule, value, capacity)


def facts(rule: Rule, value: Decimal, capacity: Decimal) -> dict[str, str]:
    """What the sentences above need, written as their reader writes figures."""
    return {
        "share": percent(value / capacity),
        "value": figure(value, 1),
        "capacity": figure(capacity, 1),
        "place": place(rule.terminal),
        "part": str(rule.part or ""),
        "level": percent(rule.warns_of),
        "hours": str(rule.within_hours or ""),
    }
