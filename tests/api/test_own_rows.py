"""PostgreSQL keeps parties' rows apart by itself: the second net under every question a program asks."""

import re

import psycopg2
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from apps.common.xlsx import MEDIA_TYPE, rows_of_workbook
from apps.containers.models import Container, Visit, VisitRole
from apps.containers.models.visits import VisitQuerySet
from apps.parties.api import authentication
from apps.parties.models import Party
from apps.parties.rows import everybodys_rows, own_rows, reading_as, secure
from apps.parties.rows.policies import EVERYBODYS, NOBODYS, OWN
from tests.api.test_isolation import BOX, SCOPES, call, id_of, routes, what_is_here
from tests.factories.api import Program, program
from tests.factories.parties import PartyFactory
from tests.lasting import lasting

pytestmark = pytest.mark.django_db

HERE = {
    "billing_chargeline", "billing_invoice", "billing_statement", "containers_hold", "containers_reference",
    "containers_visit", "containers_visitrole", "customs_declaration", "customs_declarationdocument",
    "customs_guarantee", "customs_mandate", "edi_interchange", "gate_appointment", "gate_appointmentbox",
    "gate_deliveryorder", "gate_releasepin", "journal_entry", "parties_partykey", "trains_bookedslot",
    "trains_slotbooking", "warehouse_bondedentry", "warehouse_booking", "warehouse_bookingseries",
    "warehouse_cargoorder", "warehouse_dockappointment", "warehouse_ledgerrow", "warehouse_lot",
    "warehouse_lotmovement", "warehouse_reservation",
}  # fmt: skip
"""Where the site below has rows of Astana Grain's."""


@pytest.fixture(scope="class")
def site(django_db_setup, django_db_blocker):
    with lasting(django_db_blocker):
        astana, osaka = program("astana-grain", SCOPES), program("osaka-steel", SCOPES)
        yield astana, osaka, what_is_here(astana)


@pytest.fixture
def astana(site, db) -> Program:
    return site[0]


@pytest.fixture
def osaka(site, db) -> Program:
    return site[1]


def rows_of(table: str, party: Party | None = None, where: str = "true") -> int:
    def counted() -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}")
            return cursor.fetchone()[0]

    if party is None:
        return counted()
    with own_rows(party.pk):
        return counted()


class TestTables:
    def test_every_table_that_names_a_party_says_who_reads_it(self):
        naming = {
            model._meta.db_table
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if field.is_relation and field.related_model is Party
        }
        assert naming - OWN.keys() - EVERYBODYS.keys() - set(NOBODYS) == set()
        assert not OWN.keys() & EVERYBODYS.keys()

    def test_every_table_that_is_named_is_there(self):
        here = set(connection.introspection.table_names())
        assert OWN.keys() | EVERYBODYS.keys() | set(NOBODYS) <= here

    @pytest.mark.parametrize("table", sorted(HERE))
    def test_a_party_sees_its_rows_and_a_stranger_none(self, site, table):
        astana, osaka, _wheat = site
        theirs = "visit_id IS NOT NULL" if table == "journal_entry" else "true"
        if table in ("parties_partykey", "customs_mandate"):  # the stranger has some of its own
            theirs = f"party_id = {astana.party.pk}"
        assert rows_of(table, where=theirs)
        assert rows_of(table, astana.party, where=theirs)
        assert rows_of(table, osaka.party, where=theirs) == 0

    @pytest.mark.parametrize("table", NOBODYS)
    def test_what_no_party_is_told_it_cannot_ask(self, osaka, table):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows_of(table, osaka.party)

    def test_who_reads_does_not_write(self, osaka):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), own_rows(osaka.party.pk):
            Container.objects.update(size_type="45G1")

    def test_without_a_party_nothing_is_there(self, osaka):
        with own_rows(osaka.party.pk), connection.cursor() as cursor:
            cursor.execute("RESET landbridge.party")
            assert not VisitRole.objects.exists()


