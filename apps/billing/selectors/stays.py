"""What is known of boxes' stays, and what their storage comes to: computed, never stored here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from apps.billing.models import StorageAccount
from apps.billing.models.tariffs import CLOCK_EVENTS
from apps.billing.selectors.pauses import pauses_of
from apps.billing.selectors.tariffs import PriceBook
from apps.containers.models import Visit, VisitRole
from apps.journal.models import Entry
from apps.parties.models import Party
from apps.parties.rows import everybodys_rows
from terminal.charges.boxes import Box
from terminal.charges.calendars import DayNotInCalendar
from terminal.charges.dates import Override
from terminal.charges.lines import Event
from terminal.charges.rules import FreeDays
from terminal.charges.storage import Pause, Standing, StorageLine, as_of, charge_storage, clock_start
from terminal.charges.tariffs import NotInForce
from terminal.equipment import SizeType
from terminal.errors import Refused, gettext_noop
from terminal.events import DEPARTURES, Classifier, EventKind
from terminal.regimes import Direction
from terminal.throughput import day_bounds, site_day

ENDS: Final = DEPARTURES | {EventKind.CONTAINER_STRIPPED}
"""What ends a stay that is over: the box left, or was unpacked and begins an empty stay of its own."""

TELLING: Final = sorted({*CLOCK_EVENTS, *ENDS})
"""The kinds of events a stay is read from."""

PAYS_FIRST: Final = [
    VisitRole.Role.FORWARDER.value,
    VisitRole.Role.CONSIGNEE.value,
    VisitRole.Role.SHIPPER.value,
    VisitRole.Role.LINE.value,
]
"""Who pays for storage where nobody was named: the first of these that has a part in the visit."""

SECOND: Final = timedelta(seconds=1)


class NobodyPays(Refused):
    """No party of the visit can be charged."""

    message = gettext_noop(
        "Nobody is there to charge %(number)s to: name who pays, or give a party its part in the visit."
    )


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A visit's stay as charges see it. ``clock`` and ``left``: the journal's rows, None while there is none.

    ``refusal``: why it cannot be read by the tariff.
    """

    visit: Visit
    account: StorageAccount | None
    payer: Party | None
    standing: Standing | None
    clock: Entry | None
    left: Entry | None
    refusal: Refused | None = None

    @property
    def events(self) -> list[int]:
        """The journal's rows it is read from."""
        return [entry.pk for entry in (self.clock, self.left) if entry is not None]


def stays(visits: Iterable[Visit], book: PriceBook, at: datetime) -> dict[int, Stay]:
    """What is known at ``at`` of each visit's stay (of one terminal), in a fixed number of queries.

    ``standing`` is None while no event has started the clock by the tariff, or none that it has prices for.
    """
    rows = list(visits)
    numbers = [visit.pk for visit in rows]
    entries: dict[int, list[Entry]] = defaultdict(list)
    told = Entry.objects.filter(visit_id__in=numbers, kind__in=TELLING, classifier=Classifier.ACTUAL.value)
    for entry in told.standing().order_by("happened_at", "pk"):
        entries[entry.visit_id or 0].append(entry)
    accounts = {
        each.visit_id: each for each in StorageAccount.objects.filter(visit__in=numbers).select_related("payer")
    }
    who, pauses = payers(rows, accounts, at), pauses_of(rows, at)
    found = {}
    for visit in rows:
        account, payer = accounts.get(visit.pk), who[visit.pk]
        stay = Stay(visit=visit, account=account, payer=payer, standing=None, clock=None, left=None)
        try:
            found[visit.pk] = _known(stay, entries[visit.pk], pauses[visit.pk], book, at)
        except Refused as refusal:
            found[visit.pk] = replace(stay, refusal=refusal)
    return found


def payers(visits: Iterable[Visit], accounts: Mapping[int, StorageAccount], at: datetime) -> dict[int, Party | None]:
    """Who pays for each visit's storage: who was named, else the first of ``PAYS_FIRST`` with a part in it then."""
    rows = list(visits)
    parts = _parts([visit.pk for visit in rows])
    found = {}
    for visit in rows:
        account = accounts.get(visit.pk)
        named = account.payer if account else None
        found[visit.pk] = named or _payer(parts[visit.pk], visit.departed_at or at)
    return found


