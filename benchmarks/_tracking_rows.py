"""Boxes, their visits, one shipper's role in each, and twenty journal rows a visit."""

import io
from datetime import timedelta
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from apps.containers.models import Container, Visit
from apps.network.models import Terminal
from apps.parties.models import Party, PartyKey
from terminal.identifiers import check_digit
from terminal.lifecycle import Position, VisitState
from terminal.regimes import Direction, Regime

ROLES = """
INSERT INTO containers_visitrole (visit_id, party_id, role, since, given_by)
SELECT id, %(party)s, 'shipper', now() - interval '30 days', 'terminal:benchmark' FROM containers_visit
"""
EVENTS = """
INSERT INTO journal_entry (public_id, lineage, revision, terminal_id, kind, classifier, happened_at, visit_id,
    container_number, audience, authority, actor, payload, payload_version)
SELECT gen_random_uuid(), gen_random_uuid(), 1, %(terminal)s,
    CASE WHEN n = 1 THEN 'container-gated-in' ELSE 'container-moved' END, 'actual',
    now() - interval '29 days' + n * interval '1 hour', c.id, c.number, 'public', 'own', 'terminal:benchmark',
    '{"mode": "rail", "size_type": "22G1", "teu": "1.00", "laden": true, "call": "X9014"}', 1
FROM generate_series(1, %(each)s) AS n, containers_container AS c
"""


def fill(visits: int, each: int) -> tuple[list[str], str]:
    """Write ``visits`` × ``each`` journal rows, the container numbers and the key of their shipper."""
    terminal, party = _site()
    numbers = [_number(serial) for serial in range(visits)]
    facts = {"terminal": terminal.pk, "party": party.pk, "each": each}
    with connection.cursor() as cursor, transaction.atomic():
        _copy_boxes(cursor, numbers)
        _write_visits(terminal)
        cursor.execute(ROLES, facts)
    _write_events(facts)
    _row, key = PartyKey.objects.create_key(name="benchmark", party=party, terminal=terminal, scopes="read advise")
    return numbers, key


def _site() -> tuple[Terminal, Party]:
    from tests.factories.network import TerminalFactory
    from tests.factories.parties import PartyFactory

    return TerminalFactory(), PartyFactory(code="benchmark-grain")


def _number(serial: int) -> str:
    body = f"{('BNC', 'BND', 'BNE')[serial // 1_000_000]}U{serial % 1_000_000:06d}"
    return body + check_digit(body + "0")


def _copy_boxes(cursor, numbers: list[str]) -> None:  # type: ignore[no-untyped-def]
    lines = "".join(f"{number}\t22G1\t1.00\t1\n" for number in numbers)
    cursor.execute("ALTER TABLE containers_container ALTER public_id SET DEFAULT gen_random_uuid()")
    cursor.copy_expert("COPY containers_container (number, size_type, teu, version) FROM STDIN", io.StringIO(lines))


def _write_visits(terminal: Terminal) -> None:
    """One active visit in the yard for every box."""
    now = timezone.now()
    boxes = Container.objects.values_list("pk", flat=True).iterator(chunk_size=10_000)
    visits = (
        Visit(
            terminal=terminal,
            container_id=box,
            state=VisitState.ACTIVE.value,
            position=Position.IN_YARD.value,
            laden=True,
            regime=Regime.TRANSIT.value,
            direction=Direction.THROUGH.value,
            destination="KZALA",
            advised_at=now - timedelta(days=30),
            arrived_at=now - timedelta(days=29),
        )
        for box in boxes
    )
    while chunk := list(islice(visits, 10_000)):
        Visit.objects.bulk_create(chunk)


def _write_events(facts: dict[str, int]) -> None:
    """Indexes are built after the rows, which takes a third of the time and leaves the same indexes."""
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'journal_entry' AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint WHERE conrelid = 'journal_entry'::regclass)"
        )
        plain = cursor.fetchall()
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = 'journal_entry'::regclass AND contype IN ('p', 'u')"
        )
        constraints = cursor.fetchall()
        for name, _definition in plain:
            cursor.execute(f'DROP INDEX "{name}"')
        for name, _definition in constraints:
            cursor.execute(f'ALTER TABLE journal_entry DROP CONSTRAINT "{name}"')
        cursor.execute(EVENTS, facts)
        for name, definition in constraints:
            cursor.execute(f'ALTER TABLE journal_entry ADD CONSTRAINT "{name}" {definition}')
        for _name, definition in plain:
            cursor.execute(definition)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
