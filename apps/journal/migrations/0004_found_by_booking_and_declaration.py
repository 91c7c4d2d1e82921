"""What happened to a booking or under a declaration is found without reading the whole journal: charges ask for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_found_by_when_it_became_known")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["booking_id", "happened_at"],
                name="journal_by_booking",
                condition=models.Q(booking_id__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["declaration_id", "happened_at"],
                name="journal_by_declaration",
                condition=models.Q(declaration_id__isnull=False),
            ),
        ),
    ]
