"""Statements: lines added up, a document complete in itself, and every figure of it computed again."""

import json
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.capacity import EmptyStay
from terminal.charges.__main__ import main
from terminal.charges.boxes import Conditions
from terminal.charges.dates import Override
from terminal.charges.lines import ChargeWithoutEvent, NotByThePiece, NothingToCharge, charge_area, charge_pieces
from terminal.charges.recomputing import Difference, recompute
from terminal.charges.rules import FreeTime, Rate, Tier, TierTable, Unit
from terminal.charges.statements import CalendarTwice, Statement, VatShare, ZoneMix
from terminal.charges.storage import charge_storage
from terminal.charges.tariffs import CurrencyMix, NotInForce, VersionTwice
from terminal.charges.writing import canonical, checksum, document_text, line_as_json, statement_as_json
from tests.factories.charges import (
    CHINA,
    FIVE_WORKING_DAYS,
    GROUNDED,
    SHANGHAI,
    STORAGE,
    box,
    event,
    moment,
    pause,
    standing,
    standing_still,
    version,
)

ROOT = Path(__file__).parents[2]
WORKING = version(version="working days", free_times=(FIVE_WORKING_DAYS,), vat_rate=Decimal("0.13"))


def storage(stay, by=STORAGE, calendar=None, zone=SHANGHAI):
    return charge_storage(stay, version=by, zone=zone, calendar=calendar)


def area(start="2025-03-03T10:00", end="2025-03-05T12:00", m2="120.5", **said):
    known = {"what": "LB-7", "service": "bonded", "events": (event("booking-checked-in", start),)}
    return charge_area(
        **{**known, "version": STORAGE, "zone": SHANGHAI, **said},
        area_m2=Decimal(m2),
        starts_at=moment(start),
        ends_at=moment(end),
    )


def pieces(unit=Unit.PACKAGE, count=41, **said):
    known = {"what": "LOT-3", "service": "stripped", "events": (event("container-stripped", "2025-03-05T15:00"),)}
    return charge_pieces(unit=unit, count=count, **{**known, "version": STORAGE, "zone": SHANGHAI, **said})


def statement(*lines, **said):
    head = {"number": "2025-03-0007", "party": "Steppe Grain", "issued_on": date(2025, 4, 1), "zone": SHANGHAI}
    return Statement(**{**head, "currency": "CNY", "minor_digits": 2, **said}, lines=lines)


def written(of):
    """The document as it comes out of its file."""
    return json.loads(json.dumps(statement_as_json(of)))


FIRST = storage(standing("2025-03-03T16:20", "2025-03-12T11:00"))
MUCH = statement(
    FIRST,
    storage(standing("2025-01-24T10:00", "2025-02-12T09:00", of=box(45)), WORKING, CHINA),
    storage(
        standing(
            "2025-03-03T16:20",
            "2025-03-20T11:00",
            of=box(40, customer="Steppe Grain"),
            pauses=(pause("2025-03-10T06:00", "2025-03-10T20:00"), pause("2025-03-12T08:00", "2025-03-12T18:00")),
            override=Override(last_free_on=date(2025, 3, 9), by="Li Na", why="crane out of order"),
            paid_through=date(2025, 3, 11),
            charged_through=date(2025, 3, 12),
            guaranteed_through=date(2025, 3, 15),
        )
    ),
    storage(standing_still("2025-03-03T16:20", "2025-03-09T09:00")),
    area(),
    pieces(),
    pieces(Unit.LIFT, 2, service="to inspection"),
)


def test_a_document_put_together_of_lines_written_before_is_the_document():
    whole = statement_as_json(MUCH)
    rest = {key: value for key, value in whole.items() if key not in ("lines", "checksum")}
    text = document_text(rest, [canonical(line_as_json(line)) for line in MUCH.lines])
    assert json.loads(text) == whole
    assert text == canonical(whole)


