"""Entries, and ledgers that count themselves: the database numbers each row and refuses what was not there."""

import apps.common.ids
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COUNT = """
CREATE FUNCTION the_ledger_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    account warehouse_bondedentry;
    before record;
BEGIN
    SELECT * INTO account FROM warehouse_bondedentry WHERE id = NEW.entry_id FOR UPDATE;
    IF account.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'The ledger of % is closed.', account.number
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_closed_ledger_is_written_no_more';
    END IF;
    SELECT coalesce(sum(packages), 0) AS packages, coalesce(sum(gross_kg), 0) AS gross_kg INTO before
        FROM warehouse_ledgerrow WHERE entry_id = NEW.entry_id AND lot_id = NEW.lot_id;
    NEW.number := account.rows_written + 1;
    NEW.packages_after := account.packages + NEW.packages;
    NEW.gross_kg_after := account.gross_kg + NEW.gross_kg;
    NEW.lot_packages_after := before.packages + NEW.packages;
    NEW.lot_gross_kg_after := before.gross_kg + NEW.gross_kg;
    IF least(NEW.packages_after, NEW.gross_kg_after, NEW.lot_packages_after, NEW.lot_gross_kg_after) < 0 THEN
        RAISE EXCEPTION 'The ledger of % cannot give more than it holds.', account.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_bonded_balance_is_never_negative';
    END IF;
    UPDATE warehouse_bondedentry
        SET rows_written = NEW.number, packages = NEW.packages_after, gross_kg = NEW.gross_kg_after
        WHERE id = NEW.entry_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER the_ledger_counts BEFORE INSERT ON warehouse_ledgerrow
    FOR EACH ROW EXECUTE FUNCTION the_ledger_counts();

CREATE FUNCTION only_the_ledger_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 THEN
        RAISE EXCEPTION 'What is in bond is counted by its ledger: write a row.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'only_the_ledger_counts';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER only_the_ledger_counts BEFORE UPDATE ON warehouse_bondedentry
    FOR EACH ROW WHEN (
        (OLD.rows_written, OLD.packages, OLD.gross_kg) IS DISTINCT FROM (NEW.rows_written, NEW.packages, NEW.gross_kg)
    ) EXECUTE FUNCTION only_the_ledger_counts();

CREATE FUNCTION the_ledger_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The bonded ledger is never edited: write a further row instead of % on it.', TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'the_ledger_is_only_added_to', TABLE = TG_TABLE_NAME;
END
$$;
CREATE TRIGGER the_ledger_is_only_added_to BEFORE UPDATE OR DELETE ON warehouse_ledgerrow
    FOR EACH STATEMENT EXECUTE FUNCTION the_ledger_is_only_added_to();

-- At the end of the transaction: goods in bond do not move past their ledger, and it says what is there.
CREATE FUNCTION stock_and_ledger_agree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    goods warehouse_lot;
    written record;
BEGIN
    SELECT * INTO goods FROM warehouse_lot WHERE id = NEW.lot_id;
    IF goods.entry_id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(packages), 0) AS packages, coalesce(sum(gross_kg), 0) AS gross_kg INTO written
        FROM warehouse_ledgerrow WHERE entry_id = goods.entry_id AND lot_id = goods.id;
    IF (written.packages, written.gross_kg) IS DISTINCT FROM (goods.packages, goods.gross_kg) THEN
        RAISE EXCEPTION 'Of % in bond the ledger says % packages and % kg, the stock % and %.',
            goods.number, written.packages, written.gross_kg, goods.packages, goods.gross_kg
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_and_ledger_agree';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER stock_and_ledger_agree AFTER INSERT ON warehouse_ledgerrow
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.lot_id IS NOT NULL)
    EXECUTE FUNCTION stock_and_ledger_agree();
CREATE CONSTRAINT TRIGGER stock_and_ledger_agree AFTER INSERT ON warehouse_lotmovement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stock_and_ledger_agree();

CREATE FUNCTION what_moves_in_bond_is_written_down() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM warehouse_lot l WHERE l.id = NEW.lot_id AND l.entry_id IS NOT NULL)
    OR EXISTS (
        SELECT 1 FROM warehouse_ledgerrow r WHERE r.movement_id = NEW.id
            AND (r.lot_id, r.packages, r.gross_kg) IS NOT DISTINCT FROM (NEW.lot_id, NEW.packages, NEW.gross_kg)
    ) OR EXISTS (  -- moved before it was taken in: its receipt tells of what was there then
        SELECT 1 FROM warehouse_ledgerrow r WHERE r.lot_id = NEW.lot_id AND r.kind = 'receipt'
            AND r.movement_id IS NULL AND r.recorded_at >= NEW.recorded_at
    ) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'Goods in bond moved, and no row of their ledger tells it.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'what_moves_in_bond_is_written_down';
END
$$;
CREATE CONSTRAINT TRIGGER what_moves_in_bond_is_written_down AFTER INSERT ON warehouse_lotmovement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION what_moves_in_bond_is_written_down();
"""

