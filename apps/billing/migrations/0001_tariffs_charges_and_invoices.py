"""Tariffs, accounts, charges and papers; what was charged or issued is never rewritten, whoever tries.

# Note [What keeps papers as they are]
Triggers name the columns that stay: an UPDATE that does not set one of them costs nothing. What a payment or a credit
note changes on an invoice is changed by their own rows (``AFTER INSERT``), so that no sum can differ from its parts;
nobody else writes those columns (``pg_trigger_depth``). Numbers of journal entries are plain, as everywhere.
"""

import apps.billing.models.tariffs
import apps.common.ids
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import terminal.lifecycle
from django.db import migrations, models


NEVER = ("statement", "creditnote", "creditedline", "allocation", "countedcalendar")
FROZEN = {
    "chargeline": (
        "terminal_id, party_id, what, unit, service, account_id, visit_id, booking_id, lot_id, cause, version_used_id, "
        "tariff_on, calendar_id, customer, first_on, last_on, quantity, amount_minor, currency, minor_digits, vat_rate, "
        "document, events, charged_at, charged_by, public_id"
    ),
    "invoice": (
        "terminal_id, party_id, number, year, sequence, currency, minor_digits, issued_on, due_on, issued_at, issued_by, "
        "net_minor, vat_minor, gross_minor, vat, public_id"
    ),
    "payment": (
        "terminal_id, party_id, number, year, sequence, currency, minor_digits, received_on, amount_minor, reference, "
        "entered_at, entered_by, public_id"
    ),
}
SUMS = {"chargeline": "credited_minor", "invoice": "paid_minor, credited_minor", "payment": "allocated_minor"}
RULES = ("freetimerule", "tierrule", "piecerate")

REFUSE = """
CREATE FUNCTION what_was_issued_is_never_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was charged, issued or paid is never rewritten: withdraw, credit or dispute it instead of % on it.',
        TG_OP USING ERRCODE = 'restrict_violation', CONSTRAINT = 'what_was_issued_is_never_rewritten',
        TABLE = TG_TABLE_NAME;
END
$$;
CREATE TRIGGER what_is_set_once_stays BEFORE UPDATE OF invoice_id, position, statement_id, withdrawn_at, withdrawn_by,
    withdrawn_why ON billing_chargeline FOR EACH ROW WHEN (
        (OLD.invoice_id IS NOT NULL AND (NEW.invoice_id, NEW.position) IS DISTINCT FROM (OLD.invoice_id, OLD.position))
        OR (OLD.statement_id IS NOT NULL AND NEW.statement_id IS DISTINCT FROM OLD.statement_id)
        OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at, NEW.withdrawn_by, NEW.withdrawn_why)
            IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawn_by, OLD.withdrawn_why))
    ) EXECUTE FUNCTION what_was_issued_is_never_rewritten();
""" + "".join(
    f"""
CREATE TRIGGER what_was_issued_is_never_rewritten BEFORE UPDATE OR DELETE ON billing_{table}
    FOR EACH ROW EXECUTE FUNCTION what_was_issued_is_never_rewritten();
"""
    for table in NEVER
) + "".join(
    f"""
CREATE TRIGGER what_was_issued_is_never_rewritten BEFORE UPDATE OF {columns} OR DELETE ON billing_{table}
    FOR EACH ROW EXECUTE FUNCTION what_was_issued_is_never_rewritten();
CREATE TRIGGER sums_follow_their_parts BEFORE UPDATE OF {SUMS[table]} ON billing_{table}
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION what_was_issued_is_never_rewritten();
"""
    for table, columns in FROZEN.items()
)

