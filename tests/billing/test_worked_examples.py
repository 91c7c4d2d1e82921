"""The worked examples of the terminal's facts, from a box's events in the journal to a statement its payer computes."""

import json
from datetime import date, datetime

import pytest

from apps.billing import services
from apps.billing.models import ChargeLine, Statement, StorageAccount
from terminal.charges.__main__ import main
from terminal.charges.recomputing import recompute
from tests.factories.billing import APRIL_1, CLERK, GONE, GROUNDED, calendar_2025, grounded, steppe_grain, version
from tests.factories.charges import SHANGHAI
from tests.factories.network import TerminalFactory

MARCH = date(2025, 3, 1)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def charged_and_stated(charged="2025-03-14T12:00"):
    """What the beat does: the accounts, what has gone, and the month's statement."""
    lyg, at = TerminalFactory(), moment(charged)
    services.open_accounts(lyg, at=at)
    services.charge_departed(lyg, at=at)
    (statement,) = services.state_month(terminal=lyg, party=steppe_grain(), month=MARCH, by=CLERK, at=APRIL_1)
    return statement


def document(statement):
    return json.loads(statement.document)


def recomputed(statement, tmp_path, capsys):
    """What the payer's machine says of the file."""
    file = tmp_path / "statement.json"
    file.write_text(statement.document, encoding="utf-8")
    ended = main([str(file)])
    return ended, capsys.readouterr().out


def test_the_first_worked_example_from_journal_to_statement(db, tmp_path, capsys):
    version()
    grounded(GROUNDED, gone=GONE)
    statement = charged_and_stated()
    (line,) = document(statement)["lines"]
    assert line["found"]["free_on"] == [f"2025-03-0{day}" for day in range(4, 9)]
    assert line["found"]["last_free_on"] == "2025-03-08"
    assert [(step["from_day"], len(step["days"]), step["rate"]) for step in line["found"]["steps"]] == [
        (1, 3, "10"),
        (4, 1, "20"),
    ]
    assert (line["amount"], statement.net_minor, statement.vat_minor, statement.gross_minor) == (
        "50.00",
        5000,
        300,
        5300,
    )
    assert recomputed(statement, tmp_path, capsys) == (0, "right: 1 lines, total 53.00 CNY\n")


def test_the_second_worked_example_counts_working_days_of_china(db, tmp_path, capsys):
    calendar_2025()
    version(counted="working_days")
    grounded(moment("2025-01-24T10:00"), gone=moment("2025-02-12T09:00"))
    statement = charged_and_stated("2025-02-12T10:00")
    (line,) = document(statement)["lines"]
    assert line["found"]["free_on"] == ["2025-01-26", "2025-01-27", "2025-02-05", "2025-02-06", "2025-02-07"]
    assert line["found"]["last_free_on"] == "2025-02-07"
    assert line["calendar"] == "China 2025-01-01 – 2025-12-31"
    assert recomputed(statement, tmp_path, capsys)[0] == 0
    account = StorageAccount.objects.get()
    assert account.calculated_last_free_on == date(2025, 2, 7)


def test_a_third_example_with_a_pause_that_covers_more_than_half_of_two_days(db, tmp_path, capsys):
    version()
    visit = grounded(GROUNDED, number="TCLU5088040", size_type="L5G1", gone=moment("2025-03-14T11:00"))
    said = {"kind": "inspection", "reason": "customs inspection", "by": CLERK, "at": APRIL_1}
    services.start_pause(visit, starts_at=moment("2025-03-06T06:00"), ends_at=moment("2025-03-07T14:00"), **said)
    statement = charged_and_stated()
    (line,) = document(statement)["lines"]
    assert line["found"]["paused_on"] == ["2025-03-06", "2025-03-07"]
    assert line["found"]["last_free_on"] == "2025-03-10"
    # four days after the 10th: three at 10, one at 20, of 2.25 TEU
    assert (line["found"]["teu"], line["amount"]) == ("2.25", "112.50")
    assert recomputed(statement, tmp_path, capsys)[0] == 0


@pytest.mark.parametrize("place", ["amount", "given"])
def test_a_figure_changed_by_one_is_found_offline(db, place):
    version()
    grounded(GROUNDED, gone=GONE)
    changed = document(charged_and_stated())
    if place == "amount":
        changed["lines"][0]["amount"] = "51.00"
    else:
        changed["lines"][0]["given"]["ended"]["at"] = "2025-03-13T11:00:00+08:00"
    assert recompute(changed)


def test_a_statement_is_issued_once_and_a_charge_is_on_one(db):
    version()
    grounded(GROUNDED, gone=GONE)
    statement = charged_and_stated()
    assert charged_and_stated() == statement
    assert Statement.objects.count() == 1
    assert ChargeLine.objects.get().statement == statement
