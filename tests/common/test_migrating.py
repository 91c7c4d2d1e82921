"""Migrations that draw less make the same database: see Note [A step draws one model]."""

from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, connections

from apps.common.migrating import as_django_does, quicken_migrations

UP_TO = "calls"
FACTS = """
    SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || ordinal_position
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT content_type_id || codename FROM auth_permission
    UNION ALL SELECT app || name FROM django_migrations
"""


@contextmanager
def another_database(name):
    """A database of that name on the tests' server, known to Django under it."""
    settings = connection.settings_dict
    known = {"user": settings["USER"], "host": settings["HOST"], "password": settings["PASSWORD"] or None}
    with closing(psycopg2.connect(dbname="postgres", port=settings["PORT"] or None, **known)) as line:
        line.autocommit = True
        line.cursor().execute(f'DROP DATABASE IF EXISTS "{name}"')
        line.cursor().execute(f'CREATE DATABASE "{name}"')
        connections.databases[name] = {**settings, "NAME": name}
        try:
            yield connections[name]
        finally:
            connections[name].close()
            del connections.databases[name]
            line.cursor().execute(f'DROP DATABASE "{name}"')


def migrated(name):
    with another_database(name) as other:
        call_command("migrate", UP_TO, database=name, verbosity=0)
        with other.cursor() as cursor:
            cursor.execute(FACTS)
            return sorted(fact for (fact,) in cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_the_database_is_the_same_as_djangos_way_makes_it(django_db_blocker):
    with django_db_blocker.unblock():
        ours = migrated("migrated_ours")
        as_django_does()
        try:
            theirs = migrated("migrated_theirs")
        finally:
            quicken_migrations()
    assert len(ours) > 400
    assert ours == theirs
