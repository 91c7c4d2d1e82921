"""The application may ANALYZE what it takes in by the million: without statistics the planner takes full tables for empty.

MAINTAIN (PostgreSQL 17) allows that and VACUUM; it lets nobody read or change a row.
"""

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = (
    "calls_call",
    "containers_container",
    "containers_hold",
    "containers_permission",
    "containers_visit",
    "containers_visitrole",
    "customs_declaration",
    "customs_declaredcontainer",
    "journal_entry",
    "trains_trackstay",
    "trains_trainvisit",
    "warehouse_booking",
)


def _tell(schema_editor: BaseDatabaseSchemaEditor, statement: str) -> None:
    role = settings.APPLICATION_ROLE
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():
            cursor.execute(statement.format(tables=", ".join(TABLES), role=schema_editor.connection.ops.quote_name(role)))


def grant(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _tell(schema_editor, "GRANT MAINTAIN ON {tables} TO {role}")


def revoke(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _tell(schema_editor, "REVOKE MAINTAIN ON {tables} FROM {role}")


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0001_initial"),
        ("calls", "0001_initial"),
        ("containers", "0003_a_claim_is_no_fact"),
        ("customs", "0002_a_release_can_be_revoked"),
        ("journal", "0002_append_only"),
        ("trains", "0002_tracks_have_places"),
        ("warehouse", "0002_zones_say_how_long_they_hold"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
