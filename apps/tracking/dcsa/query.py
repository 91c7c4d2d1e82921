"""The one question Track & Trace asks the journal.

# Note [Whose events]
Of a visit, a party sees what happened within the dates of its role. Of a carrier, it sees that it arrived and departed
when a box of its own arrives or departs by it, again within those dates. Rows are told only while no later word of
their lineage stands: of several, the latest says the event.

# Note [Few boxes or many]
Asked for one box or booking, or by a party with few, the boxes are found first and then their rows. For a party with
thousands that would be all its rows for every page: there, rows are read in their order until the page is full.

# Note [A walk sees one moment]
The first page fixes what is settled at that moment: rows of transactions that have all ended. Every further page sees
exactly that, in whatever order, so that nothing is skipped or repeated, though rows are written and corrected
meanwhile. What comes later belongs to the next walk, which asks for what was recorded since.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from apps.containers.models import Reference
from apps.tracking.dcsa.asked import Asked
from terminal.dcsa import Version
from terminal.dcsa.codes import CALLS, OF_CUSTOMS, WITH_RESULT
from terminal.dcsa.telling import BECOMES
from terminal.dcsa.wanted import Wanted
from terminal.events import Audience, EventKind
from terminal.readiness.facts import Owner
from terminal.throughput import Mode

TRANSPORT_DOCUMENTS: Final = [
    Reference.Kind.BILL_OF_LADING.value,
    Reference.Kind.SMGS.value,
    Reference.Kind.CIM.value,
]
IN_WORDS: Final = OF_CUSTOMS | WITH_RESULT | {EventKind.CUSTOMS_INSPECTION_ORDERED, EventKind.SEAL_REMOVED}
"""Kinds of which more is told than what moved, where to and by what."""

OPERATORS: Final = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<", "eq": "="}

BOOKING: Final = (
    "coalesce((SELECT min(paper.value) FROM containers_reference AS paper "
    "WHERE paper.visit_id = e.visit_id AND paper.kind = 'booking'), '')"
)
SORTS: Final = {
    "eventCreatedDateTime": ("e.recorded_at", "timestamptz"),
    "eventDateTime": ("e.happened_at", "timestamptz"),
    "equipmentReference": ("coalesce(box.number, e.container_number)", "text"),
    "carrierBookingReference": (BOOKING, "text"),
}
"""What events can be sorted by: the column and its type."""


def statement(
    asked: Asked, *, party: int, terminal: int, at: datetime, wide: bool = False
) -> tuple[str, dict[str, Any]]:
    """The SQL and its parameters. It finds one row more than the page has, where there are more.

    ``wide``: the party has a part in so many visits that rows are better read in order and looked at one by one.
    """
    params: dict[str, Any] = {
        "party": party,
        "terminal": terminal,
        "at": at,
        "public": Audience.PUBLIC.value,
        "retracted": EventKind.RETRACTED.value,
        "customs": Owner.CUSTOMS.value,
        "kinds": sorted(asked.wanted.kinds),
        "rows": sorted(asked.wanted.kinds | ({EventKind.RETRACTED} if asked.version is Version.THREE else set())),
        "of_calls": sorted(CALLS | {EventKind.RETRACTED}),
        "of_customs": sorted(OF_CUSTOMS),
        "with_result": sorted(WITH_RESULT),
        "in_words": sorted(IN_WORDS),
        "horizon": asked.behind.horizon if asked.behind else None,
        "one_more": asked.limit + 1,
    }
    mine, only = _and(_of_boxes(asked.wanted, params)), _and([*_of_rows(asked, params), *_of_facts(asked, params)])
    order = _order(asked)
    keys = {
        "keys": ", ".join(f"({column})::text" for column, _ in order),
        "columns": ", ".join(f"{column} AS sorted_{n}" for n, (column, _) in enumerate(order)),
        "order": _ordered(asked, [column for column, _ in order]),
    }
    boxes = f"{A_BOX_OF_ITS_OWN}{{mine}}" if wide else FROM_FEW_BOXES
    carriers = A_CARRIER_OF_ITS_OWN if wide else FROM_FEW_CARRIERS
    whose = [boxes] if asked.wanted.kinds - CALLS else []
    whose += [carriers] if asked.wanted.kinds & CALLS else []
    rows = " UNION ALL ".join(ROWS.format(whose=each.format(mine=mine), wanted=only, **keys) for each in whose)
    told = ", ".join(f"{column} AS {name}" for name, column in COLUMNS.items())
    sql = PAGE.format(columns=told, rows=rows, order=_ordered(asked, [f"sorted_{n}" for n in range(len(order))]))
    return sql, params


def _and(conditions: Iterable[str]) -> str:
    return "".join(f"\n  AND {each}" for each in conditions)


def _of_boxes(wanted: Wanted, params: dict[str, Any]) -> Iterable[str]:
    if wanted.container:
        params["container"] = wanted.container
        yield "v.container_id IN (SELECT id FROM containers_container WHERE number = %(container)s)"
    for kinds, numbers in ((["booking"], wanted.bookings), (TRANSPORT_DOCUMENTS, wanted.documents)):
        for n, number in enumerate(sorted(numbers)):
            names = f"{kinds[0]}_{n}", f"{kinds[0]}_kinds"
            params |= dict(zip(names, (number, kinds), strict=True))
            yield (
                "EXISTS (SELECT FROM containers_reference AS paper WHERE paper.visit_id = v.id "
                f"AND paper.value = %({names[0]})s AND paper.kind = ANY(%({names[1]})s))"
            )


def _of_rows(asked: Asked, params: dict[str, Any]) -> Iterable[str]:
    if asked.event is not None:
        params["event"] = str(asked.event)
        yield "e.lineage = %(event)s::uuid"
    if asked.entries is not None:
        params["entries"] = sorted(asked.entries)
        yield "e.id = ANY(%(entries)s)"
    for n, (operator, moment) in enumerate(asked.recorded):
        params[f"recorded_{n}"] = moment
        yield f"e.recorded_at {OPERATORS[operator]} %(recorded_{n})s"


def _of_facts(asked: Asked, params: dict[str, Any]) -> Iterable[str]:
    wanted = asked.wanted
    for column, value in (
        ("call.public_id::text", wanted.call.lower()),
        ("ship.imo", wanted.imo),
        ("service.code", wanted.service),
    ):
        if value:
            params[column] = value
            yield f"{column} = %({column})s"
    for n, voyage in enumerate(sorted(wanted.voyages)):
        params[f"voyage_{n}"] = voyage
        by_rail = f"call.mode = '{Mode.RAIL}' AND call.number = %(voyage_{n})s"
        yield f"(ship.voyage_out = %(voyage_{n})s OR {by_rail})"
    if asked.version is Version.TWO:
        params["becomes"] = sorted(BECOMES)
        yield f"(e.visit_id IS NULL OR e.kind = ANY(%(becomes)s) OR {LADEN} IS NOT NULL)"
    if asked.behind:
        yield _further(asked, asked.behind.keys, params)


def _order(asked: Asked) -> list[tuple[str, str]]:
    """Columns with their types, the last of them unlike in any two rows.

    Where nobody asked for an order, it is the one in which an index finds the first of them.
    """
    if not asked.sort:
        first = ("e.recorded_at", "timestamptz") if asked.recorded else ("e.xid", "text::xid8")
        return [first, ("e.id", "bigint")]
    return [*(SORTS[each.by] for each in asked.sort), ("e.id", "bigint")]


def _directions(asked: Asked) -> list[bool]:
    return [each.falling for each in asked.sort] + [False] * (1 if asked.sort else 2)


def _ordered(asked: Asked, columns: list[str]) -> str:
    ways = zip(columns, _directions(asked), strict=True)
    return ", ".join(f"{column} DESC" if falling else column for column, falling in ways)


def _further(asked: Asked, keys: tuple[str, ...], params: dict[str, Any]) -> str:
    """Behind the last row: as far as some column equal, and in the next one further on."""
    params |= {f"key_{n}": key for n, key in enumerate(keys)}
    columns = [(column, f"%(key_{n})s::{kind}") for n, (column, kind) in enumerate(_order(asked))]
    if not any(_directions(asked)):  # so that an index in this order begins where the last page ended
        return "({}) > ({})".format(*(", ".join(each) for each in zip(*columns, strict=True)))
    ways = []
    for n, falling in enumerate(_directions(asked)):
        same = [f"{column} = {key}" for column, key in columns[:n]]
        column, key = columns[n]
        ways.append(" AND ".join([*same, f"{column} {'<' if falling else '>'} {key}"]))
    return "(" + " OR ".join(f"({way})" for way in ways) + ")"


LADEN: Final = "coalesce((said.payload ->> 'laden')::boolean, v.laden)"
"""Whether the box was laden, as the row says it, else as is known of the visit."""

HELD: Final = "role.party_id = %(party)s AND role.since <= %(at)s"
WITHIN: Final = "e.happened_at >= role.since AND (role.until IS NULL OR e.happened_at < role.until)"

HELD_VISITS: Final = f"""
        FROM containers_visitrole AS role JOIN containers_visit AS v ON v.id = role.visit_id
        WHERE {HELD} AND v.terminal_id = %(terminal)s{{mine}}"""

A_BOX_OF_ITS_OWN: Final = f"""EXISTS (
        SELECT FROM containers_visitrole AS role WHERE role.visit_id = e.visit_id AND {HELD} AND {WITHIN} OFFSET 0)"""
"""OFFSET keeps it a look into an index for each row, whatever is known of how many there are."""

A_CARRIER_OF_ITS_OWN: Final = f"""e.visit_id IS NULL AND e.kind = ANY(%(of_calls)s) AND EXISTS (
        SELECT FROM containers_visit AS v JOIN containers_visitrole AS role ON role.visit_id = v.id
        WHERE (v.arrival_call_id = e.call_id OR v.departure_call_id = e.call_id) AND {HELD} AND {WITHIN}{{mine}})"""

FROM_FEW_BOXES: Final = f"e.visit_id = ANY(ARRAY(SELECT role.visit_id {HELD_VISITS})) AND {A_BOX_OF_ITS_OWN}"
FROM_FEW_CARRIERS: Final = f"""e.call_id = ANY(ARRAY(
        SELECT v.arrival_call_id {HELD_VISITS} UNION SELECT v.departure_call_id {HELD_VISITS}))
      AND {A_CARRIER_OF_ITS_OWN}"""

ROWS: Final = f"""(
    SELECT ARRAY[{{keys}}] AS keys, {{columns}}, edge.horizon::text AS horizon,
           e.lineage::text AS event, e.revision, e.kind = %(retracted)s AS retracted, said.kind, e.classifier,
           e.happened_at, e.recorded_at, e.visit_id, e.call_id, coalesce(box.number, e.container_number) AS container,
           coalesce(said.payload ->> 'size_type', nullif(v.stated_size_type, ''), box.size_type, '') AS size_type,
           {LADEN} AS laden, said.payload ->> 'mode' AS mode,
           CASE WHEN said.kind = ANY(%(in_words)s) THEN said.payload END AS details,
           call.public_id::text AS call, call.mode AS call_mode, call.number AS call_number, ship.name AS vessel,
           ship.imo, ship.voyage_in, ship.voyage_out, service.code AS service, train.id AS train_id
    FROM journal_entry AS e
    CROSS JOIN (SELECT coalesce(%(horizon)s::text::xid8, pg_snapshot_xmin(pg_current_snapshot())) AS horizon) AS edge
    LEFT JOIN LATERAL (
        SELECT kind, payload FROM journal_entry
        WHERE e.kind = %(retracted)s AND lineage = e.lineage AND revision = 1 OFFSET 0) AS first ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(first.kind, e.kind) AS kind, coalesce(first.payload, e.payload) AS payload) AS said
    LEFT JOIN containers_visit AS v ON v.id = e.visit_id
    LEFT JOIN containers_container AS box ON box.id = v.container_id
    LEFT JOIN calls_call AS call ON call.id = e.call_id
    LEFT JOIN ships_shipcall AS ship ON ship.call_id = e.call_id
    LEFT JOIN trains_trainvisit AS train ON train.call_id = e.call_id
    LEFT JOIN trains_trainservice AS service ON service.id = train.service_id
    WHERE {{whose}}
      AND e.audience = %(public)s AND e.terminal_id = %(terminal)s AND e.kind = ANY(%(rows)s)
      AND said.kind = ANY(%(kinds)s)
      AND (said.kind <> ALL(%(of_customs)s) OR said.payload ->> 'owner' = %(customs)s)
      AND (said.kind <> ALL(%(with_result)s) OR coalesce(said.payload ->> 'result', '') <> '')
      AND e.xid < edge.horizon
      AND NOT EXISTS (
          SELECT FROM journal_entry AS later
          WHERE later.lineage = e.lineage AND later.revision > e.revision AND later.revision > 1
            AND later.xid < edge.horizon){{wanted}}
    ORDER BY {{order}} LIMIT %(one_more)s
)"""
"""Rows of one kind of whose: each kind by itself finds its first ones by the index that suits it."""

LIST: Final = "SELECT json_agg(json_build_array(paper.kind, paper.value) ORDER BY paper.kind, paper.value)"
PAPERS: Final = f"{LIST} FROM containers_reference AS paper WHERE paper.visit_id = page.visit_id"
PAPERS_OF_A_CALL: Final = f"""{LIST} FROM (
        SELECT DISTINCT paper.kind, paper.value
        FROM containers_visit AS v
        JOIN containers_visitrole AS role ON role.visit_id = v.id AND role.party_id = %(party)s
         AND page.happened_at >= role.since AND (role.until IS NULL OR page.happened_at < role.until)
        JOIN containers_reference AS paper ON paper.visit_id = v.id
        WHERE v.arrival_call_id = page.call_id OR v.departure_call_id = page.call_id) AS paper"""
WAGON: Final = """
    SELECT wagon.number FROM trains_wagonload AS load JOIN trains_wagon AS wagon ON wagon.id = load.wagon_id
    WHERE load.visit_id = page.visit_id AND wagon.train_id = page.train_id ORDER BY load.id DESC LIMIT 1"""

COLUMNS: Final = {
    "place": "page.place",
    "keys": "page.keys",
    "horizon": "page.horizon",
    "event": "page.event",
    "happened_at": "page.happened_at",
    "recorded_at": "page.recorded_at",
    "container": "page.container",
    "details": "page.details::text",
    "wagon": f"CASE WHEN page.train_id IS NOT NULL THEN ({WAGON}) END",
    "papers": f"CASE WHEN page.visit_id IS NOT NULL THEN ({PAPERS}) ELSE ({PAPERS_OF_A_CALL}) END::text",
    **{
        name: f"page.{name}"
        for name in (
            "kind", "classifier", "revision", "retracted", "size_type", "laden", "mode",
            "call", "call_mode", "call_number", "vessel", "imo", "voyage_in", "voyage_out", "service",
        )
    },
}  # fmt: skip
"""What is told of a row: first what is its own, then what many rows of a page have alike."""

PAGE: Final = """
WITH page AS (
    SELECT found.*, row_number() OVER (ORDER BY {order}) AS place FROM ({rows}) AS found
    ORDER BY place LIMIT %(one_more)s
)
SELECT {columns}
FROM page
ORDER BY page.place
"""
"""See Note [Whose events] and Note [A walk sees one moment]."""
