import apps.common.ids

import apps.common.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('containers', '0006_one_hold_on_many_boxes_and_rules'),
        ('network', '0001_initial'),
        ('yard', '0004_work_orders_machines_and_closures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Count',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('row', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='row (empty: the whole block)')),
                ('started_at', models.DateTimeField(verbose_name='begun')),
                ('started_by', models.CharField(max_length=120, verbose_name='begun by')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('block', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counts', to='yard.block', verbose_name='block')),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='network.terminal', verbose_name='terminal')),
            ],
            options={
                'verbose_name': 'count',
                'verbose_name_plural': 'counts',
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('block', 'row'), name='one_count_of_a_place_at_a_time', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Discrepancy',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('finding', models.CharField(choices=[('missing', 'missing'), ('elsewhere', 'elsewhere'), ('not_booked', 'not booked')], max_length=12, verbose_name='finding')),
                ('state', models.CharField(choices=[('open', 'open'), ('corrected', 'corrected'), ('dismissed', 'dismissed')], default='open', max_length=10, verbose_name='state')),
                ('number', models.CharField(max_length=11, verbose_name='container number')),
                ('booked', models.CharField(blank=True, max_length=24, verbose_name='booked at')),
                ('bay', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='seen in bay')),
                ('row', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='row')),
                ('tier', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='tier')),
                ('found_at', models.DateTimeField(verbose_name='found')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='cleared up')),
                ('closed_by', models.CharField(blank=True, max_length=120, verbose_name='cleared up by')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('count', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='discrepancies', to='yard.count', verbose_name='count')),
                ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='discrepancies', to='containers.visit', verbose_name='visit')),
            ],
            options={
                'verbose_name': 'discrepancy',
                'verbose_name_plural': 'discrepancies',
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['count'], name='open_discrepancies')],
                'constraints': [models.CheckConstraint(condition=models.Q(('finding__in', ['elsewhere', 'missing', 'not_booked'])), name='finding_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['corrected', 'dismissed', 'open'])), name='discrepancy_state_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Sighting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bay', models.PositiveSmallIntegerField(verbose_name='bay')),
                ('row', models.PositiveSmallIntegerField(verbose_name='row')),
                ('tier', models.PositiveSmallIntegerField(verbose_name='tier')),
                ('number', models.CharField(blank=True, max_length=11, verbose_name='container number')),
                ('seen_at', models.DateTimeField(verbose_name='seen')),
                ('seen_by', models.CharField(max_length=120, verbose_name='seen by')),
                ('count', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sightings', to='yard.count')),
            ],
            options={
                'verbose_name': 'sighting',
                'verbose_name_plural': 'sightings',
                'constraints': [models.UniqueConstraint(fields=('count', 'bay', 'row', 'tier'), name='a_cell_is_seen_once_in_a_count'), models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('count', 'number'), name='a_box_is_seen_in_one_cell_of_a_count')],
            },
        ),
    ]
