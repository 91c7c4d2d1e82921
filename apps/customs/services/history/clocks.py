"""Whose clock ran in what was reported, and how long its releases took: what is written of declarations worked here."""

from typing import Any, Final

from apps.common.bulk import across, insert_from, stage_from
from apps.customs.models import ClockPeriod, ReleaseTime
from terminal.customs.clocks import HERE_ALREADY, RUNS_IN, STEPS, Clock
from terminal.customs.workload import USUAL_MINUTES
from terminal.lifecycle import DeclarationStatus

_S = DeclarationStatus

MOMENTS: Final = (
    (10, _S.DRAFT, "drafted_at"),
    (20, _S.SUBMITTED, "submitted_at"),
    (30, _S.REGISTERED, "registered_at"),
    (50, _S.DOCUMENTARY_CHECK, "checked_at"),
    (50, _S.INSPECTION_ORDERED, "ordered_at"),
    (60, _S.INSPECTED, "inspected_at"),
    (1010, _S.ASSESSED, "assessed_at"),
    (1020, _S.PAID, "paid_at"),
    (1030, _S.RELEASED, "released_at"),
    (1040, _S.REJECTED, "rejected_at"),
    (1050, _S.WITHDRAWN, "withdrawn_at"),
)
"""Turn, status and time of each step, as in ``writing``. Queries have turns from 100 on."""

MOVED: Final = f"""
SELECT told.id, told.office_id, step.turn, step.status, step.at FROM customs_new told
{across("turn, status, at", [[str(turn), f"'{status}'", f"told.{at}"] for turn, status, at in MOMENTS])}
UNION ALL
SELECT told.id, told.office_id, step.turn, step.status, (asked.times->>step.which)::timestamptz
FROM customs_new told CROSS JOIN LATERAL jsonb_array_elements(told.queries) WITH ORDINALITY AS asked(times, n)
CROSS JOIN LATERAL (VALUES (98 + 2 * n, '{_S.QUERY}', 0), (99 + 2 * n, '{_S.DOCUMENTARY_CHECK}', 1))
    AS step(turn, status, which)
"""

SPANS: Final = f"""
SELECT id, office_id, turn, status, began_at, lead(began_at) OVER (PARTITION BY id ORDER BY turn) AS ended_at
FROM (SELECT id, office_id, turn, status, max(at) OVER (PARTITION BY id ORDER BY turn) AS began_at
      FROM ({MOVED}) moved WHERE at IS NOT NULL) turned
"""
"""Each step as a time, which never begins before the one before it did."""

RUNNING: Final = ", ".join(f"('{status}', '{clock}')" for status, clock in RUNS_IN.items())
PERIODS: Final = (
    f"SELECT spans.*, clock FROM ({SPANS}) spans JOIN (VALUES {RUNNING}) AS runs(status, clock) USING (status)"
)

AT_HOME: Final = ", ".join(f"'{regime}'" for regime in sorted(HERE_ALREADY))

BEGAN: Final = f"""
SELECT told.id, told.office_id, told.regime, told.channel, told.released_at,
       CASE WHEN arrived.at <= told.released_at AND told.regime NOT IN ({AT_HOME})
            THEN arrived.at ELSE least(coalesce(told.submitted_at, told.drafted_at), told.released_at) END AS began_at
FROM customs_new told LEFT JOIN (
    SELECT covered.reference, min(visit.arrived_at) AS at
    FROM customs_covered covered JOIN containers_visit visit ON visit.id = covered.visit_id GROUP BY covered.reference
) arrived USING (reference)
WHERE told.released_at IS NOT NULL
"""


def _passed(moment: str) -> str:
    """The minutes from the beginning to a moment, taken down, as ``time_taken`` counts them."""
    within = f"least(greatest({moment}, began.began_at), began.released_at)"
    return f"floor(extract(epoch FROM {within} - began.began_at) / 60)::int"


TOOK: Final = f"({_passed('span.ended_at')} - {_passed('span.began_at')})"
OTHERS: Final = [clock for clock in Clock if clock is not Clock.TRADER]
TOTAL: Final = _passed("began.released_at")


def _sum_of(condition: str) -> str:
    return f"sum({TOOK}) FILTER (WHERE {condition})"


OF_CLOCKS: Final = [f"""coalesce({_sum_of(f"span.clock = '{each}'")}, 0) AS {each}_minutes""" for each in OTHERS]
OF_STEPS: Final = [f"""{_sum_of(f"span.status = '{each}'")} AS {each}""" for each in STEPS]

TAKEN: Final = f"""
SELECT began.id, began.office_id, began.regime, began.channel, began.began_at, began.released_at, {TOTAL} AS minutes,
       {", ".join(OF_CLOCKS + OF_STEPS)}
FROM ({BEGAN}) began LEFT JOIN customs_span span ON span.id = began.id
GROUP BY began.id, began.office_id, began.regime, began.channel, began.began_at, began.released_at
ORDER BY began.id
"""

USUALLY: Final = " ".join(f"WHEN '{channel}' THEN {minutes}" for channel, minutes in USUAL_MINUTES.items())
EXPECTED: Final = f"""
CASE WHEN submitted_at IS NULL THEN 0 ELSE coalesce(
    (SELECT minutes FROM customs_expectedminutes known WHERE known.terminal_id = %(terminal)s
        AND known.regime = customs_new.regime AND known.channel = customs_new.channel),
    (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes) FROM customs_expectedminutes known
        WHERE known.terminal_id = %(terminal)s AND known.channel = customs_new.channel),
    CASE channel {USUALLY} END
) END
"""
"""The work expected of a declaration as it stands (see ``expected_minutes``)."""


def write_clocks(facts: dict[str, Any]) -> None:
    """The clock periods of ``customs_new``, and the times its releases took."""
    stage_from("customs_span", PERIODS)
    same = {name: name for name in ("office_id", "clock", "status", "began_at", "ended_at")}
    insert_from(ClockPeriod, {"declaration_id": "id", **same}, "FROM customs_span ORDER BY id, turn", {})
    same = {name: name for name in ("office_id", "regime", "channel", "began_at", "released_at", "minutes")}
    same |= {f"{each}_minutes": f"{each}_minutes" for each in OTHERS} | {each.value: each.value for each in STEPS}
    traders = f"minutes - {' - '.join(f'{each}_minutes' for each in OTHERS)}"
    columns = {"declaration_id": "id", "terminal_id": "%(terminal)s", "trader_minutes": traders, **same}
    insert_from(ReleaseTime, columns, f"FROM ({TAKEN}) taken", facts)