ADD_UP = """
CREATE FUNCTION a_paper_is_to_one_party_in_one_currency() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM billing_invoice paper WHERE paper.id = NEW.invoice_id
               AND (paper.terminal_id, paper.party_id, paper.currency, paper.minor_digits)
               IS DISTINCT FROM (NEW.terminal_id, NEW.party_id, NEW.currency, NEW.minor_digits))
       OR EXISTS (SELECT FROM billing_statement paper WHERE paper.id = NEW.statement_id
               AND (paper.terminal_id, paper.party_id, paper.currency, paper.minor_digits)
               IS DISTINCT FROM (NEW.terminal_id, NEW.party_id, NEW.currency, NEW.minor_digits)) THEN
        RAISE EXCEPTION 'A paper is to one party, in one currency.' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'a_paper_is_to_one_party_in_one_currency', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER a_paper_is_to_one_party_in_one_currency AFTER INSERT OR UPDATE OF invoice_id, statement_id
    ON billing_chargeline FOR EACH ROW WHEN (NEW.invoice_id IS NOT NULL OR NEW.statement_id IS NOT NULL)
    EXECUTE FUNCTION a_paper_is_to_one_party_in_one_currency();

CREATE FUNCTION a_paper_is_the_sum_of_its_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM billing_invoice paper WHERE paper.id IN
            (SELECT now.invoice_id FROM written now JOIN before USING (id)
             WHERE now.invoice_id IS DISTINCT FROM before.invoice_id)
        AND paper.net_minor <> (SELECT sum(amount_minor) FROM billing_chargeline WHERE invoice_id = paper.id)
    ) OR EXISTS (
        SELECT FROM billing_statement paper WHERE paper.id IN
            (SELECT now.statement_id FROM written now JOIN before USING (id)
             WHERE now.statement_id IS DISTINCT FROM before.statement_id)
        AND (paper.net_minor, paper.charges) <>
            (SELECT sum(amount_minor), count(*) FROM billing_chargeline WHERE statement_id = paper.id)
    ) THEN
        RAISE EXCEPTION 'A paper is the sum of its lines, all of which are put on it at once.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_paper_is_the_sum_of_its_lines', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER a_paper_is_the_sum_of_its_lines AFTER UPDATE ON billing_chargeline
    REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION a_paper_is_the_sum_of_its_lines();

CREATE FUNCTION an_allocation_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM billing_payment payment, billing_invoice invoice
        WHERE payment.id = NEW.payment_id AND invoice.id = NEW.invoice_id
        AND (payment.terminal_id, payment.party_id, payment.currency, payment.minor_digits)
          = (invoice.terminal_id, invoice.party_id, invoice.currency, invoice.minor_digits)) THEN
        RAISE EXCEPTION 'A payment is for invoices to its own party, in its currency.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_payment_is_for_its_partys_invoices',
            TABLE = TG_TABLE_NAME;
    END IF;
    UPDATE billing_payment SET allocated_minor = allocated_minor + NEW.amount_minor WHERE id = NEW.payment_id;
    UPDATE billing_invoice SET paid_minor = paid_minor + NEW.amount_minor WHERE id = NEW.invoice_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER an_allocation_counts AFTER INSERT ON billing_allocation
    FOR EACH ROW EXECUTE FUNCTION an_allocation_counts();

CREATE FUNCTION a_credit_note_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_invoice SET credited_minor = credited_minor + NEW.gross_minor WHERE id = NEW.invoice_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER a_credit_note_counts AFTER INSERT ON billing_creditnote
    FOR EACH ROW EXECUTE FUNCTION a_credit_note_counts();

CREATE FUNCTION a_credit_is_of_a_line_of_its_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM billing_creditnote note JOIN billing_chargeline line ON line.invoice_id = note.invoice_id
        WHERE note.id = NEW.credit_note_id AND line.id = NEW.line_id) THEN
        RAISE EXCEPTION 'A credit note takes back lines of its own invoice.' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'a_credit_is_of_a_line_of_its_invoice', TABLE = TG_TABLE_NAME;
    END IF;
    UPDATE billing_chargeline SET credited_minor = credited_minor + NEW.net_minor WHERE id = NEW.line_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER a_credit_is_of_a_line_of_its_invoice AFTER INSERT ON billing_creditedline
    FOR EACH ROW EXECUTE FUNCTION a_credit_is_of_a_line_of_its_invoice();
"""

KEEP_TARIFFS = """

CREATE FUNCTION a_charged_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.tariff_id, NEW.name, NEW.valid_from, NEW.vat_rate)
        IS NOT DISTINCT FROM (OLD.tariff_id, OLD.name, OLD.valid_from, OLD.vat_rate)
        AND NOT EXISTS (SELECT FROM billing_chargeline WHERE version_used_id = OLD.id AND tariff_on > NEW.valid_until)
    THEN
        RETURN NEW;
    ELSIF EXISTS (SELECT FROM billing_chargeline WHERE version_used_id = OLD.id) THEN
        RAISE EXCEPTION 'Something was charged by this version: only its end can be set, and not before what it charged.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_charged_tariff_stays', TABLE = TG_TABLE_NAME;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER a_charged_version_stays BEFORE UPDATE OR DELETE ON billing_tariffversion
    FOR EACH ROW EXECUTE FUNCTION a_charged_version_stays();

CREATE FUNCTION a_rule_of_a_charged_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    versions bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN versions := versions || OLD.version_id; END IF;
    IF TG_OP <> 'DELETE' THEN versions := versions || NEW.version_id; END IF;
    -- whoever charges by a version holds it FOR SHARE: its rules are read before or after this, not in between
    PERFORM FROM billing_tariffversion WHERE id = ANY (versions) ORDER BY id FOR UPDATE;
    IF EXISTS (SELECT FROM billing_chargeline WHERE version_used_id = ANY (versions)) THEN
        RAISE EXCEPTION 'Something was charged by this version: other rules are another version.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_charged_tariff_stays', TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION a_tariff_with_charges_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.terminal_id, NEW.code, NEW.currency, NEW.minor_digits)
        IS DISTINCT FROM (OLD.terminal_id, OLD.code, OLD.currency, OLD.minor_digits)
        AND EXISTS (SELECT FROM billing_chargeline line JOIN billing_tariffversion version
                    ON version.id = line.version_used_id WHERE version.tariff_id = OLD.id) THEN
        RAISE EXCEPTION 'Something was charged by this tariff: its name and currency stay.'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_charged_tariff_stays', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER a_tariff_with_charges_stays BEFORE UPDATE ON billing_tariff
    FOR EACH ROW EXECUTE FUNCTION a_tariff_with_charges_stays();

CREATE FUNCTION a_calendar_counts_its_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END
$$;
CREATE TRIGGER a_calendar_counts_its_changes BEFORE UPDATE ON billing_calendaryear
    FOR EACH ROW EXECUTE FUNCTION a_calendar_counts_its_changes();
""" + "".join(
    f"""
CREATE TRIGGER a_rule_of_a_charged_version_stays BEFORE INSERT OR UPDATE OR DELETE ON billing_{table}
    FOR EACH ROW EXECUTE FUNCTION a_rule_of_a_charged_version_stays();
"""
    for table in RULES
)

