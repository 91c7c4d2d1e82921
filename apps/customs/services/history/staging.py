"""Reported declarations in temporary tables: those that are new, numbered, and the visits they cover.

``customs_told`` holds what was told, ``customs_covered`` the visits named, ``customs_new`` what becomes declarations.
"""

from collections.abc import Iterable
from typing import Any, Final

from apps.common.bulk import Keys, ask, endless_uuid7_texts, line, run, stage, stage_from
from apps.common.numbers import next_numbers
from apps.containers.selectors import join_reported_visits
from apps.customs.models import Office
from apps.customs.services.history.told import WITH_REASON, ReportedDeclaration, looked_at, standing
from apps.network.models import Terminal
from apps.parties.selectors import party_keys
from terminal.errors import Malformed, gettext_noop
from terminal.lifecycle import DeclarationStatus, VisitState

COLUMNS: Final = """
    uuid uuid, reference text, visits jsonb, queries jsonb, regime text, direction text, office_id bigint, office text,
    declarant_id bigint, broker_id bigint, goods text, hs_code text, drafted_at timestamptz, submitted_at timestamptz,
    registered_at timestamptz, channel text, channelled_at timestamptz, checked_at timestamptz, ordered_at timestamptz,
    inspected_at timestamptz, assessed_at timestamptz, paid_at timestamptz, released_at timestamptz,
    valid_until timestamptz, rejected_at timestamptz, withdrawn_at timestamptz, told_reason text,
    status text, status_since timestamptz, reason text
"""

COVERED: Final = f"""
SELECT DISTINCT told.reference, covered.visit AS named, visit.id AS visit_id, box.number AS container_number,
       CASE WHEN visit.state = '{VisitState.CANCELLED}' THEN '-infinity' ELSE visit.departed_at END AS over_at
FROM customs_told told CROSS JOIN LATERAL jsonb_array_elements_text(told.visits) AS covered(visit)
{join_reported_visits("covered.visit")}
"""

MISSING: Final = "DELETE FROM customs_covered WHERE visit_id IS NULL"

WITHOUT_A_BOX: Final = """
DELETE FROM customs_told told
WHERE NOT EXISTS (SELECT FROM customs_covered covered WHERE covered.reference = told.reference)
"""

NEW: Final = f"""
SELECT nextval(pg_get_serial_sequence('customs_declaration', 'id')) AS id,
       {next_numbers("CD", "drafted_at")} AS number, told.*
FROM (SELECT * FROM customs_told ORDER BY drafted_at, reference) told
"""


class NoSuchOffice(Malformed):
    """The customs house has no office of that code."""

    message = gettext_noop("There is no customs office %(office)s here.")


def stage_told(told: Iterable[ReportedDeclaration], terminal: Terminal) -> None:
    """Write what is told into ``customs_told``. Raises ``NoSuchOffice``, ``NoSuchParty``."""
    offices = Keys(Office.objects.filter(terminal=terminal).values_list("code", "pk"), _no_such_office)
    parties = party_keys()
    new = endless_uuid7_texts()
    stage("customs_told", COLUMNS, (_line(next(new), each, offices, parties) for each in told))


def match_visits(facts: dict[str, Any]) -> tuple[int, int]:
    """Find the visits of what is left in ``customs_told``, which then holds only declarations that cover a box.

    How many visits were not found, and how many declarations are left out for want of any.
    """
    stage_from("customs_covered", COVERED, facts)
    return run(MISSING), run(WITHOUT_A_BOX)


def number_new() -> int:
    """Number what is left, in the order of drafting; how many there are."""
    stage_from("customs_new", NEW)
    ((many,),) = ask("SELECT count(*) FROM customs_new")
    return int(many)


def _no_such_office(code: str) -> NoSuchOffice:
    return NoSuchOffice(office=code)


def _line(uuid: str, told: ReportedDeclaration, offices: Keys, parties: Keys) -> str:
    status, since = standing(told)
    look = looked_at(told)
    return line(
        uuid,
        told.reference,
        told.visits,
        told.queries,
        told.regime,
        told.direction,
        offices[told.office],
        told.office,
        parties[told.declarant],
        parties[told.broker] if told.broker else None,
        told.goods,
        told.hs_code,
        told.drafted_at,
        told.submitted_at,
        told.registered_at,
        told.channel if told.channelled_at else "",
        told.channelled_at,
        look[1] if look and look[0] is DeclarationStatus.DOCUMENTARY_CHECK else None,
        look[1] if look and look[0] is DeclarationStatus.INSPECTION_ORDERED else None,
        told.inspected_at,
        told.assessed_at,
        told.paid_at,
        told.released_at,
        told.release_valid_until if told.released_at else None,
        told.rejected_at,
        told.withdrawn_at,
        told.reason,
        status.value,
        since,
        told.reason if status in WITH_REASON else "",
    )
