"""Subscriptions of Track & Trace that were made before anything was delivered are delivered to from now on."""

from django.db import migrations


def begin(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (xid,) = cursor.fetchone()
    for row in apps.get_model("tracking", "EventSubscription").objects.filter(ended_at=None):
        apps.get_model("webhooks", "Webhook").objects.create(
            public_id=row.public_id,
            event_subscription=row,
            party_id=row.party_id,
            terminal_id=row.terminal_id,
            begins_xid=xid,
            made_at=row.made_at,
            made_by=row.made_by,
        )


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