class TestPolicies:
    def test_they_stay_what_they_are(self):
        before = policies()
        secure()
        assert policies() == before
        assert {table for table, _name in before} == OWN.keys()

    def test_what_changed_or_is_gone_is_put_right(self):
        before = policies()
        with connection.cursor() as cursor:
            cursor.execute("DROP POLICY a_party_reads_its_own ON containers_visit")
            cursor.execute("COMMENT ON POLICY a_party_reads_its_own ON containers_visitrole IS 'of yesterday'")
            cursor.execute("GRANT SELECT ON django_session TO landbridge_party")
            cursor.execute("REVOKE SELECT ON calls_call FROM landbridge_party")
        secure()
        after = policies()
        assert after.keys() == before.keys()
        assert {table for table, name in before if before[table, name] != after[table, name]} == {
            "containers_visit",
            "containers_visitrole",
        }
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege('landbridge_party', 'django_session', 'SELECT'), "
                "has_table_privilege('landbridge_party', 'calls_call', 'SELECT')"
            )
            assert cursor.fetchone() == (False, True)


def policies() -> dict[tuple[str, str], int]:
    """Table and name of every policy, and when it was made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT polrelid::regclass::text, polname, oid FROM pg_policy")
        return {(table, name): made for table, name, made in cursor.fetchall()}


class TestReading:
    @pytest.mark.parametrize(("path", "method", "operation"), [each for each in routes() if each.values[1] == "get"])
    def test_the_net_takes_nothing_from_whose_it_is(self, site, astana, monkeypatch, path, method, operation):
        who = Program(astana.party, "read book advise gate declare figures")
        found = call(who, path, method, operation, BOX, id_of(site[2], path))
        monkeypatch.setattr(authentication, "_see_own_rows_only", lambda *_: None)
        without = call(who, path, method, operation, BOX, id_of(site[2], path))
        assert (found.status_code, told(found)) == (without.status_code, told(without))

    def test_a_question_that_forgot_whose_it_is_finds_nothing(self, site, osaka, monkeypatch):
        monkeypatch.setattr(VisitQuerySet, "seen_by", lambda rows, _party, _at: rows)
        assert osaka.get(f"/api/v1/containers/{BOX}/").status_code == 404
        monkeypatch.setattr(authentication, "_see_own_rows_only", lambda *_: None)
        assert osaka.get(f"/api/v1/containers/{BOX}/").status_code == 200

    def test_the_next_one_on_the_connection_sees_all(self, site, astana, osaka):
        for path in (f"/api/v1/containers/{BOX}/", f"/api/v1/containers/{BOX[:-1]}/", "/api/v1/nowhere/"):
            osaka.get(path)
            assert reading_as() is None
            assert Visit.objects.exists()
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_user, current_setting('landbridge.party', true)")
                assert "landbridge_party" not in (told_by := cursor.fetchone())
                assert told_by[1] in (None, "")

    def test_a_role_that_cannot_be_taken_leaves_nothing_behind(self, site, osaka, settings):
        settings.PARTY_ROLE = "landbridge_nobody"
        with pytest.raises(psycopg2.Error), transaction.atomic(), own_rows(osaka.party.pk):
            pass
        assert reading_as() is None

    def test_what_is_counted_over_all_is_counted_over_all(self, site, osaka):
        with own_rows(osaka.party.pk):
            assert not Visit.objects.exists()
            with everybodys_rows():
                assert Visit.objects.exists()
            assert not Visit.objects.exists()

    def test_owners_work_with_everybodys_boxes(self, site):
        who = Program(PartyFactory(kind=Party.Kind.OWNER), "read work")
        found = who.get("/api/v1/work-orders/")
        assert found.status_code == 200
        assert BOX in found.content.decode()


def told(answer) -> str:
    """What it says, without the moment and the ids made for it; of a PDF, which holds both, only that it is one."""
    if answer["Content-Type"] == MEDIA_TYPE:
        return str(list(rows_of_workbook(answer.content)))
    if answer["Content-Type"] == "application/pdf":
        return "PDF"
    text = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+\d\d:\d\d)", "·", answer.content.decode())
    text = re.sub(r'"(age_minutes|customs_queues)":\[[^]]*\]', "·", text)  # they grow by the minute
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "·", text)
