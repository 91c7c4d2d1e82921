"""What the database itself keeps of tariffs and papers, whoever writes to it, and what the pages refuse."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from apps.billing import services
from apps.billing.models import ChargeLine, Invoice, TariffVersion
from apps.billing.services.tariffs import require_whole
from terminal.charges.tariffs import TariffGap
from terminal.errors import Refused
from tests.factories.billing import CLERK, GONE, GROUNDED, everything_billed, grounded, steppe_grain, tariff, version
from tests.factories.network import TerminalFactory
from tests.factories.parties import UserFactory

NEXT_YEAR = date(2026, 1, 1)


def refuses(constraint, sql, *params):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        run(sql, *params)
    assert refused.value.__cause__.diag.constraint_name == constraint


def run(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_a_day_has_one_version_of_a_tariff_even_for_raw_sql(db):
    version()
    refuses(
        "a_day_has_one_version_of_a_tariff",
        "INSERT INTO billing_tariffversion (public_id, version, tariff_id, name, valid_from, vat_rate)"
        " VALUES (gen_random_uuid(), 1, %s, '2025/2', '2025-12-31', 0.06)",
        tariff().pk,
    )
    later = TariffVersion.objects.create(tariff=tariff(), name="2026/1", valid_from=NEXT_YEAR, vat_rate=0)
    assert later.valid_until is None


def test_a_gap_between_versions_is_refused_with_its_days(db):
    version()
    TariffVersion.objects.create(tariff=tariff(), name="2026/1", valid_from=date(2026, 1, 3), vat_rate=0)
    with pytest.raises(TariffGap, match="2026-01-01 to 2026-01-02"):
        require_whole(tariff())


def posted(client, name, valid_from):
    """A version entered on the page, with one rule of each kind."""
    rules = {}
    for prefix in ("freetimerules", "tierrules", "rates"):
        rules |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    said = {"tariff": tariff().pk, "name": name, "valid_from": valid_from, "vat_rate": "0.06", **rules}
    client.force_login(UserFactory(is_superuser=True))
    return client.post(reverse("admin:billing_tariffversion_add"), said, follow=True)


def test_the_page_keeps_no_version_that_leaves_a_gap(client, db):
    version()
    page = posted(client, "2026/1", "2026-01-03")
    assert "2026-01-01" in page.content.decode()
    assert TariffVersion.objects.count() == 1
    posted(client, "2026/1", "2026-01-01")
    assert TariffVersion.objects.count() == 2


CHARGED = [
    ("a_charged_tariff_stays", "UPDATE billing_tariffversion SET vat_rate = 0"),
    ("a_charged_tariff_stays", "UPDATE billing_tariffversion SET valid_until = '2025-03-02'"),
    ("a_charged_tariff_stays", "UPDATE billing_tierrule SET rate = rate + 1"),
    ("a_charged_tariff_stays", "DELETE FROM billing_freetimerule"),
    ("a_charged_tariff_stays", "UPDATE billing_tariff SET currency = 'KZT'"),
]
NEVER = "what_was_issued_is_never_rewritten"
ISSUED = [
    "UPDATE billing_chargeline SET amount_minor = amount_minor + 1",
    "UPDATE billing_chargeline SET document = '{}'",
    "UPDATE billing_chargeline SET invoice_id = NULL, position = NULL",
    "UPDATE billing_chargeline SET credited_minor = 0",
    "DELETE FROM billing_chargeline",
    "UPDATE billing_invoice SET gross_minor = gross_minor + 1, net_minor = net_minor + 1",
    "UPDATE billing_invoice SET paid_minor = 0",
    "DELETE FROM billing_invoice",
    "UPDATE billing_payment SET amount_minor = amount_minor + 1",
    "UPDATE billing_statement SET document = '{}'",
    "UPDATE billing_creditnote SET reason = 'another'",
    "DELETE FROM billing_creditedline",
    "UPDATE billing_allocation SET amount_minor = 1",
]


@pytest.fixture(scope="module")
def billed(django_db_setup, django_db_blocker):
    """Everything billed once for all statements that must fail; rolled back at the end."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield everything_billed()
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.mark.parametrize(("constraint", "sql"), [*CHARGED, *((NEVER, sql) for sql in ISSUED)])
def test_what_was_charged_or_issued_is_not_rewritten_even_by_raw_sql(billed, constraint, sql):
    refuses(constraint, sql)


def test_a_charged_version_may_be_ended_after_what_it_charged(billed):
    run("UPDATE billing_tariffversion SET valid_until = '2025-06-30'")


def test_no_charge_is_added_to_an_invoice_that_was_issued(db):
    line = everything_billed()
    grounded(GROUNDED, number="TCLU5088040", gone=GONE)
    services.open_accounts(line.terminal, at=GONE + timedelta(hours=1))
    services.charge_departed(line.terminal, at=GONE + timedelta(hours=1))
    sql = "UPDATE billing_chargeline SET invoice_id = %s, position = 2 WHERE invoice_id IS NULL"
    refuses("a_paper_is_the_sum_of_its_lines", sql, line.invoice_id)


def test_a_day_of_a_box_is_charged_once(db):
    version()
    visit = grounded(GROUNDED)
    at = GONE
    first = services.charge_visit(visit, until=date(2025, 3, 10), by=CLERK, at=at)
    with pytest.raises(services.ChargedThrough):
        services.charge_visit(visit, until=date(2025, 3, 10), by=CLERK, at=at)
    second = services.charge_visit(visit, until=date(2025, 3, 12), by=CLERK, at=at)
    assert (first.amount_minor, second.amount_minor) == (2000, 3000)


@pytest.mark.django_db(transaction=True)
def test_two_who_invoice_a_party_at_once_make_one_invoice():
    version()
    visit = grounded(GROUNDED, gone=GONE)
    services.open_accounts(visit.terminal, at=GONE)
    services.charge_departed(visit.terminal, at=GONE)
    payer, lyg, start, told = steppe_grain(), TerminalFactory(), threading.Barrier(2), []

    def ask():
        try:
            start.wait()
            told.append(len(services.invoice(terminal=lyg, party=payer, by=CLERK, at=GONE)))
        except Refused as refusal:
            told.append(refusal.code())
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told)) == ["1", "nothing-to-invoice"]
    assert (Invoice.objects.count(), ChargeLine.objects.get().position) == (1, 1)
