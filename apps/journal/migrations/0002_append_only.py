"""The journal refuses UPDATE and DELETE by trigger; the application role may not even try, nor TRUNCATE."""

from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSE = """
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The journal is append-only: write a correction or a retraction instead of % on it.', TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'journal_is_append_only', TABLE = TG_TABLE_NAME;
END
$$;
CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
"""

ALLOW = """
DROP TRIGGER journal_is_append_only ON journal_entry;
DROP FUNCTION journal_is_append_only();
"""


def _for_the_application(schema_editor: BaseDatabaseSchemaEditor, statement: str) -> None:
    role = settings.APPLICATION_ROLE
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():
            cursor.execute(statement % schema_editor.connection.ops.quote_name(role))


def take_rights(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _for_the_application(schema_editor, "REVOKE UPDATE, DELETE, TRUNCATE ON journal_entry FROM %s")


def give_rights(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _for_the_application(schema_editor, "GRANT UPDATE, DELETE ON journal_entry TO %s")


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunPython(take_rights, give_rights),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["lineage", "revision"], name="journal_corrections", condition=models.Q(revision__gt=1)
            ),
        ),
    ]
