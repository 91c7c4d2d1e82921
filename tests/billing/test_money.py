"""Charges on invoices, what is paid and credited, and what a payer objects to."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.billing import services
from apps.billing.models import ChargeLine, StorageAccount
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.charges.rules import Unit
from terminal.charges.tariffs import CurrencyMix
from terminal.errors import Refused
from tests.factories.billing import CLERK, GONE, GROUNDED, grounded, lift, steppe_grain, tariff, version
from tests.factories.parties import PartyFactory

TOLD = GONE + timedelta(hours=1)


@pytest.fixture
def gone(db):
    """A box whose storage is charged: 50.00 and VAT."""
    version()
    visit = grounded(GROUNDED, gone=GONE)
    services.open_accounts(visit.terminal, at=TOLD)
    services.charge_departed(visit.terminal, at=TOLD)
    return visit


def invoiced(visit):
    (paper,) = services.invoice(terminal=visit.terminal, party=steppe_grain(), by=CLERK, at=TOLD)
    return paper


def paid(paper, amount_minor, reference="BOC-1", currency="CNY"):
    money = {"amount_minor": amount_minor, "currency": currency, "received_on": TOLD.date(), "reference": reference}
    shares = [services.Share(paper)]
    who = {"terminal": paper.terminal, "party": paper.party, "by": CLERK, "at": TOLD}
    payment = services.pay(**who, **money, shares=shares)
    paper.refresh_from_db()
    return payment


def test_an_invoice_adds_up_its_lines_with_vat_and_is_due_by_the_tariffs_days(gone):
    lift(gone, at=TOLD)
    paper = invoiced(gone)
    assert paper.number == "INV-CNLYG-2025-00001"
    assert (paper.net_minor, paper.vat_minor, paper.gross_minor) == (23000, 1380, 24380)
    assert paper.due_on - paper.issued_on == timedelta(days=30)
    assert list(paper.lines.order_by("position").values_list("position", "amount_minor")) == [(1, 5000), (2, 18000)]


def test_a_charge_is_invoiced_once(gone):
    invoiced(gone)
    with pytest.raises(services.NothingToInvoice):
        invoiced(gone)


def test_numbers_have_no_gap_where_an_invoice_failed(gone):
    invoiced(gone)
    lift(gone, at=TOLD)
    with pytest.raises(services.OthersCharges):
        services.invoice(
            terminal=gone.terminal, party=PartyFactory(), by=CLERK, at=TOLD, lines=list(ChargeLine.objects.all())
        )
    assert invoiced(gone).sequence == 2


def test_charges_in_two_currencies_are_two_invoices_and_refused_where_they_were_to_be_one(gone):
    tariff().__class__.objects.update(in_use=False)
    dollars = tariff().__class__.objects.create(terminal=gone.terminal, code="Dollars", currency="USD", in_use=True)
    version("usd", of=dollars)
    lift(gone, at=TOLD)
    said = {"terminal": gone.terminal, "party": steppe_grain(), "by": CLERK, "at": TOLD}
    with pytest.raises(CurrencyMix):
        services.invoice(**said, lines=list(ChargeLine.objects.all()))
    assert [each.currency for each in services.invoice(**said)] == ["CNY", "USD"]


def test_a_paid_invoice_pays_its_boxes_through_their_last_day(gone):
    paper = invoiced(gone)
    assert paid(paper, 5300).free_minor == 0
    assert (paper.status, paper.open_minor) == ("paid", 0)
    assert StorageAccount.objects.get().paid_through == date(2025, 3, 12)


def test_part_of_it_is_paid_and_what_is_too_much_stays_on_the_payment(gone):
    paper = invoiced(gone)
    paid(paper, 5299)
    assert (paper.status, StorageAccount.objects.get().paid_through) == ("part_paid", None)
    assert paid(paper, 100, "BOC-2").free_minor == 99
    assert paper.status == "paid"


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"amount_minor": 0}, services.NotAnAmount),
        ({"amount_minor": 5300, "currency": "USD"}, CurrencyMix),
    ],
)
def test_money_that_is_none_or_of_another_currency_is_refused(gone, asked, refusal):
    paper = invoiced(gone)
    with pytest.raises(refusal):
        paid(paper, **asked)
    assert paper.open_minor == 5300


def test_a_payment_is_entered_once(gone):
    paper = invoiced(gone)
    paid(paper, 100)
    with pytest.raises(services.PaidAlready):
        paid(paper, 100)


def test_more_than_an_invoice_asks_is_not_put_on_it(gone):
    paper = invoiced(gone)
    payment = paid(paper, 6000)
    with pytest.raises(services.PaysTooMuch):
        services.allocate(payment, shares=[services.Share(paper, 1)], by=CLERK, at=TOLD)


def test_a_credit_takes_back_its_vat_to_the_cent_and_never_more_than_was_charged(gone):
    paper = invoiced(gone)
    (line,) = paper.lines.all()
    said = {"reason": "the crane was down", "by": CLERK, "at": TOLD}
    notes = [services.credit(paper, credits=[services.Credit(line, part)], **said) for part in (1234, 1, None)]
    assert sum(note.gross_minor for note in notes) == paper.gross_minor
    paper.refresh_from_db()
    assert (paper.status, paper.open_minor) == ("credited", 0)
    with pytest.raises(Refused):
        services.credit_all(paper, **said)


def test_too_much_is_not_credited(gone):
    paper = invoiced(gone)
    with pytest.raises(services.CreditsTooMuch):
        services.credit(paper, credits=[services.Credit(paper.lines.get(), 5001)], reason="generous", by=CLERK, at=TOLD)


def test_an_upheld_dispute_is_a_credit_note_and_a_rejected_one_an_answer(gone):
    paper = invoiced(gone)
    payer = Actor.program(steppe_grain(), "their own")
    line = paper.lines.get()
    first = services.dispute(line, reason="customs looked into it", by=payer, at=TOLD)
    with pytest.raises(services.AlreadyDisputed):
        services.dispute(line, reason="again", by=payer, at=TOLD)
    services.reject(first, answer="for two hours only", by=CLERK, at=TOLD)
    second = services.dispute(line, reason="two days, see the seal", by=payer, at=TOLD)
    services.uphold(second, net_minor=2000, answer="you are right", by=CLERK, at=TOLD)
    paper.refresh_from_db()
    assert (first.status, second.status, second.credit_note.gross_minor) == ("rejected", "upheld", 2120)
    assert paper.open_minor == 5300 - 2120


def test_nobody_objects_to_anothers_invoice(gone):
    line = invoiced(gone).lines.get()
    with pytest.raises(NotYours):
        services.dispute(line, reason="too much", by=Actor.program(PartyFactory(), "theirs"), at=TOLD)


def test_a_charge_on_a_paper_is_credited_and_not_withdrawn(gone):
    line = invoiced(gone).lines.get()
    with pytest.raises(services.OnAPaper):
        services.withdraw(line, why="wrong", by=CLERK, at=TOLD)


def test_a_withdrawn_charge_is_charged_anew_as_things_stand(gone):
    services.withdraw(ChargeLine.objects.get(), why="a pause was forgotten", by=CLERK, at=TOLD)
    services.start_pause(
        gone, kind="fault", reason="crane", starts_at=GONE - timedelta(days=2), ends_at=GONE, by=CLERK, at=TOLD
    )
    services.charge_departed(gone.terminal, at=TOLD)
    assert ChargeLine.objects.standing().get().amount == Decimal("20.00")


def test_every_step_of_money_is_in_the_journal_for_staff_alone(gone):
    paper = invoiced(gone)
    paid(paper, 5300)
    services.credit_all(paper, reason="goodwill", by=CLERK, at=TOLD)
    kinds = Entry.objects.filter(audience="staff").values_list("kind", flat=True)
    assert {"charged", "invoice-issued", "payment-received", "storage-paid", "credit-given"} <= set(kinds)


def test_extra_lifts_are_charged_by_the_piece_with_the_note_as_their_event(gone):
    line = lift(gone, at=TOLD, count=2)
    assert (line.unit, line.amount) == (Unit.LIFT.value, Decimal("360.00"))
    assert Entry.objects.get(pk=line.events[0]).kind == "extra-work-noted"


def test_a_box_is_not_paid_through_days_behind_unpaid_ones(db):
    version()
    visit = grounded(GROUNDED)
    papers = []
    for day in (10, 12):
        services.charge_visit(visit, until=date(2025, 3, day), by=CLERK, at=TOLD)
        papers.append(invoiced(visit))
    paid(papers[1], papers[1].gross_minor)
    assert StorageAccount.objects.get().paid_through is None
    paid(papers[0], papers[0].gross_minor, "BOC-2")
    assert StorageAccount.objects.get().paid_through == date(2025, 3, 12)
