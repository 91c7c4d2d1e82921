"""Goods in bond: signs, documents, amendments, periods and the mass balance of processing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.bonded import (
    ADDS,
    AMENDED,
    DOCUMENTED,
    OVER,
    STILL_ALLOWED,
    TAKES,
    WARNINGS_DAYS,
    AmendsTooMuch,
    LedgerKind,
    MassOutOfBalance,
    NoDocument,
    NotAmended,
    NothingMade,
    PeriodNotLonger,
    PeriodOver,
    Processing,
    WrongSign,
    require_amendment,
    require_longer,
    require_period,
    require_row,
    warning_due,
)

END = date(2026, 12, 31)
KILOS = st.decimals(min_value=0, max_value=10_000, places=3)


@pytest.mark.parametrize("kind", sorted(ADDS))
@pytest.mark.parametrize(("packages", "gross_kg"), [(0, "0"), (5, "0"), (-5, "10"), (5, "-10")])
def test_what_adds_adds_some_weight(kind, packages, gross_kg):
    with pytest.raises(WrongSign, match="adds some kg"):
        require_row(kind, packages, Decimal(gross_kg), "D-1")


@pytest.mark.parametrize("kind", sorted(TAKES))
@pytest.mark.parametrize(("packages", "gross_kg"), [(0, "0"), (-5, "0"), (5, "-10"), (-5, "10")])
def test_what_takes_takes_some_weight(kind, packages, gross_kg):
    with pytest.raises(WrongSign, match="takes some kg away"):
        require_row(kind, packages, Decimal(gross_kg), "D-1")


def test_a_sample_may_leave_every_package_where_it_is():
    require_row(LedgerKind.SAMPLING, 0, Decimal("-0.250"), "order 7")


def test_repacking_changes_packages_and_no_weight():
    require_row(LedgerKind.HANDLING, -60, Decimal(0))
    with pytest.raises(WrongSign, match="changes no weight"):
        require_row(LedgerKind.HANDLING, 0, Decimal(1))


def test_an_extension_changes_nothing_that_is_there():
    require_row(LedgerKind.EXTENSION, 0, Decimal(0), "D-1")
    with pytest.raises(WrongSign, match="changes nothing"):
        require_row(LedgerKind.EXTENSION, 1, Decimal(0), "D-1")


@pytest.mark.parametrize("kind", [LedgerKind.AMENDMENT, LedgerKind.DIFFERENCE])
def test_an_amendment_or_a_difference_of_nothing_is_none(kind):
    require_row(kind, -1, Decimal(0))
    with pytest.raises(WrongSign, match="changes something"):
        require_row(kind, 0, Decimal(0))


@pytest.mark.parametrize("kind", sorted(DOCUMENTED))
def test_what_customs_allow_names_its_document(kind):
    sign = (kind in ADDS) - (kind in TAKES)
    require_row(kind, sign, Decimal(sign), "D-1")
    with pytest.raises(NoDocument):
        require_row(kind, sign, Decimal(sign), "  ")


def test_a_row_can_be_amended_to_nothing_and_not_beyond():
    require_amendment(3, LedgerKind.RECEIPT, (100, Decimal(2000)), (-100, Decimal(-2000)))
    require_amendment(3, LedgerKind.REMOVAL, (-100, Decimal(-2000)), (40, Decimal(800)))
    with pytest.raises(AmendsTooMuch, match=r"says 100 packages .* would say -1 and 2000, and it adds some kg"):
        require_amendment(3, LedgerKind.RECEIPT, (100, Decimal(2000)), (-101, Decimal(0)))
    with pytest.raises(AmendsTooMuch):
        require_amendment(3, LedgerKind.REMOVAL, (-100, Decimal(-2000)), (0, Decimal("2000.001")))
    with pytest.raises(AmendsTooMuch, match="changes no weight"):
        require_amendment(3, LedgerKind.HANDLING, (-60, Decimal(0)), (0, Decimal(1)))


@pytest.mark.parametrize("kind", sorted(set(LedgerKind) - AMENDED))
def test_rows_with_a_counterpart_are_not_amended_alone(kind):
    with pytest.raises(NotAmended, match="Row 4 is of the kind"):
        require_amendment(4, kind, (1, Decimal(1)), (1, Decimal(1)))


def test_the_last_day_of_a_period_is_within_it():
    require_period(LedgerKind.RECEIPT, "E1", END, END)
    with pytest.raises(PeriodOver, match="ended on 2026-12-31"):
        require_period(LedgerKind.RECEIPT, "E1", END, END + timedelta(days=1))


@pytest.mark.parametrize("kind", list(LedgerKind))
def test_when_the_period_is_over_goods_still_leave_and_truths_are_still_told(kind):
    late = END + timedelta(days=1)
    if kind in STILL_ALLOWED:
        require_period(kind, "E1", END, late)
    else:
        with pytest.raises(PeriodOver):
            require_period(kind, "E1", END, late)


def test_an_extension_ends_later():
    require_longer(END, END + timedelta(days=1))
    with pytest.raises(PeriodNotLonger):
        require_longer(END, END)


@pytest.mark.parametrize(
    ("left", "given", "due"),
    [
        (31, (), None),
        (30, (), 30),
        (29, (30,), None),
        (13, (30,), 14),
        (5, (), 7),
        (0, (30, 14, 7), 1),
        (0, (30, 14, 7, 1), None),
        (-1, (30, 14, 7, 1), OVER),
        (-9, (OVER,), None),
    ],
)
def test_each_warning_is_given_once_and_the_nearest_first(left, given, due):
    assert warning_due(END, END - timedelta(days=left), given) == due


@given(st.integers(-100, 100))
def test_whoever_looks_every_day_gives_every_warning_once(first):
    given: list[int] = []
    for left in range(max(first, 31), -5, -1):
        if (due := warning_due(END, END - timedelta(days=left), given)) is not None:
            given.append(due)
    assert given == [*WARNINGS_DAYS, OVER]


@given(KILOS, KILOS, KILOS, KILOS)
def test_what_went_in_is_what_came_out(output, waste, loss, added):
    given_kg = output + waste + loss - added
    figures = {"output_kg": output, "waste_kg": waste, "loss_kg": loss, "added_kg": added}
    if output == 0 or given_kg <= 0:
        with pytest.raises(NothingMade):
            Processing(input_kg=given_kg, **figures)
        return
    assert Processing(input_kg=given_kg, **figures).input_kg == given_kg
    with pytest.raises(MassOutOfBalance):
        Processing(input_kg=given_kg + Decimal("0.001"), **figures)


@pytest.mark.parametrize("figure", ["input_kg", "output_kg"])
def test_nothing_is_made_of_nothing(figure):
    with pytest.raises(NothingMade):
        Processing(**{"input_kg": Decimal(5), "output_kg": Decimal(5), figure: Decimal(0)})


def test_a_figure_below_nothing_does_not_mend_the_balance():
    with pytest.raises(NothingMade):
        Processing(input_kg=Decimal(10), output_kg=Decimal(12), waste_kg=Decimal(-2))


def test_the_yield_is_told_to_a_hundredth_of_a_percent_and_held_against_what_was_approved():
    run = Processing(input_kg=Decimal(1200), output_kg=Decimal(1000), waste_kg=Decimal(150), loss_kg=Decimal(50))
    assert run.yield_percent == Decimal("83.33")
    assert run.keeps_to(Decimal("83.33"), Decimal("83.33"))
    assert run.keeps_to(None, None)
    assert not run.keeps_to(Decimal("83.34"), None)
    assert not run.keeps_to(None, Decimal("83.32"))
