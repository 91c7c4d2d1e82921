import django.core.validators
from django.db import migrations, models
from django.db.models import F


def cover_an_hour(apps, schema_editor):
    apps.get_model("gate", "WeeklyQuota").objects.update(end_hour=F("start_hour") + 1)


class Migration(migrations.Migration):
    dependencies = [("gate", "0001_hours_trucks_and_rights")]

    operations = [
        migrations.RemoveConstraint(model_name="weeklyquota", name="an_hour_of_the_week_has_one_quota"),
        migrations.RemoveConstraint(model_name="weeklyquota", name="a_week_has_168_hours"),
        migrations.RenameField(model_name="weeklyquota", old_name="hour", new_name="start_hour"),
        migrations.AddField(
            model_name="weeklyquota",
            name="end_hour",
            field=models.PositiveSmallIntegerField(default=24),
            preserve_default=False,
        ),
        migrations.RunPython(cover_an_hour, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name='weeklyquota',
            options={'ordering': ['terminal_id', 'weekday', 'start_hour'], 'verbose_name': 'weekly quota', 'verbose_name_plural': 'weekly quotas'},
        ),
        migrations.AlterField(
            model_name='weeklyquota',
            name='end_hour',
            field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(24)], verbose_name='to hour (1–24)'),
        ),
        migrations.AlterField(
            model_name='weeklyquota',
            name='start_hour',
            field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(23)], verbose_name='from hour (0–23)'),
        ),
        migrations.AlterField(
            model_name='weeklyquota',
            name='trucks',
            field=models.PositiveSmallIntegerField(verbose_name='trucks an hour'),
        ),
        migrations.AlterField(
            model_name='weeklyquota',
            name='weekday',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], null=True, verbose_name='weekday (empty: every day)'),
        ),
        migrations.AddConstraint(
            model_name='weeklyquota',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('weekday__isnull', True), ('weekday__lte', 6), _connector='OR'), ('end_hour__gt', models.F('start_hour')), ('end_hour__lte', 24)), name='a_quota_covers_hours_of_a_week', violation_error_message='A quota ends after it begins, at 24 at the latest.'),
        ),
    ]