class TestLines:
    def test_area_is_charged_by_the_half_days_it_touches(self):
        line = area()
        assert line.half_days == 5
        assert line.quantity == Decimal("301.25")
        assert str(line.amount) == "406.69"

    def test_packages_and_lifts_are_charged_by_the_piece(self):
        assert str(pieces().amount) == "102.50"
        assert str(pieces(Unit.LIFT, 2, service="to inspection").amount) == "360.00"

    @pytest.mark.parametrize("m2", ["0", "-1", "NaN"])
    def test_no_area_is_nothing_to_charge(self, m2):
        with pytest.raises(NothingToCharge, match="LB-7"):
            area(m2=m2)

    @pytest.mark.parametrize("count", [0, -3])
    def test_no_piece_is_nothing_to_charge(self, count):
        with pytest.raises(NothingToCharge, match="LOT-3"):
            pieces(count=count)

    def test_a_stay_ends_after_it_begins(self):
        with pytest.raises(EmptyStay):
            area(end="2025-03-03T10:00")

    def test_a_charge_comes_from_something_that_happened(self):
        for charge, what in ((area, "LB-7"), (pieces, "LOT-3")):
            with pytest.raises(ChargeWithoutEvent, match=what):
                charge(events=())

    def test_what_is_measured_is_not_counted(self):
        with pytest.raises(NotByThePiece, match="m2_day"):
            pieces(Unit.M2_DAY)

    def test_the_tariff_of_the_day_it_began_counts(self):
        later = version(valid_from=date(2025, 3, 4))
        with pytest.raises(NotInForce):
            area(version=later)
        with pytest.raises(NotInForce):
            pieces(events=(event("b", "2025-03-04T09:00"), event("a", "2025-03-03T09:00")), version=later)

    def test_the_callers_precision_changes_no_cent(self):
        usual = statement_as_json(MUCH)
        with localcontext(prec=2):
            assert area().amount == Decimal("406.69")
            assert statement_as_json(MUCH) == usual


class TestStatements:
    def test_net_vat_by_rates_and_gross_are_exact(self):
        third = storage(standing("2025-01-24T10:00", "2025-02-12T09:00", of=box(45)), WORKING, CHINA)
        both = statement(FIRST, third, area())
        assert str(third.amount) == "157.50"
        assert str(both.net) == "614.19"
        assert both.vat == (
            VatShare(rate=Decimal("0.06"), net=Decimal("456.69"), vat=Decimal("27.40")),
            VatShare(rate=Decimal("0.13"), net=Decimal("157.50"), vat=Decimal("20.48")),
        )
        assert str(both.gross) == "662.07"

    def test_a_currency_without_minor_unit_is_rounded_to_whole_ones(self):
        yen = version(currency="JPY", minor_digits=0)
        line = area(version=yen)
        assert str(line.amount) == "407"
        assert str(statement(line, currency="JPY", minor_digits=0).gross) == "431"

    def test_a_statement_of_nothing_is_of_zero(self):
        assert str(statement().gross) == "0.00"
        assert recompute(written(statement())) == []

    @pytest.mark.parametrize("changed", [{"currency": "KZT"}, {"minor_digits": 3}])
    def test_a_statement_has_one_currency(self, changed):
        with pytest.raises(CurrencyMix, match="one currency"):
            statement(FIRST, area(version=version(version="other", **changed)))

    def test_a_statement_counts_the_days_of_one_site(self):
        with pytest.raises(ZoneMix, match="Asia/Almaty"):
            statement(FIRST, pieces(zone=ZoneInfo("Asia/Almaty")))

    def test_two_versions_or_calendars_of_one_name_are_told_apart_by_nobody(self):
        with pytest.raises(VersionTwice, match="Storage 2025/1"):
            statement(FIRST, area(version=version(vat_rate=Decimal(0))))
        stay = standing("2025-01-24T10:00", "2025-02-12T09:00")
        other = replace(CHINA, swapped=frozenset())
        with pytest.raises(CalendarTwice, match="China 2025"):
            statement(storage(stay, WORKING, CHINA), storage(stay, WORKING, other))


