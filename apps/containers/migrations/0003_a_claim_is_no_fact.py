import django.contrib.postgres.fields
from django.db import migrations, models

CLAIMS = ["regime", "direction", "laden"]


def distrust(apps, schema_editor):
    """What a party's program may have said until now counts as its claim."""
    role = apps.get_model("containers", "VisitRole")
    by_programs = role.objects.filter(given_by__startswith="party:").values("visit")
    visits = apps.get_model("containers", "Visit").objects.filter(state__in=["advised", "active"], pk__in=by_programs)
    visits.update(claimed=CLAIMS)


class Migration(migrations.Migration):
    dependencies = [
        ("containers", "0002_a_visit_keeps_its_own_size"),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="claimed",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=10),
                blank=True,
                default=list,
                size=None,
                verbose_name="only claimed",
            ),
        ),
        migrations.RunPython(distrust, migrations.RunPython.noop, elidable=True),
    ]
