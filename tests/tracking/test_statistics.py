"""The planner must hear of what was taken in."""

import pytest
from django.conf import settings

from apps.common.bulk import ask, take_statistics
from apps.journal.models import Entry
from apps.journal.services import record
from tests.factories.journal import crossing, may


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["journal_entry", "containers_visit", "calls_call", "customs_declaration"])
def test_the_application_may_take_statistics_but_own_nothing(table):
    role = settings.APPLICATION_ROLE
    assert ask("SELECT has_table_privilege(%s, %s, 'MAINTAIN')", [role, table]) == [(True,)]
    assert ask("SELECT has_table_privilege(%s, 'journal_entry', 'UPDATE')", [role]) == [(False,)]


def test_rows_of_the_same_transaction_are_counted(lyg):
    record(*(crossing(lyg, may(1, minute=each)) for each in range(30)))
    take_statistics(Entry)
    ((many,),) = ask("SELECT reltuples FROM pg_class WHERE relname = 'journal_entry'")
    assert many >= 30
