"""What happened in a week, read from the rows it left: alerts, mails by kind and language, figures recounted."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from apps.alerts.models import PARTS, Alert, Telling
from apps.network.models import Terminal
from apps.notices.models import Notice
from apps.reports.selectors.truth import Difference
from apps.reports.services import check

WORDS = {
    Telling.Why.RAISED: "raised",
    Telling.Why.REPEAT: "said again",
    Telling.Why.ESCALATION: "escalated",
    Telling.Why.OVER: "over",
}


@dataclass(frozen=True)
class Chronicle:
    """``mornings``: each digest's day, its mails and how many of them the server took. ``storms``: when, how many
    alerts and how many mails. ``mails``: written and taken by kind and language. ``differences``: of the recount.
    """

    alerts: list[Alert]
    mornings: list[tuple[str, int, int]]
    storms: list[tuple[datetime, int, int]]
    mails: dict[tuple[str, str], tuple[int, int]]
    differences: list[Difference]


def chronicle(terminal: Terminal, *, since: datetime, at: datetime) -> Chronicle:
    """What came of the time from ``since`` on."""
    of_terminal = Alert.objects.filter(rule__terminal=terminal, opened_at__gte=since)
    found = of_terminal.select_related("rule__terminal", "acknowledged_by", *(f"rule__{part}" for part in PARTS))
    written = list(Notice.objects.filter(terminal=terminal, created_at__gte=since).order_by("pk").defer("html", "text"))
    kinds = _kinds(terminal)
    mails: dict[tuple[str, str], tuple[int, int]] = {}
    for each in written:
        key = kinds.get(each.message_id) or each.about.partition(":")[0], each.language
        many, taken = mails.get(key, (0, 0))
        mails[key] = many + 1, taken + (each.state == Notice.State.SENT)
    return Chronicle(
        alerts=list(found.order_by("opened_at", "pk")),
        mornings=list(_mornings(written)),
        storms=list(_storms(terminal, since)),
        mails=mails,
        differences=check(terminal, at=at),
    )


def _kinds(terminal: Terminal) -> dict[str, str]:
    """Of every message about alerts what it said."""
    told = Telling.objects.filter(alert__rule__terminal=terminal).exclude(message_id="")
    found: dict[str, str] = {}
    for message, why in told.values_list("message_id", "why"):
        found[message] = "storm" if message in found else WORDS[Telling.Why(why)]
    return found


def _mornings(written: list[Notice]) -> Iterator[tuple[str, int, int]]:
    digests: dict[str, list[Notice]] = defaultdict(list)
    for each in written:
        if each.about.startswith("digest:"):
            digests[each.about.rpartition(":")[2]].append(each)
    for day, mails in sorted(digests.items()):
        yield day, len(mails), sum(each.state == Notice.State.SENT for each in mails)


def _storms(terminal: Terminal, since: datetime) -> Iterator[tuple[datetime, int, int]]:
    """Mails that list several alerts, by the moment they were written."""
    told = Telling.objects.filter(alert__rule__terminal=terminal, at__gte=since, why=Telling.Why.RAISED)
    listed = Counter(told.exclude(message_id="").values_list("at", "message_id"))
    moments: dict[datetime, list[int]] = defaultdict(list)
    for (moment, _message), many in listed.items():
        if many > 1:
            moments[moment].append(many)
    for moment, sizes in sorted(moments.items()):
        yield moment, max(sizes), len(sizes)


def lines(told: Chronicle, zone: ZoneInfo) -> Iterator[str]:
    """The chronicle as a table people read."""
    yield "Mornings"
    for day, mails, taken in told.mornings:
        yield f"  {day}  digest to {mails} readers, {taken} taken by the mail server"
    yield "Alerts                                   raised       told         acknowledged  asked  over"
    for alert in told.alerts:
        moments = (alert.opened_at, alert.told_at, alert.acknowledged_at, alert.closed_at)
        raised, first, seen, over = (_moment(each, zone) for each in moments)
        yield f"  {str(alert.rule)[:38]:<38} {raised}  {first}  {seen}   {alert.escalated:>5}  {over}"
    for moment, many, mails in told.storms:
        yield f"A storm: {many} alerts in one mail to each of {mails} readers at {_moment(moment, zone)}"
    yield "Mails (taken of written)"
    for (kind, language), (many, taken) in sorted(told.mails.items()):
        yield f"  {kind:<12} {language:<8} {taken:>4} of {many}"
    for each in told.differences:
        yield f"{each.day} {each.figure}: counted {each.counted}, true {each.true}"
    yield "Every figure equals a full recount." if not told.differences else f"{len(told.differences)} figures differ."


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%m-%d %H:%M}" if at else "–          "
