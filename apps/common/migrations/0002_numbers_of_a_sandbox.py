from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('common', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE sandbox_number", "DROP SEQUENCE sandbox_number"),
    ]
