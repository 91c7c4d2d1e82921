"""A permission counts for an hour at least: a rule that said nought said nothing, and is taken at its strictest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("containers", "0007_why_a_box_is_stopped_and_what_was_asked")]

    operations = [
        migrations.RunSQL(
            "UPDATE containers_permissionrule SET valid_hours = 1 WHERE valid_hours = 0", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            model_name="permissionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_hours__isnull", True), ("valid_hours__gt", 0), _connector="OR"),
                name="a_permission_counts_for_some_time",
            ),
        ),
    ]