class TestDocument:
    def test_what_was_agreed_with_others_is_not_in_it(self):
        agreed = [
            FreeTime(days=days, clock_event=GROUNDED, conditions=Conditions(customer=name))
            for name, days in (("Steppe Grain", 9), ("Caspian Steel", 30))
        ]
        cheap = TierTable(tiers=(Tier(1, Decimal(1)),), conditions=Conditions(customer="Caspian Steel"))
        by = version(
            free_times=(*STORAGE.free_times, *agreed), tier_tables=(*STORAGE.tier_tables, cheap), version="agreed"
        )
        stay = standing("2025-03-03T16:20", "2025-03-20T11:00", of=box(customer="Steppe Grain"))
        document = written(statement(storage(stay, by)))
        assert "Caspian" not in json.dumps(document)
        assert document["lines"][0]["found"]["rule"]["days"] == 9
        assert recompute(document) == []

    def test_every_line_names_its_events_tariff_and_calendar(self):
        document = written(MUCH)
        assert set(document["tariffs"]) == {"Storage 2025/1", "Storage working days"}
        assert set(document["calendars"]) == {"China 2025"}
        assert [line["calendar"] for line in document["lines"]].count("China 2025") == 1
        assert document["lines"][0]["events"] == [
            "container-discharged 2025-03-03T16:20",
            "container-gated-out 2025-03-12T11:00",
        ]
        assert document["lines"][0]["given"]["started"]["at"] == "2025-03-03T16:20:00+08:00"

    def test_a_right_statement_is_found_right(self):
        assert recompute(written(MUCH)) == []

    def test_round_figures_are_the_same_however_they_are_kept(self):
        rates = (Rate(unit=Unit.M2_DAY, rate=Decimal("1E+1")), Rate(unit=Unit.PACKAGE, rate=Decimal("2E+2")))
        by = version(version="round", rates=rates)
        lines = area(m2="4E+1", version=by), pieces(version=by)
        assert [line.amount for line in lines] == [1000, 8200]
        assert recompute(written(statement(*lines))) == []

    def test_a_wrong_amount_is_told_with_its_place_and_what_is_right(self):
        document = written(statement(FIRST))
        document["lines"][0]["amount"] = "50.01"
        document["checksum"] = checksum(document)
        (difference,) = recompute(document)
        assert difference == Difference("/lines/0/amount", "50.01", "50.00")
        assert str(difference) == "/lines/0/amount: says '50.01', computed '50.00'"

    def test_a_change_that_changes_no_figure_is_told_by_the_checksum(self):
        document = written(statement(FIRST))
        document["lines"][0]["given"]["started"]["at"] = "2025-03-03T16:21:00+08:00"
        assert [each.pointer for each in recompute(document)] == ["/checksum"]

    def test_a_zone_with_other_rules_is_found_out(self):
        document = written(statement(FIRST))
        document["lines"][0]["given"]["started"]["at"] = "2025-03-03T14:20:00+06:00"
        assert "/lines/0/given/started/at" in {each.pointer for each in recompute(document)}

    def test_something_added_or_left_out_is_told(self):
        document = written(MUCH)
        document["discount"] = "5.00"
        document["lines"][0]["parts"].pop()
        document["checksum"] = checksum(document)
        assert [each.pointer for each in recompute(document)] == ["/lines/0/parts/1", "/discount"]

    def test_a_number_of_another_kind_and_one_too_many_are_told(self):
        document = written(MUCH)
        document["lines"][0]["found"]["steps"][0]["from_day"] = True
        document["lines"][4]["found"]["half_days"] = 5.0
        document["lines"][0]["parts"].append({"quantity": "1.00"})
        document["tariffs"]["Storage 2025/1"]["valid_from"] = "20250101"
        document["checksum"] = checksum(document)
        assert [each.pointer for each in recompute(document)] == [
            "/tariffs/Storage 2025~11/valid_from",
            "/lines/0/found/steps/0/from_day",
            "/lines/0/parts/2",
            "/lines/4/found/half_days",
        ]

    def test_a_line_left_out_is_missed_in_the_sums(self):
        document = written(MUCH)
        document["lines"].pop()
        document["checksum"] = checksum(document)
        assert {"/net", "/gross"} <= {each.pointer for each in recompute(document)}

    @pytest.mark.parametrize(
        ("where", "what", "told"),
        [
            (["format"], "landbridge-statement-9", "this reads landbridge-statement-1"),
            (["zone"], "Asia/Atlantis", "Asia/Atlantis"),
            (["zone"], "Asia", "/zone"),
            (["lines", 0, "tariff"], "Storage 1999", "Storage 1999"),
            (["lines", 0, "given", "box", "laden"], "yes", "neither true nor false"),
            (["lines", 0, "given", "ended", "at"], "2025-03-12T11:00:00", "has no zone"),
            (["lines", 0, "given", "ended", "at"], "yesterday", "/lines/0"),
            (["lines", 0, "given", "box", "length_ft"], 20, "no text"),
            (["lines", 0, "given"], None, "/lines/0"),
            (["lines", 4, "given", "area_m2"], "a lot", "/lines/4"),
            (["lines", 5, "given", "count"], 41.0, "no whole number"),
            (["tariffs", "Storage 2025/1", "tier_tables", 0, "tiers", 1, "from_day"], 1, "later day"),
            (["tariffs", "Storage 2025/1", "tier_tables", 0, "tiers", 1, "rate"], "1E+999999", "too large"),
            (["currency"], "KZT", "one currency"),
            (["lines"], None, "/lines"),
            (["calendars", "China 2025", "last_on"], "2025-02-01", "China 2025"),
        ],
    )
    def test_what_cannot_be_computed_is_told_with_its_place(self, where, what, told):
        document = written(MUCH)
        there = document
        for step in where[:-1]:
            there = there[step]
        there[where[-1]] = what
        differences = recompute(document)
        assert any(told in str(each) for each in differences)

    @pytest.mark.parametrize("document", [None, [], "statement", 7, {}, {"format": "landbridge-statement-1"}])
    def test_what_is_no_statement_is_told_so(self, document):
        (difference,) = recompute(document)
        assert "computed" in difference.computed or "format" in difference.computed


