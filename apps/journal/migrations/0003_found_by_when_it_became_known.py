"""What became known since some moment is read from there on, and not from the beginning of the journal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["terminal_id", "recorded_at", "id"], name="journal_by_knowledge"),
        ),
    ]
