"""Secrets of subscriptions are kept sealed."""

from django.db import migrations, models

from apps.common.sealing import SEALED, seal


def seal_them(apps, schema_editor):
    for row in apps.get_model("tracking", "EventSubscription").objects.exclude(secret__startswith=SEALED):
        row.secret = seal(row.secret, purpose="event-subscription")
        row.save(update_fields=["secret"])


class Migration(migrations.Migration):
    dependencies = [("tracking", "0003_event_subscriptions")]
    operations = [
        migrations.AlterField("EventSubscription", "secret", models.TextField(verbose_name="secret")),
        migrations.RunPython(seal_them, migrations.RunPython.noop),
    ]
