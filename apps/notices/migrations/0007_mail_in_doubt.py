from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0006_addresses_that_refuse'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='doubts',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='handed over without an answer'),
        ),
    ]
