"""To whom a declaration falls."""

from datetime import date, timedelta

import pytest

from apps.customs.models import DeclaredGoods, Jurisdiction
from apps.customs.selectors import offices_with_jurisdiction, uncovered
from terminal.customs.jurisdiction import Matter, Rule, chapters_of, offices_for
from tests.factories.calls import MARCH_14
from tests.factories.customs import OfficeFactory, drafted, submitted

COTTON = Matter(regime="import", direction="inbound", party=7, chapters=frozenset({"52", "84"}), zones=frozenset({3}))
TODAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("conditions", "falls"),
    [
        ({}, True),
        ({"regime": "import"}, True),
        ({"regime": "transit"}, False),
        ({"direction": "inbound", "chapter": "84"}, True),
        ({"direction": "outbound", "chapter": "84"}, False),
        ({"chapter": "85"}, False),
        ({"zone": 3}, True),
        ({"zone": 4}, False),
        ({"party": 7}, True),
        ({"party": 8}, False),
        ({"valid_from": TODAY}, True),
        ({"valid_from": TODAY + timedelta(days=1)}, False),
        ({"valid_until": TODAY}, True),
        ({"valid_until": TODAY - timedelta(days=1)}, False),
    ],
)
def test_a_rule_covers_what_meets_all_it_names_while_it_is_in_force(conditions, falls):
    assert offices_for(COTTON, [Rule(office=1, **conditions)], TODAY) == ({1} if falls else set())


def test_each_rule_that_covers_names_its_office():
    rules = [Rule(office=1, chapter="52"), Rule(office=2, regime="import"), Rule(office=3, zone=9), Rule(office=2)]
    assert offices_for(COTTON, rules, TODAY) == {1, 2}
    assert chapters_of(["5205", "8414", ""]) == {"52", "84"}


@pytest.mark.django_db
def test_a_declaration_falls_by_its_lines_and_by_its_head_only_without_any():
    OfficeFactory()
    cotton, iron = OfficeFactory(code="cotton"), OfficeFactory(code="iron")
    Jurisdiction.objects.create(office=cotton, hs_chapter="52")
    Jurisdiction.objects.create(office=iron, hs_chapter="72", valid_until=MARCH_14.date() - timedelta(days=1))
    Jurisdiction.objects.create(office=iron, hs_chapter="72", valid_from=MARCH_14.date())
    declaration = drafted()
    declaration.hs_code = "5205"
    assert offices_with_jurisdiction(declaration, MARCH_14) == {cotton.pk}
    for line, code in enumerate(("7202", "3102"), 1):
        DeclaredGoods.objects.create(
            declaration=declaration, line=line, hs_code=code, goods="?", origin="KZ", packages=1, gross_kg=1,
            value_minor=1, currency="CNY",
        )  # fmt: skip
    assert offices_with_jurisdiction(declaration, MARCH_14) == {iron.pk}
    assert offices_with_jurisdiction(declaration, MARCH_14 - timedelta(days=2)) == {iron.pk}


@pytest.mark.django_db
def test_what_no_rule_covers_is_reported_while_it_is_open_and_a_week_from_its_submission():
    office = OfficeFactory(takes_the_rest=True)
    orphan = submitted()
    assert uncovered(office.terminal, MARCH_14) == []
    rule = Jurisdiction.objects.create(office=office, regime="import")
    later = MARCH_14 + timedelta(days=8)
    assert [uncovered(office.terminal, at) for at in (MARCH_14, later)] == [[orphan], [orphan]]
    type(orphan).objects.update(status="rejected")
    assert [uncovered(office.terminal, at) for at in (MARCH_14, later)] == [[orphan], []]
    rule.regime = "transit"
    rule.save()
    assert uncovered(office.terminal, MARCH_14) == []
