import apps.common.ids
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def keep_closed_blocks_closed(apps, schema_editor):
    """What was ticked as closed is closed until further notice."""
    Block, BlockClosure = (apps.get_model("yard", name) for name in ("Block", "BlockClosure"))
    now = timezone.now()
    for block in Block.objects.filter(closed=True):
        BlockClosure.objects.create(block=block, since=now, reason="closed")


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0001_initial'),
        ('containers', '0005_what_is_noted_of_a_box'),
        ('network', '0001_initial'),
        ('yard', '0003_boxes_cover_their_bays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BlockClosure',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('first_bay', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='from bay')),
                ('last_bay', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='to bay')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('block', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='yard.block', verbose_name='block')),
            ],
            options={
                'verbose_name': 'closure of a block',
                'verbose_name_plural': 'closures of blocks',
                'ordering': ['block_id', 'since'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('since')), _connector='OR'), name='a_block_closes_before_it_opens'), models.CheckConstraint(condition=models.Q(models.Q(('first_bay__isnull', True), ('last_bay__isnull', True)), models.Q(('first_bay__isnull', False), ('last_bay__gte', models.F('first_bay')), ('last_bay__isnull', False)), _connector='OR'), name='closed_bays_have_two_ends')],
            },
        ),
        migrations.CreateModel(
            name='Equipment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('code', models.CharField(max_length=20, verbose_name='code')),
                ('kind', models.CharField(choices=[('rail_gantry', 'rail gantry'), ('quay_crane', 'quay crane'), ('reach_stacker', 'reach stacker'), ('empty_handler', 'empty handler')], max_length=16, verbose_name='kind')),
                ('lifts_per_hour', models.PositiveSmallIntegerField(verbose_name='lifts per hour')),
                ('active', models.BooleanField(default=True, verbose_name='in service')),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='network.terminal', verbose_name='terminal')),
            ],
            options={
                'verbose_name': 'machine',
                'verbose_name_plural': 'equipment',
                'ordering': ['terminal_id', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['empty_handler', 'quay_crane', 'rail_gantry', 'reach_stacker'])), name='equipment_kind_is_known'), models.UniqueConstraint(fields=('terminal', 'code'), name='an_equipment_code_is_unique')],
            },
        ),
        migrations.CreateModel(
            name='Downtime',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('equipment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='downtimes', to='yard.equipment', verbose_name='machine')),
            ],
            options={
                'verbose_name': 'downtime',
                'verbose_name_plural': 'downtimes',
                'ordering': ['equipment_id', 'since'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('since')), _connector='OR'), name='a_downtime_ends_after_it_began'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('equipment', '='), (models.Func('since', 'until', function='TSTZRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='a_machine_is_down_once_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='WorkOrder',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('kind', models.CharField(choices=[('discharge', 'discharge'), ('load', 'load'), ('receive', 'receive'), ('deliver', 'deliver'), ('transfer', 'transfer'), ('shift', 'shift'), ('rehandle', 'rehandle')], max_length=10, verbose_name='kind')),
                ('state', models.CharField(choices=[('planned', 'planned'), ('dispatched', 'dispatched'), ('in_progress', 'in progress'), ('done', 'done'), ('quarantined', 'quarantined'), ('cancelled', 'cancelled')], default='planned', max_length=12, verbose_name='state')),
                ('priority', models.PositiveSmallIntegerField(default=5, verbose_name='priority (1 is first)')),
                ('sequence', models.PositiveIntegerField(default=0, verbose_name='turn')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='due')),
                ('bay', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='bay')),
                ('row', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='row')),
                ('tier', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='tier')),
                ('held_until', models.DateTimeField(blank=True, null=True, verbose_name='place held until')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='why')),
                ('place_reason', models.CharField(blank=True, max_length=200, verbose_name='why another place')),
                ('came_from', models.CharField(blank=True, max_length=60, verbose_name='came from')),
                ('went_to', models.CharField(blank=True, max_length=60, verbose_name='went to')),
                ('cause', models.CharField(blank=True, choices=[('not_found', 'not found'), ('wrong_box', 'wrong box'), ('box_damaged', 'box damaged'), ('place_taken', 'place taken'), ('blocked', 'blocked'), ('too_heavy', 'too heavy'), ('not_released', 'not released'), ('machine_down', 'machine down'), ('other', 'other')], max_length=16, verbose_name='what went wrong')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('planned_at', models.DateTimeField(verbose_name='planned')),
                ('dispatched_at', models.DateTimeField(blank=True, null=True, verbose_name='handed out')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('done_by', models.CharField(blank=True, max_length=120, verbose_name='confirmed by')),
                ('block', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='yard.block', verbose_name='block')),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='calls.call', verbose_name='carrier')),
                ('equipment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='yard.equipment', verbose_name='machine')),
                ('makes_way_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='digging', to='yard.workorder', verbose_name='makes way for')),
                ('onward_call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calls.call', verbose_name='onward carrier')),
                ('operator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='operator')),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='network.terminal', verbose_name='terminal')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='containers.visit', verbose_name='visit')),
            ],
            options={
                'verbose_name': 'work order',
                'verbose_name_plural': 'work orders',
                'permissions': [('carry_out_workorder', 'Take work orders and confirm them')],
                'indexes': [models.Index(condition=models.Q(('state', 'planned')), fields=['terminal', 'priority', 'due_at', 'sequence', 'id'], name='orders_to_be_handed_out'), models.Index(fields=['terminal', 'done_at'], name='orders_by_when_done'), models.Index(condition=models.Q(('call__isnull', False)), fields=['call'], name='orders_by_call')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['deliver', 'discharge', 'load', 'receive', 'rehandle', 'shift', 'transfer'])), name='work_order_kind_is_known'), models.CheckConstraint(condition=models.Q(('state__in', ['cancelled', 'dispatched', 'done', 'in_progress', 'planned', 'quarantined'])), name='work_order_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('done_at__isnull', True)), _connector='OR'), name='an_order_is_done_when_it_was_done'), models.CheckConstraint(condition=models.Q(models.Q(('bay', None), ('block', None), ('row', None), ('tier', None)), models.Q(('bay__isnull', False), ('block__isnull', False), ('row__isnull', False), ('tier__isnull', False)), _connector='OR'), name='a_target_cell_is_whole'), models.UniqueConstraint(condition=models.Q(('state__in', ['dispatched', 'in_progress'])), fields=('visit',), name='a_box_is_moved_by_one_at_a_time'), models.UniqueConstraint(condition=models.Q(('state__in', ['dispatched', 'in_progress'])), fields=('equipment',), name='a_machine_has_one_order_in_hand'), models.UniqueConstraint(condition=models.Q(('state__in', ['dispatched', 'in_progress', 'planned', 'quarantined'])), fields=('visit', 'kind'), name='a_box_is_asked_for_the_same_once')],
            },
        ),
        migrations.CreateModel(
            name='HeldCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bay', models.PositiveSmallIntegerField()),
                ('row', models.PositiveSmallIntegerField()),
                ('tier', models.PositiveSmallIntegerField()),
                ('until', models.DateTimeField(verbose_name='held until')),
                ('block', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='yard.block')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='held_cells', to='yard.workorder')),
            ],
            options={
                'verbose_name': 'held cell',
                'verbose_name_plural': 'held cells',
                'constraints': [models.UniqueConstraint(fields=('block', 'bay', 'row', 'tier'), name='a_cell_is_held_for_one_box')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='cell',
            name='cell_holds_one_container',
        ),
        migrations.AddConstraint(
            model_name='cell',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], fields=('block', 'bay', 'row', 'tier'), name='cell_holds_one_container'),
        ),
        migrations.RunPython(keep_closed_blocks_closed, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='block',
            name='closed',
        ),
    ]
