"""What is published of foreign trade, and what of it cannot be true together."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.trade import Contradiction, Doubt, Statement, contradictions

TABLE = Statement(
    source="table",
    turnover=Decimal("7083389.3"),
    exports=Decimal("3820515.6"),
    imports=Decimal("3262873.6"),
    turnover_change=Decimal("-24.7"),
    exports_change=Decimal("-23.9"),
    imports_change=Decimal("-31.2"),
)
TEXT = Statement(source="text", imports=Decimal(3_160_000), rounded_to=Decimal(10_000))
money = st.integers(1, 10**9).map(lambda n: Decimal(n) / 10)
changes = st.integers(-900, 900).map(lambda n: Decimal(n) / 10)


def test_the_table_of_2016_contradicts_the_text_and_itself():
    assert contradictions([TABLE, TEXT]) == [
        Contradiction(Doubt.CHANGE, "turnover_change", "table", Decimal("-24.7"), Decimal("-27.4")),
        Contradiction(Doubt.SOURCES, "imports", "table", Decimal("3262873.6"), Decimal(3_160_000), "text"),
    ]


def test_what_a_coarse_source_rounds_is_no_contradiction():
    assert contradictions([replace(TABLE, turnover_change=None), replace(TEXT, imports=Decimal(3_260_000))]) == []


def test_a_sum_may_be_off_by_what_was_rounded_and_no_more():
    right = replace(TABLE, turnover_change=None)
    assert contradictions([replace(right, turnover=Decimal("7083389.1"))]) == []
    (found,) = contradictions([replace(right, turnover=Decimal("7083389.5"))])
    assert (found.doubt, found.other) == (Doubt.SUM, Decimal("7083389.2"))


def test_of_what_nobody_says_nothing_is_doubted():
    assert contradictions([Statement(source="table"), TEXT]) == []


@settings(max_examples=60)
@given(money, money, changes, changes)
def test_figures_that_are_true_and_only_rounded_are_never_doubted(exports, imports, of_exports, of_imports):
    before = exports / (1 + of_exports / 100) + imports / (1 + of_imports / 100)
    change = ((exports + imports) / before - 1) * 100
    told = Statement(
        source="table",
        turnover=exports + imports,
        exports=exports,
        imports=imports,
        turnover_change=change.quantize(Decimal("0.1")),
        exports_change=of_exports,
        imports_change=of_imports,
    )
    assert contradictions([told]) == []