def leaves(node, path=()):
    """Every place of a document where a value stands."""
    if isinstance(node, dict):
        for key, each in node.items():
            yield from leaves(each, (*path, key))
    elif isinstance(node, list):
        for number, each in enumerate(node):
            yield from leaves(each, (*path, number))
    else:
        yield path, node


def changed(value):
    """Another of the same kind: a digit more, a day later, the opposite."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + 1
    try:
        return str(date.fromisoformat(value) + timedelta(days=1))
    except ValueError:
        return value[:-1] + ("1" if value.endswith("0") else "0")


def computed_from_others(path):
    return path[0] in {"net", "vat", "gross"} or (path[0] == "lines" and path[2] in {"found", "parts", "amount"})


DOCUMENT = written(MUCH)
PLACES = list(leaves(DOCUMENT))
COMPUTED = [place for place in PLACES if computed_from_others(place[0])]


def with_change(path, value):
    document = deepcopy(DOCUMENT)
    there = document
    for step in path[:-1]:
        there = there[step]
    there[path[-1]] = changed(value)
    return document


@given(st.sampled_from(PLACES))
@settings(max_examples=120, deadline=None)
def test_any_single_change_of_a_statement_is_found(place):
    assert recompute(with_change(*place))


@given(st.sampled_from(COMPUTED))
@settings(max_examples=80, deadline=None)
def test_any_changed_figure_or_day_that_follows_from_others_is_found_where_it_stands(place):
    document = with_change(*place)
    document["checksum"] = checksum(document)
    pointer = "".join(f"/{step}" for step in place[0])
    assert [each.pointer for each in recompute(document)] == [pointer]


stays = st.builds(
    lambda hours, length, skipped, paid: standing(
        "2025-03-03T16:20",
        (moment("2025-03-03T16:20") + timedelta(hours=hours)).replace(tzinfo=None).isoformat(),
        of=box(length),
        pauses=(pause("2025-03-06T00:00", f"2025-03-0{6 + skipped}T15:00"),),
        paid_through=paid,
    ),
    st.integers(0, 600),
    st.sampled_from(["20", "30", "40", "45", "53"]),
    st.integers(0, 3),
    st.none() | st.dates(date(2025, 3, 1), date(2025, 4, 1)),
)
rates = st.decimals(0, 1000, places=3)
charges = st.one_of(
    st.builds(storage, stays),
    st.builds(storage, stays, st.just(WORKING), st.just(CHINA)),
    st.builds(lambda m2: area(m2=m2), st.decimals(Decimal("0.01"), 20_000, places=2)),
    st.builds(lambda count: pieces(count=count), st.integers(1, 5000)),
    st.builds(
        lambda rate: pieces(version=version(version=f"at {rate}", rates=(replace(STORAGE.rates[2], rate=rate),))),
        rates,
    ),
)


@given(st.lists(charges, max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_statement_is_right_when_computed_again_and_adds_up(lines):
    whole = statement(*lines)
    assert recompute(written(whole)) == []
    assert whole.net == sum(line.amount for line in lines)
    assert whole.gross == whole.net + sum(share.vat for share in whole.vat)
    assert whole.net == sum(share.net for share in whole.vat)
    for line in lines:
        assert abs(line.amount - sum(part.quantity * part.rate for part in line.parts)) <= Decimal("0.005")


class TestOffline:
    """The payer's own machine: Python and the folder, nothing that has to be installed."""

    def run(self, *arguments):
        # -S leaves out whatever was installed, -E whatever the environment would add.
        call = [sys.executable, "-S", "-E", "-m", "terminal.charges", *map(str, arguments)]
        return subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)

    def test_a_right_statement_ends_with_0_without_any_installed_package(self, tmp_path):
        file = tmp_path / "statement.json"
        file.write_text(json.dumps(DOCUMENT), encoding="utf-8")
        done = self.run(file)
        assert (done.stdout, done.stderr) == (f"right: 7 lines, total {DOCUMENT['gross']} CNY\n", "")
        assert done.returncode == 0

    def test_a_wrong_statement_ends_with_1_and_every_difference(self, tmp_path, capsys):
        file = tmp_path / "statement.json"
        file.write_text(json.dumps({**DOCUMENT, "gross": "1.00"}), encoding="utf-8")
        assert main([str(file)]) == 1
        told = capsys.readouterr().out
        assert f"/gross: says '1.00', computed '{DOCUMENT['gross']}'" in told
        assert told.endswith("wrong: 2 differences\n")

    def test_what_is_no_document_ends_with_2(self, tmp_path, capsys):
        file = tmp_path / "statement.json"
        assert main([]) == 2
        assert main([str(file)]) == 2
        file.write_text("not JSON", encoding="utf-8")
        assert main([str(file)]) == 2
        assert "statement.json" in capsys.readouterr().err