FORGET = """
DROP TRIGGER what_moves_in_bond_is_written_down ON warehouse_lotmovement;
DROP TRIGGER stock_and_ledger_agree ON warehouse_lotmovement;
DROP TRIGGER stock_and_ledger_agree ON warehouse_ledgerrow;
DROP TRIGGER the_ledger_is_only_added_to ON warehouse_ledgerrow;
DROP TRIGGER only_the_ledger_counts ON warehouse_bondedentry;
DROP TRIGGER the_ledger_counts ON warehouse_ledgerrow;
DROP FUNCTION what_moves_in_bond_is_written_down();
DROP FUNCTION stock_and_ledger_agree();
DROP FUNCTION the_ledger_is_only_added_to();
DROP FUNCTION only_the_ledger_counts();
DROP FUNCTION the_ledger_counts();
"""


def _for_the_application(schema_editor: BaseDatabaseSchemaEditor, statement: str) -> None:
    role, connection = settings.APPLICATION_ROLE, schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():
            cursor.execute(statement % connection.ops.quote_name(role))


def take_rights(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _for_the_application(schema_editor, "REVOKE UPDATE, DELETE, TRUNCATE ON warehouse_ledgerrow FROM %s")


def give_rights(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _for_the_application(schema_editor, "GRANT UPDATE, DELETE ON warehouse_ledgerrow TO %s")


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0003_what_the_site_was_given'),
        ('parties', '0002_roles_of_an_authority'),
        ('warehouse', '0005_orders_and_stock'),
    ]

    operations = [
        migrations.CreateModel(
            name='BondedEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('document', models.CharField(max_length=40, verbose_name='customs document')),
                ('regime', models.CharField(choices=[('bonded-storage', 'bonded storage'), ('bonded-processing', 'bonded processing')], default='bonded-storage', max_length=20, verbose_name='regime')),
                ('goods', models.CharField(blank=True, max_length=200, verbose_name='goods')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('ends_on', models.DateField(verbose_name='last day of the period')),
                ('least_yield_percent', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='approved yield from, %')),
                ('most_yield_percent', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='approved yield to, %')),
                ('rows_written', models.PositiveIntegerField(default=0, editable=False, verbose_name='rows')),
                ('packages', models.IntegerField(default=0, editable=False, verbose_name='packages in bond')),
                ('gross_kg', models.DecimalField(decimal_places=3, default=0, editable=False, max_digits=12, verbose_name='in bond, kg')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
            ],
            options={
                'verbose_name': 'bonded entry',
                'verbose_name_plural': 'bonded entries',
            },
        ),
        migrations.CreateModel(
            name='LedgerRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(default=0, verbose_name='row')),
                ('kind', models.CharField(choices=[('receipt', 'receipt'), ('handling', 'handling'), ('split', 'split'), ('transfer', 'transfer'), ('sampling', 'sampling'), ('into-processing', 'into processing'), ('made', 'made'), ('waste', 'waste'), ('difference', 'difference'), ('removal', 'removal'), ('destruction', 'destruction'), ('amendment', 'amendment'), ('extension', 'extension')], max_length=20, verbose_name='what')),
                ('packages', models.IntegerField(default=0, verbose_name='packages')),
                ('gross_kg', models.DecimalField(decimal_places=3, default=0, max_digits=12, verbose_name='kg')),
                ('packages_after', models.IntegerField(default=0, verbose_name='packages after')),
                ('gross_kg_after', models.DecimalField(decimal_places=3, default=0, max_digits=12, verbose_name='kg after')),
                ('lot_packages_after', models.IntegerField(default=0, verbose_name='packages of the lot after')),
                ('lot_gross_kg_after', models.DecimalField(decimal_places=3, default=0, max_digits=12, verbose_name='kg of the lot after')),
                ('ends_on', models.DateField(null=True, verbose_name='period now ends on')),
                ('document', models.CharField(blank=True, max_length=40, verbose_name='customs document')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('happened_at', models.DateTimeField(verbose_name='happened')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='recorded')),
                ('by', models.CharField(max_length=120, verbose_name='by')),
            ],
            options={
                'verbose_name': 'row of a bonded ledger',
                'verbose_name_plural': 'rows of bonded ledgers',
                'ordering': ['entry_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='PeriodWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ends_on', models.DateField(verbose_name='last day of the period')),
                ('days', models.SmallIntegerField(verbose_name='days ahead')),
                ('given_at', models.DateTimeField(verbose_name='given')),
            ],
            options={
                'verbose_name': 'warning of a bonded period',
                'verbose_name_plural': 'warnings of bonded periods',
            },
        ),
        migrations.CreateModel(
            name='ProcessingRun',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('ran_at', models.DateTimeField(verbose_name='done')),
                ('ran_by', models.CharField(max_length=120, verbose_name='by')),
                ('input_kg', models.DecimalField(decimal_places=3, max_digits=12, verbose_name='went in, kg')),
                ('added_kg', models.DecimalField(decimal_places=3, default=0, max_digits=12, verbose_name='added free goods, kg')),
                ('output_kg', models.DecimalField(decimal_places=3, max_digits=12, verbose_name='made, kg')),
                ('waste_kg', models.DecimalField(decimal_places=3, default=0, max_digits=12, verbose_name='waste, kg')),
                ('loss_kg', models.DecimalField(decimal_places=3, default=0, max_digits=12, verbose_name='lost, kg')),
                ('yield_percent', models.DecimalField(decimal_places=2, max_digits=8, verbose_name='yield, %')),
                ('in_norm', models.BooleanField(verbose_name='as approved')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='what was done')),
            ],
            options={
                'verbose_name': 'processing in bond',
                'verbose_name_plural': 'processing in bond',
                'ordering': ['-ran_at', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='lotmovement',
            name='lot_movement_kind_is_known',
        ),
        migrations.AlterField(
            model_name='lotmovement',
            name='kind',
            field=models.CharField(choices=[('received', 'received'), ('withdrawn', 'withdrawn'), ('stuffed', 'stuffed'), ('split_off', 'split off'), ('split_from', 'split from'), ('transferred_out', 'transferred out'), ('transferred_in', 'transferred in'), ('counted', 'counted'), ('sampled', 'sampled'), ('processed', 'processed'), ('made', 'made'), ('repacked', 'repacked'), ('destroyed', 'destroyed'), ('amended', 'amended')], max_length=15, verbose_name='what happened'),
        ),
        migrations.AddConstraint(
            model_name='lotmovement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['amended', 'counted', 'destroyed', 'made', 'processed', 'received', 'repacked', 'sampled', 'split_from', 'split_off', 'stuffed', 'transferred_in', 'transferred_out', 'withdrawn'])), name='lot_movement_kind_is_known'),
        ),
        migrations.AddField(
            model_name='bondedentry',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bonded_entries', to='parties.party', verbose_name='owner of the goods'),
        ),
        migrations.AddField(
            model_name='bondedentry',
            name='terminal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='network.terminal', verbose_name='terminal'),
        ),
        migrations.AddField(
            model_name='lot',
            name='entry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='warehouse.bondedentry', verbose_name='bonded entry'),
        ),
        migrations.AddField(
            model_name='ledgerrow',
            name='amends',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='warehouse.ledgerrow', verbose_name='amends row'),
        ),
        migrations.AddField(
            model_name='ledgerrow',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='warehouse.bondedentry', verbose_name='entry'),
        ),
        migrations.AddField(
            model_name='ledgerrow',
            name='lot',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ledger_rows', to='warehouse.lot', verbose_name='lot'),
        ),
        migrations.AddField(
            model_name='ledgerrow',
            name='movement',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ledger_row', to='warehouse.lotmovement', verbose_name='movement'),
        ),
        migrations.AddField(
            model_name='periodwarning',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='warnings', to='warehouse.bondedentry'),
        ),
        migrations.AddField(
            model_name='processingrun',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='warehouse.bondedentry', verbose_name='entry'),
        ),
        migrations.AddField(
            model_name='ledgerrow',
            name='run',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='warehouse.processingrun', verbose_name='processing'),
        ),
        migrations.AddIndex(
            model_name='bondedentry',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['terminal', 'ends_on'], name='entries_by_end'),
        ),
        migrations.AddConstraint(
            model_name='bondedentry',
            constraint=models.UniqueConstraint(fields=('terminal', 'document'), name='an_entry_is_opened_once'),
        ),
        migrations.AddConstraint(
            model_name='bondedentry',
            constraint=models.CheckConstraint(condition=models.Q(('regime__in', ['bonded-processing', 'bonded-storage'])), name='a_bonded_regime_is_known'),
        ),
        migrations.AddConstraint(
            model_name='bondedentry',
            constraint=models.CheckConstraint(condition=models.Q(('gross_kg__gte', 0), ('packages__gte', 0)), name='a_bonded_balance_is_never_negative'),
        ),
        migrations.AddConstraint(
            model_name='bondedentry',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(('gross_kg', 0), ('packages', 0)), _connector='OR'), name='a_closed_entry_holds_nothing'),
        ),
        migrations.AddConstraint(
            model_name='bondedentry',
            constraint=models.CheckConstraint(condition=models.Q(('least_yield_percent__isnull', True), ('most_yield_percent__isnull', True), ('least_yield_percent__lte', models.F('most_yield_percent')), _connector='OR'), name='an_approved_yield_has_its_ends_in_order'),
        ),
        migrations.AddConstraint(
            model_name='periodwarning',
            constraint=models.UniqueConstraint(fields=('entry', 'ends_on', 'days'), name='a_period_warning_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='processingrun',
            constraint=models.CheckConstraint(condition=models.Q(('input_kg', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('output_kg'), '+', models.F('waste_kg')), '+', models.F('loss_kg')), '-', models.F('added_kg')))), name='nothing_comes_of_nothing'),
        ),
        migrations.AddIndex(
            model_name='ledgerrow',
            index=models.Index(fields=['entry', 'lot'], name='ledger_by_lot'),
        ),
        migrations.AddConstraint(
            model_name='ledgerrow',
            constraint=models.UniqueConstraint(fields=('entry', 'number'), name='ledger_rows_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='ledgerrow',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['amendment', 'destruction', 'difference', 'extension', 'handling', 'into-processing', 'made', 'receipt', 'removal', 'sampling', 'split', 'transfer', 'waste'])), name='a_ledger_row_is_of_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='ledgerrow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amends__isnull', False), ('kind', 'amendment')), models.Q(models.Q(('kind', 'amendment'), _negated=True), ('amends__isnull', True)), _connector='OR'), name='an_amendment_says_what_it_amends'),
        ),
        migrations.AddConstraint(
            model_name='ledgerrow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_on__isnull', False), ('kind', 'extension')), models.Q(models.Q(('kind', 'extension'), _negated=True), ('ends_on__isnull', True)), _connector='OR'), name='an_extension_says_until_when'),
        ),
        migrations.AddConstraint(
            model_name='ledgerrow',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'extension'), ('lot__isnull', False), _connector='OR'), name='a_ledger_row_is_about_a_lot'),
        ),
        migrations.RunSQL(COUNT, FORGET),
        migrations.RunPython(take_rights, give_rights),
    ]
