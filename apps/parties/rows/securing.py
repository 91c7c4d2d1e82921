"""The policies, put on the tables after every migration."""

import hashlib
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.parties.rows.policies import FUNCTIONS, NOBODYS, OWN

OWN_ROWS, ALL_ROWS = "a_party_reads_its_own", "the_terminal_has_them_all"
FUNCTION: Final = """
CREATE OR REPLACE FUNCTION {name}(asked bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM (SELECT asked AS id) AS row WHERE {condition});
END
$$
"""
NO_ROLE: Final = (
    "The database role %s is missing, under which parties' programs read: as a superuser of the server run "
    "config/embedded/roles.sql, then migrate again."
)

# Note [A role of its own for what parties read]
# Row security binds every role that does not own the table, so the application needs a policy that lets it have
# everything. Told apart by the role, that policy is the constant `true`, which costs nothing: the planner forgets it.
# Told apart by a setting (`… OR nobody_is_named()`) it would stand before every condition that is not leakproof, and
# the workers' and the staff's questions would lose their indexes.


def secure(using: str = "default", **_signal: Any) -> None:
    """Make the tables' policies and grants what ``policies`` says; nothing happens where they are that already.

    Listens to ``post_migrate``. Raises ``ImproperlyConfigured`` where the role is missing.
    """
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.PARTY_ROLE])
        if not cursor.fetchone():
            raise ImproperlyConfigured(NO_ROLE % settings.PARTY_ROLE)
        tables = set(connection.introspection.table_names(cursor))
        _grant(cursor, connection, tables)
        for name, condition in FUNCTIONS.items():
            cursor.execute(FUNCTION.format(name=name, condition=condition))
        known = _known(cursor)
        for table in sorted(OWN.keys() & tables):
            condition = OWN[table].format(table=table)
            if known.get(table) != _mark(condition):
                _protect(cursor, connection, table, condition)
        for table in sorted(known.keys() - OWN.keys()):
            _open(cursor, connection, table)


def _grant(cursor: Any, connection: BaseDatabaseWrapper, tables: set[str]) -> None:
    """It may read, and only read; a table that came since has to be granted."""
    role = connection.ops.quote_name(settings.PARTY_ROLE)
    cursor.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND has_table_privilege(%s, c.oid, 'SELECT')",
        [settings.PARTY_ROLE],
    )
    granted = {name for (name,) in cursor.fetchall()}
    for table in sorted(tables - granted - set(NOBODYS)):
        cursor.execute(f"GRANT SELECT ON {connection.ops.quote_name(table)} TO {role}")
    for table in sorted(granted & set(NOBODYS)):
        cursor.execute(f"REVOKE ALL ON {connection.ops.quote_name(table)} FROM {role}")


def _known(cursor: Any) -> dict[str, str]:
    """The tables that have the policy, and the mark of its condition."""
    cursor.execute(
        "SELECT c.relname, obj_description(p.oid, 'pg_policy') FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
        "WHERE p.polname = %s",
        [OWN_ROWS],
    )
    return dict(cursor.fetchall())


def _mark(condition: str) -> str:
    return hashlib.sha256(f"{settings.APPLICATION_ROLE} {settings.PARTY_ROLE} {condition}".encode()).hexdigest()


def _protect(cursor: Any, connection: BaseDatabaseWrapper, table: str, condition: str) -> None:
    name, role = connection.ops.quote_name(table), connection.ops.quote_name(settings.PARTY_ROLE)
    _open(cursor, connection, table)
    cursor.execute(f"CREATE POLICY {OWN_ROWS} ON {name} FOR SELECT TO {role} USING ({condition})")
    cursor.execute(f"COMMENT ON POLICY {OWN_ROWS} ON {name} IS '{_mark(condition)}'")
    application = connection.ops.quote_name(settings.APPLICATION_ROLE)
    cursor.execute(f"CREATE POLICY {ALL_ROWS} ON {name} TO {application} USING (true) WITH CHECK (true)")
    cursor.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")


def _open(cursor: Any, connection: BaseDatabaseWrapper, table: str) -> None:
    name = connection.ops.quote_name(table)
    cursor.execute(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY")
    for policy in (OWN_ROWS, ALL_ROWS):
        cursor.execute(f"DROP POLICY IF EXISTS {policy} ON {name}")