def _parts(visits: list[int]) -> dict[int, list[VisitRole]]:
    found: dict[int, list[VisitRole]] = defaultdict(list)
    for role in VisitRole.objects.filter(visit__in=visits, role__in=PAYS_FIRST).select_related("party").order_by("pk"):
        found[role.visit_id].append(role)
    return found


def _payer(roles: list[VisitRole], at: datetime) -> Party | None:
    in_force = [each for each in roles if each.since <= at and (each.until is None or each.until > at)]
    first = min(in_force, key=lambda each: PAYS_FIRST.index(each.role), default=None)
    return first.party if first else None


def _known(stay: Stay, entries: list[Entry], pauses: tuple[Pause, ...], book: PriceBook, at: datetime) -> Stay:
    clock = _clock(stay, entries, book)
    if clock is None:
        return stay
    gone = stay.visit.departed_at is not None
    left = next((each for each in reversed(entries) if gone and each.kind in ENDS), None)
    ended = _event(left) if left else as_of(stay.visit.departed_at or at)
    standing = Standing(
        box=box_of(stay, clock),
        started=_event(clock),
        ended=ended,
        pauses=pauses,
        **_dates(stay.account),
    )
    return replace(stay, clock=clock, left=left, standing=standing)


def _clock(stay: Stay, entries: list[Entry], book: PriceBook) -> Entry | None:
    for entry in entries:
        try:
            if clock_start([_event(entry)], box_of(stay, entry), book.prices, book.terminal.zone):
                return entry
        except NotInForce:  # what happened before there was a tariff is not charged
            continue
    return None


def _event(entry: Entry) -> Event:
    return Event(id=str(entry.public_id), kind=entry.kind, at=entry.happened_at)


def box_of(stay: Stay, entry: Entry) -> Box:
    """The box as it was when that happened; one of which nobody said whether it is laden counts as laden."""
    visit, said = stay.visit, entry.payload
    laden = said.get("laden") if said.get("laden") is not None else visit.laden
    return Box(
        number=visit.container.number,
        length_ft=SizeType.parse(said.get("size_type") or visit.size_type).length_ft,
        laden=laden is not False,
        direction=Direction(visit.direction),
        customer=stay.payer.code if stay.payer else "",
    )


def _dates(account: StorageAccount | None) -> dict[str, Any]:
    if account is None:
        return {}
    override = account.overridden_last_free_on and Override(
        last_free_on=account.overridden_last_free_on, by=account.overridden_by, why=account.overridden_why
    )
    return {
        "override": override,
        "guaranteed_through": account.guaranteed_through,
        "paid_through": account.paid_through,
        "charged_through": account.charged_through,
    }


def through(standing: Standing, day: date, book: PriceBook) -> Standing:
    """The stay as if somebody asked at the end of that day: all of it is charged."""
    return replace(standing, ended=as_of(day_bounds(day, book.terminal.zone)[1] - SECOND))


def storage_line(standing: Standing, book: PriceBook) -> StorageLine:
    """What the stay comes to. Refuses what ``charge_storage`` refuses."""
    zone = book.terminal.zone
    started = site_day(standing.started.at, zone)
    version = book.on(started)
    if version.free_time_for(standing.box).counted is FreeDays.CALENDAR:
        return charge_storage(standing, version=version, zone=zone)
    missing: DayNotInCalendar | None = None
    for calendar in book.calendars(started):
        try:
            return charge_storage(standing, version=version, zone=zone, calendar=calendar)
        except DayNotInCalendar as refusal:
            missing = refusal
    if missing is not None:
        raise missing
    return charge_storage(standing, version=version, zone=zone)


@everybodys_rows()
def accrued(visit: Visit, at: datetime) -> tuple[Stay, StorageLine | None]:
    """What is known of a visit's storage at ``at``, and what of it stands on no line yet (None: no clock runs).

    Refuses ``NoTariff`` and what ``charge_storage`` refuses.
    """
    book = PriceBook.of(visit.terminal)
    stay = stays([visit], book, at)[visit.pk]
    if stay.refusal is not None:
        raise stay.refusal
    return stay, storage_line(stay.standing, book) if stay.standing else None
