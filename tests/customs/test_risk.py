"""How closely a declaration is looked at: what the rules say, and what officers make of it."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.containers.models import Hold
from apps.customs import selectors, services
from apps.customs.models import Declaration, DeclaredGoods, Inspection, Officer, RiskRule
from apps.journal.models import Entry
from terminal.customs.risk import STRICTEST_FIRST, Line, Profile, Rule, drawn, expected_shares, propose
from terminal.lifecycle import Channel, StepNotAllowed
from tests.factories.calls import MARCH_14
from tests.factories.customs import declarant_of, drafted, officer_of, submitted

LATER = MARCH_14 + timedelta(hours=2)
TODAY = date(2026, 5, 4)
COTTON = Profile(
    number="CD-1", regime="import", direction="inbound", party=7,
    lines=(Line("520512", "UZ", 400_000), Line("847990", "DE", 900_000)),
)  # fmt: skip


def rule(**conditions):
    return Rule(**{"name": "rule", "channel": Channel.RED, **conditions})


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({}, True),
        ({"regime": "import", "direction": "inbound", "party": 7}, True),
        ({"regime": "export"}, False),
        ({"direction": "outbound"}, False),
        ({"party": 8}, False),
        ({"hs_prefix": "5205"}, True),
        ({"hs_prefix": "52051234"}, True),
        ({"hs_prefix": "5206"}, False),
        ({"hs_prefix": "52", "origin": "UZ"}, True),
        ({"hs_prefix": "52", "origin": "DE"}, False),
        ({"least_value_minor": 1_300_000}, True),
        ({"least_value_minor": 1_300_001}, False),
        ({"origin": "UZ", "least_value_minor": 400_001}, False),
        ({"valid_from": TODAY + timedelta(days=1)}, False),
        ({"valid_until": TODAY - timedelta(days=1)}, False),
        ({"valid_from": TODAY, "valid_until": TODAY}, True),
    ],
)
def test_a_rule_is_about_goods_that_meet_all_it_names(conditions, fits):
    assert propose(COTTON, [rule(**conditions)], TODAY) == ((Channel.RED, "rule") if fits else (Channel.GREEN, ""))


def test_what_is_not_told_fits_every_rule():
    secretive = Profile(number="CD-2", regime="import", direction="inbound", party=7)
    abroad = Profile(number="CD-3", regime="import", direction="inbound", party=7, lines=(Line("5205", "UZ", None),))
    for one in (secretive, abroad):
        assert rule(hs_prefix="520512", origin="UZ", least_value_minor=10**9).fits(one)


def test_the_strictest_that_hits_counts():
    rules = [rule(name="b", channel=Channel.YELLOW), rule(name="z"), rule(name="c"), rule(name="a", channel="green")]
    assert propose(COTTON, rules, TODAY) == (Channel.RED, "c")
    assert propose(COTTON, rules[:1], TODAY) == (Channel.YELLOW, "b")
    assert propose(COTTON, [], TODAY) == (Channel.GREEN, "")


def test_the_same_declaration_is_drawn_the_same_and_by_each_rule_for_itself():
    assert drawn("CD-1", "metals") == drawn("CD-1", "metals")
    assert len({drawn("CD-1", "metals"), drawn("CD-1", "textiles"), drawn("CD-2", "metals")}) == 3


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
shares = st.integers(1, 10_000).map(lambda n: n / 100)
channels = st.sampled_from(STRICTEST_FIRST)
regimes = st.sampled_from(["", "import", "export"])
some_rules = st.lists(
    st.builds(Rule, name=names, channel=channels, share_percent=shares, regime=regimes),
    max_size=5,
    unique_by=lambda each: each.name,
)


@settings(max_examples=25, deadline=None)
@given(some_rules, st.integers(0, 10**6))
def test_as_many_are_hit_as_are_expected(rules, first):
    many = 1500
    sample = [Profile(number=f"CD-{first + n}", regime="import", direction="inbound", party=1) for n in range(many)]
    expected = expected_shares([(sample[0], TODAY)], rules)
    hit = Counter(propose(each, rules, TODAY)[0] for each in sample)
    assert sum(expected.values()) == pytest.approx(1)
    for channel in Channel:
        assert hit[channel] / many == pytest.approx(expected[channel], abs=0.07)


@settings(max_examples=60, deadline=None)
@given(some_rules, st.builds(Rule, name=names, channel=channels, share_percent=shares))
def test_one_more_rule_never_makes_it_less_strict(rules, another):
    before, after = (propose(COTTON, each, TODAY)[0] for each in (rules, [*rules, another]))
    assert STRICTEST_FIRST.index(after) <= STRICTEST_FIRST.index(before)


def test_two_rules_of_a_half_each_hit_three_quarters():
    halves = [rule(name="a", share_percent=50.0), rule(name="b", share_percent=50.0)]
    yellow = rule(name="c", channel=Channel.YELLOW, share_percent=20.0)
    assert expected_shares([(COTTON, TODAY)], [*halves, yellow]) == {
        Channel.RED: 0.75, Channel.YELLOW: pytest.approx(0.05), Channel.GREEN: pytest.approx(0.2),
    }  # fmt: skip
    assert set(expected_shares([], halves).values()) == {0.0}


def always(channel, declaration_or_site, **conditions):
    site = getattr(declaration_or_site, "terminal", declaration_or_site)
    return RiskRule.objects.create(terminal=site, name=f"all {channel}", channel=channel, **conditions)


def proposed(channel):
    """A declaration for which the rules propose the channel, taken up."""
    draft = drafted()
    always(channel, draft)
    declaration = services.submit(draft, by=declarant_of(draft), at=MARCH_14)
    services.register(declaration, by=officer_of(declaration.office), at=LATER)
    return declaration


def head_of(office):
    by = officer_of(office, "head-wang")
    Officer.objects.filter(user=by.user).update(role=Officer.Role.HEAD)
    return by


@pytest.mark.django_db
def test_the_rules_propose_at_submission_by_the_lines_and_their_currency():
    draft = drafted()
    always("yellow", draft, hs_prefix="52")
    always("red", draft, hs_prefix="52", least_value_minor=1000)
    always("green", draft, hs_prefix="99")
    RiskRule.objects.create(terminal=draft.terminal, name="off", channel="red", active=False)
    line = DeclaredGoods.objects.create(
        declaration=draft, line=1, hs_code="5205", goods="yarn", origin="UZ", packages=1, gross_kg=1, value_minor=999,
        currency=draft.terminal.currency,
    )  # fmt: skip
    assert selectors.proposal(draft, MARCH_14) == ("yellow", "all yellow")
    line.currency = "USD"
    line.save()
    declaration = services.submit(draft, by=declarant_of(draft), at=MARCH_14)
    assert (declaration.proposed_channel, declaration.risk_rule, declaration.expected_minutes) == (
        "red",
        "all red",
        240,
    )
    DeclaredGoods.objects.update(hs_code="1001")
    assert selectors.proposal(draft, MARCH_14) == ("green", "")


@pytest.mark.django_db
def test_another_channel_than_proposed_needs_a_reason_and_the_proposed_none():
    declaration = proposed("yellow")
    by = officer_of(declaration.office)
    for reason in ("", "  "):
        with pytest.raises(services.OtherThanProposed):
            services.assign_channel(declaration, Channel.RED, by=by, at=LATER, reason=reason)
    services.assign_channel(declaration, Channel.RED, by=by, at=LATER, reason="a tip")
    assert declaration.status == "inspection_ordered"
    assert Entry.objects.get(kind="declaration-channelled").payload["reason"] == "a tip"


@pytest.mark.django_db
def test_below_a_proposed_red_only_the_head_goes():
    declaration = proposed("red")
    with pytest.raises(services.OnlyTheHead):
        services.assign_channel(
            declaration, Channel.GREEN, by=officer_of(declaration.office), at=LATER, reason="known trader"
        )
    assert Declaration.objects.get().channel == ""
    services.assign_channel(
        declaration, Channel.YELLOW, by=head_of(declaration.office), at=LATER, reason="known trader"
    )
    assert declaration.status == "documentary_check"


def given_channel(channel, **more):
    declaration = submitted(**more)
    services.register(declaration, channel=channel, by=officer_of(declaration.office), at=LATER)
    return declaration


def change(declaration, channel, by=None, reason="new papers"):
    by = by or officer_of(declaration.office)
    return services.change_channel(declaration, channel, reason=reason, by=by, at=LATER)


@pytest.mark.django_db
def test_raised_to_red_it_is_inspected_and_its_work_is_that_of_a_red_one():
    declaration = given_channel(Channel.YELLOW)
    change(declaration, Channel.RED)
    assert (declaration.status, declaration.channel, declaration.expected_minutes) == ("inspection_ordered", "red", 240)
    assert Inspection.objects.filter(declaration=declaration, status="ordered").count() == 1
    told = Entry.objects.filter(kind="declaration-channelled").order_by("pk").last().payload
    assert (told["was"], told["channel"], told["reason"]) == ("yellow", "red", "new papers")


@pytest.mark.django_db
def test_lowered_to_green_it_is_released():
    declaration = given_channel(Channel.YELLOW)
    change(declaration, Channel.GREEN)
    assert (declaration.status, declaration.released_at) == ("released", LATER)


@pytest.mark.django_db
@pytest.mark.parametrize(("channel", "status"), [(Channel.YELLOW, "inspected"), (Channel.GREEN, "released")])
def test_only_the_head_lowers_a_red_one_and_then_nobody_looks_any_more(channel, status):
    declaration = given_channel(Channel.RED, boxes=2)
    with pytest.raises(services.OnlyTheHead):
        change(declaration, channel)
    assert Inspection.objects.filter(status="ordered").count() == 2
    change(declaration, channel, by=head_of(declaration.office))
    assert (declaration.status, declaration.channel) == (status, channel)
    assert Inspection.objects.filter(status="called_off").count() == 2
    assert not Hold.objects.filter(lifted_at=None).exists()


@pytest.mark.django_db
def test_without_a_reason_a_channel_to_change_or_after_the_assessment_nothing_changes():
    declaration = submitted()
    services.register(declaration, by=officer_of(declaration.office), at=LATER)
    with pytest.raises(services.ChannelNotChanged):
        change(declaration, Channel.RED)
    services.assign_channel(declaration, Channel.YELLOW, by=officer_of(declaration.office), at=LATER)
    with pytest.raises(services.NeedsReason):
        change(declaration, Channel.RED, reason=" ")
    with pytest.raises(services.ChannelNotChanged):
        change(declaration, Channel.YELLOW)
    services.query(declaration, by=officer_of(declaration.office), at=LATER, question="Which mill?")
    with pytest.raises(StepNotAllowed):
        change(declaration, Channel.RED)
    assert Declaration.objects.get().channel == "yellow"
    declaration.refresh_from_db()
    services.answer(declaration, by=declarant_of(declaration), at=LATER, reply="No. 2")
    services.assess(declaration, by=officer_of(declaration.office), at=LATER)
    with pytest.raises(services.ChannelNotChanged):
        change(declaration, Channel.RED)


@pytest.mark.django_db
def test_an_inspector_decides_no_channel():
    declaration = given_channel(Channel.YELLOW)
    inspector = officer_of(declaration.office, "inspector-zhao")
    Officer.objects.filter(user=inspector.user).update(role=Officer.Role.INSPECTOR)
    with pytest.raises(services.AnotherOffice):
        change(declaration, Channel.RED, by=inspector)


@pytest.mark.django_db
def test_expected_shares_stand_beside_the_actual_ones():
    one = given_channel(Channel.YELLOW)
    submitted()
    always("red", one, share_percent=25)
    shares = {each.channel: (each.expected, each.actual) for each in selectors.channel_shares(one.terminal, LATER)}
    assert shares == {Channel.RED: (0.25, 0.0), Channel.YELLOW: (0.0, 1.0), Channel.GREEN: (0.75, 0.0)}
    late = selectors.channel_shares(one.terminal, LATER + timedelta(days=31))
    assert {(each.expected, each.actual) for each in late} == {(None, None)}