FUNCTIONS = (
    "what_was_issued_is_never_rewritten", "a_paper_is_to_one_party_in_one_currency", "a_paper_is_the_sum_of_its_lines",
    "an_allocation_counts", "a_credit_note_counts", "a_credit_is_of_a_line_of_its_invoice", "a_charged_version_stays",
    "a_rule_of_a_charged_version_stays", "a_tariff_with_charges_stays", "a_calendar_counts_its_changes",
)  # fmt: skip
FORGET = "".join(f"DROP FUNCTION {name}() CASCADE;" for name in FUNCTIONS)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('containers', '0006_one_hold_on_many_boxes_and_rules'),
        ('network', '0003_what_the_site_was_given'),
        ('parties', '0002_roles_of_an_authority'),
        ('warehouse', '0003_containers_a_booking_is_for'),
    ]

    operations = [
        migrations.CreateModel(
            name='CountedCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('document', models.JSONField()),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.terminal')),
            ],
            options={
                'verbose_name': 'calendar as counted',
                'verbose_name_plural': 'calendars as counted',
            },
        ),
        migrations.CreateModel(
            name='ChargeLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('what', models.CharField(max_length=60, verbose_name='for')),
                ('unit', models.CharField(choices=[('teu_day', 'teu day'), ('m2_day', 'm2 day'), ('package', 'package'), ('lift', 'lift')], max_length=10, verbose_name='unit')),
                ('service', models.CharField(blank=True, max_length=40, verbose_name='kind of zone or work')),
                ('lot_id', models.BigIntegerField(blank=True, null=True, verbose_name='lot')),
                ('cause', models.CharField(blank=True, editable=False, max_length=120, null=True)),
                ('tariff_on', models.DateField(verbose_name='day whose tariff counts')),
                ('customer', models.CharField(blank=True, max_length=30, verbose_name='by the conditions of')),
                ('first_on', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('last_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('quantity', models.DecimalField(decimal_places=4, max_digits=16, verbose_name='quantity')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount, minor units')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('minor_digits', models.PositiveSmallIntegerField(verbose_name='digits of the minor unit')),
                ('vat_rate', models.DecimalField(decimal_places=4, max_digits=5, verbose_name='VAT rate')),
                ('document', models.TextField(verbose_name='computed from')),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None, verbose_name='journal entries')),
                ('charged_at', models.DateTimeField(verbose_name='charged')),
                ('charged_by', models.CharField(max_length=120, verbose_name='charged by')),
                ('position', models.PositiveIntegerField(blank=True, null=True, verbose_name='line of the invoice')),
                ('credited_minor', models.BigIntegerField(default=0, verbose_name='credited, minor units')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('withdrawn_by', models.CharField(blank=True, max_length=120, verbose_name='withdrawn by')),
                ('withdrawn_why', models.CharField(blank=True, max_length=200, verbose_name='why withdrawn')),
                ('booking', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='warehouse.booking', verbose_name='booking')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='parties.party', verbose_name='charged to')),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.terminal', verbose_name='terminal')),
                ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='containers.visit', verbose_name='container')),
                ('calendar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.countedcalendar', verbose_name='calendar')),
            ],
            options={
                'verbose_name': 'charge',
                'verbose_name_plural': 'charges',
                'permissions': [('note_extra_work', 'Charge extra lifts and packages'), ('withdraw_charge', 'Withdraw a charge before it is invoiced')],
            },
        ),
        migrations.CreateModel(
            name='CreditNote',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('year', models.PositiveSmallIntegerField(editable=False, verbose_name='year')),
                ('sequence', models.PositiveIntegerField(editable=False, verbose_name='number in the year')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('minor_digits', models.PositiveSmallIntegerField(verbose_name='digits of the minor unit')),
                ('issued_on', models.DateField(verbose_name='issued')),
                ('issued_at', models.DateTimeField(verbose_name='entered')),
                ('issued_by', models.CharField(max_length=120, verbose_name='issued by')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('net_minor', models.BigIntegerField(verbose_name='net, minor units')),
                ('vat_minor', models.BigIntegerField(verbose_name='VAT, minor units')),
                ('gross_minor', models.BigIntegerField(verbose_name='total, minor units')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='parties.party', verbose_name='party')),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='network.terminal', verbose_name='terminal')),
            ],
            options={
                'verbose_name': 'credit note',
                'verbose_name_plural': 'credit notes',
                'ordering': ['-issued_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CreditedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('net_minor', models.BigIntegerField(verbose_name='net, minor units')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='billing.chargeline', verbose_name='charge')),
                ('credit_note', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credited', to='billing.creditnote', verbose_name='credit note')),
            ],
            options={
                'verbose_name': 'credited charge',
                'verbose_name_plural': 'credited charges',
            },
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('status', models.CharField(choices=[('open', 'open'), ('upheld', 'upheld'), ('rejected', 'rejected')], default='open', max_length=10, verbose_name='status')),
                ('reason', models.CharField(max_length=500, verbose_name='objection')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('opened_by', models.CharField(max_length=120, verbose_name='opened by')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='answer')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('decided_by', models.CharField(blank=True, max_length=120, verbose_name='decided by')),
                ('credit_note', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='billing.creditnote', verbose_name='credit note')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='billing.chargeline', verbose_name='charge')),
            ],
            options={
                'verbose_name': 'dispute',
                'verbose_name_plural': 'disputes',
                'ordering': ['-opened_at', '-pk'],
                'permissions': [('decide_dispute', 'Decide disputes')],
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('year', models.PositiveSmallIntegerField(editable=False, verbose_name='year')),
                ('sequence', models.PositiveIntegerField(editable=False, verbose_name='number in the year')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('minor_digits', models.PositiveSmallIntegerField(verbose_name='digits of the minor unit')),
                ('issued_on', models.DateField(verbose_name='issued')),
                ('due_on', models.DateField(verbose_name='due')),
                ('issued_at', models.DateTimeField(verbose_name='entered')),
                ('issued_by', models.CharField(max_length=120, verbose_name='issued by')),
                ('status', models.CharField(choices=[('issued', 'issued'), ('part_paid', 'part paid'), ('paid', 'paid'), ('credited', 'credited')], default='issued', max_length=10, verbose_name='status')),
                ('net_minor', models.BigIntegerField(verbose_name='net, minor units')),
                ('vat_minor', models.BigIntegerField(verbose_name='VAT, minor units')),
                ('gross_minor', models.BigIntegerField(verbose_name='total, minor units')),
                ('vat', models.JSONField(default=list, verbose_name='VAT by rates')),
                ('paid_minor', models.BigIntegerField(default=0, verbose_name='paid, minor units')),
                ('credited_minor', models.BigIntegerField(default=0, verbose_name='credited, minor units')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='parties.party', verbose_name='party')),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='network.terminal', verbose_name='terminal')),
            ],
            options={
                'verbose_name': 'invoice',
                'verbose_name_plural': 'invoices',
                'ordering': ['-issued_on', '-pk'],
                'permissions': [('issue_invoice', 'Issue invoices and statements'), ('enter_payment', 'Enter payments'), ('credit_invoice', 'Give credit notes')],
            },
        ),
        migrations.AddField(
            model_name='creditnote',
            name='invoice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='billing.invoice', verbose_name='invoice'),
        ),
        migrations.AddField(
            model_name='chargeline',
            name='invoice',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.invoice', verbose_name='invoice'),
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('kind', models.CharField(choices=[('inspection', 'customs inspection'), ('fault', "the terminal's fault")], max_length=12, verbose_name='kind')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='to')),
                ('entered_by', models.CharField(max_length=120, verbose_name='entered by')),
                ('ended_by', models.CharField(blank=True, max_length=120, verbose_name='ended by')),
                ('withdrawn', models.BooleanField(default=False, verbose_name='withdrawn')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='containers.visit', verbose_name='visit')),
            ],
            options={
                'verbose_name': 'pause of storage charges',
                'verbose_name_plural': 'pauses of storage charges',
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('year', models.PositiveSmallIntegerField(editable=False, verbose_name='year')),
                ('sequence', models.PositiveIntegerField(editable=False, verbose_name='number in the year')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('minor_digits', models.PositiveSmallIntegerField(verbose_name='digits of the minor unit')),
                ('received_on', models.DateField(verbose_name='received')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount, minor units')),
                ('allocated_minor', models.BigIntegerField(default=0, verbose_name='for invoices, minor units')),
                ('reference', models.CharField(max_length=60, verbose_name="bank's reference")),
                ('entered_at', models.DateTimeField(verbose_name='entered')),
                ('entered_by', models.CharField(max_length=120, verbose_name='entered by')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='parties.party', verbose_name='party')),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='network.terminal', verbose_name='terminal')),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
                'ordering': ['-received_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount, minor units')),
                ('allocated_at', models.DateTimeField(verbose_name='entered')),
                ('allocated_by', models.CharField(max_length=120, verbose_name='entered by')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='billing.invoice', verbose_name='invoice')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='billing.payment', verbose_name='payment')),
            ],
            options={
                'verbose_name': 'allocation of a payment',
                'verbose_name_plural': 'allocations of payments',
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('invoice', 'invoice'), ('credit_note', 'credit note'), ('statement', 'statement'), ('payment', 'payment')], max_length=12)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.terminal')),
            ],
            options={
                'verbose_name': 'series of numbers',
                'verbose_name_plural': 'series of numbers',
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('year', models.PositiveSmallIntegerField(editable=False, verbose_name='year')),
                ('sequence', models.PositiveIntegerField(editable=False, verbose_name='number in the year')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('minor_digits', models.PositiveSmallIntegerField(verbose_name='digits of the minor unit')),
                ('month', models.DateField(verbose_name='month')),
                ('issued_on', models.DateField(verbose_name='issued')),
                ('issued_at', models.DateTimeField(verbose_name='entered')),
                ('issued_by', models.CharField(max_length=120, verbose_name='issued by')),
                ('charges', models.PositiveIntegerField(verbose_name='charges')),
                ('net_minor', models.BigIntegerField(verbose_name='net, minor units')),
                ('vat_minor', models.BigIntegerField(verbose_name='VAT, minor units')),
                ('gross_minor', models.BigIntegerField(verbose_name='total, minor units')),
                ('document', models.TextField(verbose_name='document')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='parties.party', verbose_name='party')),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='network.terminal', verbose_name='terminal')),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
                'ordering': ['-month', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='chargeline',
            name='statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.statement', verbose_name='statement'),
        ),
        migrations.CreateModel(
            name='StorageAccount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('clock_event', models.BigIntegerField(blank=True, null=True, verbose_name='journal entry that started the clock')),
                ('clock_kind', models.CharField(blank=True, max_length=40, verbose_name='the clock started with')),
                ('clock_at', models.DateTimeField(blank=True, null=True, verbose_name='clock started')),
                ('calculated_last_free_on', models.DateField(blank=True, null=True, verbose_name='last free day, calculated')),
                ('overridden_last_free_on', models.DateField(blank=True, null=True, verbose_name='last free day, overridden')),
                ('overridden_by', models.CharField(blank=True, max_length=120, verbose_name='overridden by')),
                ('overridden_why', models.CharField(blank=True, max_length=200, verbose_name='why')),
                ('guaranteed_through', models.DateField(blank=True, null=True, verbose_name='guaranteed through')),
                ('charged_through', models.DateField(blank=True, null=True, verbose_name='charged through')),
                ('paid_through', models.DateField(blank=True, null=True, verbose_name='paid through')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('trouble', models.CharField(blank=True, max_length=300, verbose_name='could not be charged')),
                ('guarantor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='guaranteed by')),
                ('payer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='charged to')),
                ('visit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='storage', to='containers.visit', verbose_name='visit')),
            ],
            options={
                'verbose_name': 'storage of a box',
                'verbose_name_plural': 'storage of boxes',
                'permissions': [('override_last_free_day', 'Override the last free day of a box'), ('guarantee_storage', "Enter who guarantees a box's storage, and through which day")],
            },
        ),
        migrations.CreateModel(
            name='FreeTimeNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hours', models.PositiveSmallIntegerField(verbose_name='hours ahead')),
                ('last_free_on', models.DateField(verbose_name='last free day')),
                ('told_at', models.DateTimeField(verbose_name='told')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='party')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='billing.storageaccount', verbose_name='storage of a box')),
            ],
            options={
                'verbose_name': 'notice of a last free day',
                'verbose_name_plural': 'notices of last free days',
            },
        ),
        migrations.AddField(
            model_name='chargeline',
            name='account',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.storageaccount', verbose_name='storage'),
        ),
        migrations.CreateModel(
            name='Tariff',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('code', models.CharField(max_length=40, verbose_name='name')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('minor_digits', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MaxValueValidator(4)], verbose_name='digits of the minor unit')),
                ('calendar', models.CharField(blank=True, max_length=60, verbose_name='holiday calendar')),
                ('in_use', models.BooleanField(default=False, verbose_name='in use')),
                ('payment_days', models.PositiveSmallIntegerField(default=30, verbose_name='to be paid within, days')),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tariffs', to='network.terminal', verbose_name='terminal')),
            ],
            options={
                'verbose_name': 'tariff',
                'verbose_name_plural': 'tariffs',
            },
        ),
        migrations.CreateModel(
            name='TariffVersion',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('name', models.CharField(max_length=20, verbose_name='version')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('vat_rate', models.DecimalField(decimal_places=4, max_digits=5, verbose_name='VAT, as a share (0.06 is 6 %)')),
                ('tariff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='billing.tariff', verbose_name='tariff')),
            ],
            options={
                'verbose_name': 'tariff version',
                'verbose_name_plural': 'tariff versions',
                'ordering': ['tariff_id', '-valid_from'],
            },
        ),
        migrations.CreateModel(
            name='PieceRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(choices=[('m2_day', 'm2 day'), ('package', 'package'), ('lift', 'lift')], max_length=10, verbose_name='unit')),
                ('service', models.CharField(blank=True, max_length=40, verbose_name='kind of zone or work (empty: any other)')),
                ('rate', models.DecimalField(decimal_places=4, max_digits=12, verbose_name='rate')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rates', to='billing.tariffversion', verbose_name='tariff version')),
            ],
            options={
                'verbose_name': 'rate',
                'verbose_name_plural': 'rates',
            },
        ),
        migrations.CreateModel(
            name='FreeTimeRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(blank=True, choices=[('unknown', 'unknown'), ('inbound', 'inbound'), ('outbound', 'outbound'), ('through', 'through')], max_length=10, verbose_name='direction')),
                ('length_ft', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='length, feet')),
                ('laden', models.BooleanField(blank=True, null=True, verbose_name='laden')),
                ('days', models.PositiveSmallIntegerField(verbose_name='free days')),
                ('counted', models.CharField(choices=[('calendar_days', 'calendar days'), ('working_days', 'working days')], default='calendar_days', max_length=15, verbose_name='counted')),
                ('clock_event', models.CharField(choices=[('container-discharged', 'container discharged'), ('container-gated-in', 'container gated in'), ('empty-stay-began', 'empty stay began')], max_length=40, verbose_name='the clock starts with')),
                ('starts', models.CharField(choices=[('same_day', 'same day'), ('next_day', 'next day')], default='next_day', max_length=10, verbose_name='first day')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='only for')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='billing.tariffversion', verbose_name='tariff version')),
            ],
            options={
                'verbose_name': 'free time',
                'verbose_name_plural': 'free times',
            },
        ),
        migrations.AddField(
            model_name='chargeline',
            name='version_used',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.tariffversion', verbose_name='tariff version'),
        ),
        migrations.CreateModel(
            name='TierRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(blank=True, choices=[('unknown', 'unknown'), ('inbound', 'inbound'), ('outbound', 'outbound'), ('through', 'through')], max_length=10, verbose_name='direction')),
                ('length_ft', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='length, feet')),
                ('laden', models.BooleanField(blank=True, null=True, verbose_name='laden')),
                ('from_day', models.PositiveSmallIntegerField(default=1, verbose_name='from chargeable day')),
                ('rate', models.DecimalField(decimal_places=4, max_digits=12, verbose_name='per TEU and day')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='only for')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='billing.tariffversion', verbose_name='tariff version')),
            ],
            options={
                'verbose_name': 'tier',
                'verbose_name_plural': 'tiers',
                'ordering': ['version_id', 'customer_id', 'direction', 'length_ft', 'laden', 'from_day'],
            },
        ),
        migrations.CreateModel(
            name='CalendarYear',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('public_id', models.UUIDField(default=apps.common.ids.uuid7, editable=False, unique=True, verbose_name='public id')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('first_on', models.DateField(verbose_name='first day')),
                ('last_on', models.DateField(verbose_name='last day')),
                ('weekend', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=apps.billing.models.tariffs.weekend, size=None, verbose_name='weekend (1 Monday … 7 Sunday)')),
                ('holidays', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, size=None, verbose_name='holidays')),
                ('swapped', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, size=None, verbose_name='days of a weekend that are worked')),
                ('terminal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.terminal', verbose_name='terminal')),
            ],
            options={
                'verbose_name': 'holiday calendar',
                'verbose_name_plural': 'holiday calendars',
                'ordering': ['terminal_id', 'name', 'first_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='a_calendar_ends_after_it_began'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('terminal', '='), ('name', '='), (models.Func('first_on', 'last_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True), function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='a_day_is_in_one_calendar_of_a_name')],
            },
        ),
        migrations.AddConstraint(
            model_name='countedcalendar',
            constraint=models.UniqueConstraint(fields=('terminal', 'name'), name='a_counted_calendar_is_kept_once'),
        ),
        migrations.AddConstraint(
            model_name='creditedline',
            constraint=models.CheckConstraint(condition=models.Q(('net_minor__gt', 0)), name='a_credit_is_more_than_nothing'),
        ),
        migrations.AddConstraint(
            model_name='creditedline',
            constraint=models.UniqueConstraint(fields=('credit_note', 'line'), name='a_credit_note_names_a_line_once'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'rejected', 'upheld'])), name='dispute_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('line',), name='a_line_has_one_open_dispute'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credit_note__isnull', False), ('status', 'upheld')), models.Q(models.Q(('status', 'upheld'), _negated=True), ('credit_note__isnull', True)), _connector='OR'), name='an_upheld_dispute_has_a_credit_note'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_dispute_says_why'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['party', '-issued_on'], name='invoices_by_party'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('status__in', [terminal.lifecycle.InvoiceStatus['ISSUED'], terminal.lifecycle.InvoiceStatus['PART_PAID']])), fields=['terminal', 'due_on'], name='invoices_to_be_paid'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['credited', 'issued', 'paid', 'part_paid'])), name='invoice_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(fields=('terminal', 'year', 'sequence'), name='an_invoice_number_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('gross_minor', django.db.models.expressions.CombinedExpression(models.F('net_minor'), '+', models.F('vat_minor')))), name='an_invoice_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('paid_minor__gte', 0), ('paid_minor__lte', models.F('gross_minor'))), name='no_more_is_paid_than_an_invoice_asks'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('credited_minor__gte', 0), ('credited_minor__lte', models.F('gross_minor'))), name='no_more_is_credited_than_an_invoice_asks'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('issued_on'))), name='an_invoice_is_due_after_its_issue'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.UniqueConstraint(fields=('terminal', 'year', 'sequence'), name='a_credit_number_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('gross_minor', django.db.models.expressions.CombinedExpression(models.F('net_minor'), '+', models.F('vat_minor'))), ('net_minor__gt', 0)), name='a_credit_note_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_credit_note_says_why'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['fault', 'inspection'])), name='a_pause_has_a_known_cause'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='a_pause_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_pause_says_why'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('terminal', 'year', 'sequence'), name='a_payment_number_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('terminal', 'party', 'reference'), name='a_payment_is_entered_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='a_payment_is_more_than_nothing'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('allocated_minor__gte', 0), ('allocated_minor__lte', models.F('amount_minor'))), name='no_more_is_allocated_than_was_paid'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='an_allocation_is_more_than_nothing'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.UniqueConstraint(fields=('terminal', 'kind', 'year'), name='a_series_is_counted_once'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('terminal', 'year', 'sequence'), name='a_statement_number_is_given_once'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('terminal', 'party', 'month', 'currency'), name='a_month_is_stated_once_in_a_currency'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='a_month_is_named_by_its_first_day'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('gross_minor', django.db.models.expressions.CombinedExpression(models.F('net_minor'), '+', models.F('vat_minor')))), name='a_statement_adds_up'),
        ),
        migrations.AddIndex(
            model_name='storageaccount',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['visit'], name='running_accounts'),
        ),
        migrations.AddConstraint(
            model_name='storageaccount',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('overridden_by', ''), ('overridden_last_free_on__isnull', True), ('overridden_why', '')), models.Q(('overridden_last_free_on__isnull', False), models.Q(('overridden_by', ''), _negated=True), models.Q(('overridden_why', ''), _negated=True)), _connector='OR'), name='an_override_names_who_and_why'),
        ),
        migrations.AddConstraint(
            model_name='storageaccount',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('guaranteed_through__isnull', True), ('guarantor__isnull', True)), models.Q(('guaranteed_through__isnull', False), ('guarantor__isnull', False)), _connector='OR'), name='a_guarantee_names_its_guarantor'),
        ),
        migrations.AddConstraint(
            model_name='storageaccount',
            constraint=models.CheckConstraint(condition=models.Q(('paid_through__isnull', True), models.Q(('charged_through__isnull', False), ('paid_through__lte', models.F('charged_through'))), _connector='OR'), name='only_charged_days_are_paid'),
        ),
        migrations.AddConstraint(
            model_name='freetimenotice',
            constraint=models.UniqueConstraint(fields=('account', 'hours'), name='a_last_free_day_is_announced_once'),
        ),
        migrations.AddConstraint(
            model_name='tariff',
            constraint=models.UniqueConstraint(fields=('terminal', 'code'), name='a_tariff_has_a_name_of_its_own'),
        ),
        migrations.AddConstraint(
            model_name='tariff',
            constraint=models.UniqueConstraint(condition=models.Q(('in_use', True)), fields=('terminal',), name='a_terminal_charges_by_one_tariff'),
        ),
        migrations.AddConstraint(
            model_name='tariff',
            constraint=models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$'), ('minor_digits__lte', 4)), name='a_tariff_is_in_a_currency', violation_error_message='A currency is three capital letters and 0 to 4 digits, such as CNY with 2.'),
        ),
        migrations.AddConstraint(
            model_name='tariffversion',
            constraint=models.UniqueConstraint(fields=('tariff', 'name'), name='a_version_has_a_name_of_its_own'),
        ),
        migrations.AddConstraint(
            model_name='tariffversion',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='a_version_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='tariffversion',
            constraint=models.CheckConstraint(condition=models.Q(('vat_rate__gte', 0), ('vat_rate__lt', 1)), name='a_vat_rate_is_a_share'),
        ),
        migrations.AddConstraint(
            model_name='tariffversion',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('tariff', '='), (models.Func('valid_from', 'valid_until', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True), function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='a_day_has_one_version_of_a_tariff'),
        ),
        migrations.AddConstraint(
            model_name='piecerate',
            constraint=models.UniqueConstraint(fields=('version', 'unit', 'service'), name='a_service_has_one_rate'),
        ),
        migrations.AddConstraint(
            model_name='piecerate',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gte', 0)), name='a_rate_is_nothing_or_more'),
        ),
        migrations.AddConstraint(
            model_name='freetimerule',
            constraint=models.UniqueConstraint(fields=('version', 'customer', 'direction', 'length_ft', 'laden'), name='free_time_is_given_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='freetimerule',
            constraint=models.CheckConstraint(condition=models.Q(('counted__in', ['calendar_days', 'working_days'])), name='free_days_are_counted_in_a_known_way'),
        ),
        migrations.AddConstraint(
            model_name='freetimerule',
            constraint=models.CheckConstraint(condition=models.Q(('starts__in', ['next_day', 'same_day'])), name='the_clock_starts_on_a_known_day'),
        ),
        migrations.AddIndex(
            model_name='chargeline',
            index=models.Index(condition=models.Q(('invoice__isnull', True), ('withdrawn_at__isnull', True)), fields=['terminal', 'party'], name='charges_to_invoice'),
        ),
        migrations.AddIndex(
            model_name='chargeline',
            index=models.Index(condition=models.Q(('statement__isnull', True), ('withdrawn_at__isnull', True)), fields=['terminal', 'party', 'charged_at'], name='charges_to_state'),
        ),
        migrations.AddIndex(
            model_name='chargeline',
            index=models.Index(fields=['terminal', '-charged_at'], name='charges_by_time'),
        ),
        migrations.AddIndex(
            model_name='chargeline',
            index=models.Index(fields=['version_used', '-tariff_on'], name='charges_by_tariff'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=models.CheckConstraint(condition=models.Q(('unit__in', ['lift', 'm2_day', 'package', 'teu_day'])), name='a_charge_counts_something_known'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0)), name='a_charge_is_nothing_or_more'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=models.CheckConstraint(condition=models.Q(('credited_minor__gte', 0), ('credited_minor__lte', models.F('amount_minor'))), name='no_more_is_credited_than_was_charged'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('invoice__isnull', True), ('statement__isnull', True)), _connector='OR'), name='a_withdrawn_charge_is_on_no_paper'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('invoice__isnull', True), ('position__isnull', True)), models.Q(('invoice__isnull', False), ('position__isnull', False)), _connector='OR'), name='a_charge_has_a_place_on_its_invoice'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=models.CheckConstraint(condition=models.Q(('events__len__gte', 1)), name='a_charge_names_an_event'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', False), ('cause__isnull', True), ('first_on__isnull', False), ('last_on__isnull', False)), models.Q(('account__isnull', True), ('cause__isnull', False)), _connector='OR'), name='a_charge_has_a_cause'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('terminal', 'cause'), name='a_cause_is_charged_once'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=models.UniqueConstraint(fields=('invoice', 'position'), name='an_invoice_counts_its_lines'),
        ),
        migrations.AddConstraint(
            model_name='chargeline',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('account__isnull', False), ('withdrawn_at__isnull', True)), expressions=[('account', '='), (models.Func('first_on', 'last_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True), function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='a_day_of_storage_is_charged_once'),
        ),
        migrations.AddConstraint(
            model_name='tierrule',
            constraint=models.UniqueConstraint(fields=('version', 'customer', 'direction', 'length_ft', 'laden', 'from_day'), name='a_tier_begins_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='tierrule',
            constraint=models.CheckConstraint(condition=models.Q(('from_day__gte', 1)), name='the_first_chargeable_day_is_day_one'),
        ),
        migrations.AddConstraint(
            model_name='tierrule',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gte', 0)), name='a_tier_costs_nothing_or_more'),
        ),
        migrations.RunSQL(REFUSE + ADD_UP + KEEP_TARIFFS, FORGET),
    ]
