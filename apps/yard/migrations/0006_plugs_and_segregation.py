import apps.common.ids
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("yard", "0005_counts_and_what_they_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="block",
            name="plugs",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="For reefers. Empty: one for each place on the ground of a reefer block, none elsewhere.",
                null=True,
                verbose_name="plugs",
            ),
        ),
        migrations.CreateModel(
            name="SegregationTable",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "public_id",
                    models.UUIDField(
                        default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name="public id"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="name")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                (
                    "away_from_m",
                    models.DecimalField(
                        decimal_places=1,
                        default=3,
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="1, away from (m)",
                    ),
                ),
                (
                    "separated_from_m",
                    models.DecimalField(
                        decimal_places=1,
                        default=6,
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="2, separated from (m)",
                    ),
                ),
                (
                    "by_a_compartment_m",
                    models.DecimalField(
                        decimal_places=1,
                        default=12,
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="3, separated by a compartment (m)",
                    ),
                ),
                (
                    "lengthwise_m",
                    models.DecimalField(
                        decimal_places=1,
                        default=24,
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="4, separated lengthwise by a compartment (m)",
                    ),
                ),
            ],
            options={
                "verbose_name": "segregation table",
                "verbose_name_plural": "segregation tables",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("away_from_m__gte", 0),
                            ("separated_from_m__gte", models.F("away_from_m")),
                            ("by_a_compartment_m__gte", models.F("separated_from_m")),
                            ("lengthwise_m__gte", models.F("by_a_compartment_m")),
                        ),
                        name="a_stricter_code_is_no_nearer",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SegregationRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "one",
                    models.CharField(
                        choices=[
                            ("1.1", "1.1"),
                            ("1.2", "1.2"),
                            ("1.3", "1.3"),
                            ("1.4", "1.4"),
                            ("1.5", "1.5"),
                            ("1.6", "1.6"),
                            ("2.1", "2.1"),
                            ("2.2", "2.2"),
                            ("2.3", "2.3"),
                            ("3", "3"),
                            ("4.1", "4.1"),
                            ("4.2", "4.2"),
                            ("4.3", "4.3"),
                            ("5.1", "5.1"),
                            ("5.2", "5.2"),
                            ("6.1", "6.1"),
                            ("6.2", "6.2"),
                            ("7", "7"),
                            ("8", "8"),
                            ("9", "9"),
                        ],
                        max_length=3,
                        verbose_name="division",
                    ),
                ),
                (
                    "other",
                    models.CharField(
                        choices=[
                            ("1.1", "1.1"),
                            ("1.2", "1.2"),
                            ("1.3", "1.3"),
                            ("1.4", "1.4"),
                            ("1.5", "1.5"),
                            ("1.6", "1.6"),
                            ("2.1", "2.1"),
                            ("2.2", "2.2"),
                            ("2.3", "2.3"),
                            ("3", "3"),
                            ("4.1", "4.1"),
                            ("4.2", "4.2"),
                            ("4.3", "4.3"),
                            ("5.1", "5.1"),
                            ("5.2", "5.2"),
                            ("6.1", "6.1"),
                            ("6.2", "6.2"),
                            ("7", "7"),
                            ("8", "8"),
                            ("9", "9"),
                        ],
                        max_length=3,
                        verbose_name="other division",
                    ),
                ),
                ("code", models.PositiveSmallIntegerField(verbose_name="code")),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="yard.segregationtable",
                        verbose_name="table",
                    ),
                ),
            ],
            options={
                "verbose_name": "segregation rule",
                "verbose_name_plural": "segregation rules",
                "constraints": [
                    models.UniqueConstraint(fields=("table", "one", "other"), name="a_pair_of_classes_has_one_code"),
                    models.CheckConstraint(
                        condition=models.Q(("one__lte", models.F("other"))), name="a_pair_of_classes_is_told_one_way"
                    ),
                    models.CheckConstraint(condition=models.Q(("code__lte", 4)), name="a_segregation_code_is_known"),
                ],
            },
        ),
    ]
