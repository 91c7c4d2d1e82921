"""What is written stays written; who was first to correct it is settled by the database."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.common.integrity import violated_constraint
from apps.journal.models import Entry
from apps.journal.services import AlreadyRetracted, correct, retract
from apps.journal.services import recording as services


def refused_by(action):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        action()
    return violated_constraint(refusal.value)


@pytest.mark.django_db
class TestNothingIsEverChanged:
    def test_an_entry_cannot_be_updated(self, discharged):
        entry = discharged()
        assert refused_by(lambda: Entry.objects.filter(pk=entry.pk).update(actor="x")) == "journal_is_append_only"

    def test_an_entry_cannot_be_deleted(self, discharged):
        assert refused_by(discharged().delete) == "journal_is_append_only"

    def test_not_even_sql_that_hits_no_row_may_try(self):
        with connection.cursor() as cursor:
            tried = refused_by(lambda: cursor.execute("DELETE FROM journal_entry WHERE false"))
        assert tried == "journal_is_append_only"

    @pytest.mark.parametrize(
        "statement", ["UPDATE journal_entry SET actor = 'x'", "DELETE FROM journal_entry", "TRUNCATE journal_entry"]
    )
    def test_the_application_role_may_not_even_try(self, discharged, statement):
        discharged()
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute("SET LOCAL ROLE landbridge_app")
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)
            cursor.execute("SELECT count(*) FROM journal_entry")
            assert cursor.fetchone() == (1,)

    def test_the_application_role_may_write_and_read(self, discharged):
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute("SET LOCAL ROLE landbridge_app")
            assert discharged().actor == Entry.objects.get().actor


@pytest.mark.django_db
class TestReports:
    def test_the_same_report_twice_is_one_row(self, discharged):
        discharged(source="codeco", source_ref="TESI1120274/1")
        again = refused_by(lambda: discharged(source="codeco", source_ref="TESI1120274/1"))
        assert again == "a_report_is_recorded_once"

    def test_own_acts_need_no_reference(self, discharged):
        discharged()
        discharged()
        assert Entry.objects.count() == 2


@pytest.mark.django_db
class TestCorrections:
    def test_a_correction_stands_in_place_of_what_it_corrects(self, discharged):
        entry = discharged()
        later = correct(entry, at=entry.happened_at + timedelta(hours=1), actor="user:li")
        assert list(Entry.objects.standing()) == [later]
        assert (later.lineage, later.revision, later.container_number) == (entry.lineage, 2, "CSQU3054383")

    def test_a_retracted_entry_stands_no_more_and_neither_does_its_retraction(self, discharged):
        retract(discharged(), actor="user:li", reason="wrong box")
        assert not Entry.objects.standing().exists()

    def test_only_the_latest_word_can_be_corrected(self, discharged):
        entry = discharged()
        correct(entry, at=entry.happened_at, actor="user:li")
        with pytest.raises(AlreadyRetracted):
            correct(entry, at=entry.happened_at, actor="user:zhao")

    def test_a_retraction_is_the_last_word(self, discharged):
        gone = retract(discharged(), actor="user:li", reason="wrong box")
        with pytest.raises(AlreadyRetracted):
            retract(gone, actor="user:li", reason="no, right box")
        with pytest.raises(AlreadyRetracted):
            correct(gone, at=gone.happened_at, actor="user:li")

    def test_details_may_be_corrected_to_none_at_all(self, discharged):
        entry = discharged(payload={"mode": "rail"})
        assert correct(entry, at=entry.happened_at, actor="user:li", payload={}).payload == {}


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_once_one_is_answered_that_it_came_late(discharged, monkeypatch):
    entry, both_looked, answers = discharged(), Barrier(2, timeout=20), []
    really_latest = services._latest_revision

    def look_then_wait(of):
        latest = really_latest(of)
        both_looked.wait()
        return latest

    monkeypatch.setattr(services, "_latest_revision", look_then_wait)

    def correct_it():
        try:
            answers.append(correct(entry, at=entry.happened_at, actor="user:li").revision)
        except AlreadyRetracted:
            answers.append("late")
        finally:
            connection.close()

    threads = [Thread(target=correct_it) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(map(str, answers)) == ["2", "late"]


@pytest.mark.django_db(transaction=True)
def test_tests_may_still_empty_the_journal(discharged):
    discharged()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE journal_entry")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("column", ["visit_id", "call_id", "booking_id", "declaration_id"])
def test_what_happened_to_one_thing_is_found_without_reading_the_whole_journal(db, column):
    """Charges ask for it for each booking: a journal of years would be read thousands of times a night."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "journal_by_" in Entry.objects.filter(**{column: 1}).explain()
