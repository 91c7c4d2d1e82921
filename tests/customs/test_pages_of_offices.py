"""The pages about customs' work: what lies where, how long releases took, and how closely is looked."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.customs.models import Declaration, ExpectedMinutes, Jurisdiction, OfficeClosure, ReleaseTime, RiskRule
from tests.factories.customs import OfficeFactory, officer_of, submitted
from tests.factories.parties import UserFactory, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client, lyg):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def page(client, name, **asked):
    return client.get(reverse(f"admin:{name}"), asked)


def released(declaration, minutes, office):
    at = timezone.now() - timedelta(hours=1)
    ReleaseTime.objects.create(
        declaration=declaration, terminal=declaration.terminal, office=office, regime="transit", channel="yellow",
        began_at=at - timedelta(minutes=minutes), released_at=at, minutes=minutes, customs_minutes=minutes,
        documentary_check=minutes - 1,
    )  # fmt: skip


def test_release_times_are_drawn_and_an_officer_sees_those_of_their_own_offices(client):
    ours, theirs = submitted(), submitted()
    rail = OfficeFactory(code="rail")
    released(ours, 95, ours.office), released(theirs, 300, rail)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    everything = page(client, "customs_release_times").content.decode()
    assert all(word in everything for word in ("<svg", "1 h 35 min", "5 h 0 min", "Rail Office", "Clearance Office"))
    client.force_login(officer_of(ours.office).user)
    own = page(client, "customs_release_times", days="7")
    assert own.context["found"].total.count == 1
    assert "Rail Office" not in own.content.decode()


def test_without_releases_the_page_says_so(root):
    assert "Nothing was released" in page(root, "customs_release_times", days="90").content.decode()


def test_the_work_of_each_office_is_told_and_what_no_rule_covers(client):
    office = OfficeFactory(takes_the_rest=True)
    Jurisdiction.objects.create(office=office, regime="import")
    rail = OfficeFactory(code="rail")
    orphan = submitted()
    Declaration.objects.update(expected_minutes=123)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    told = page(client, "customs_workload")
    assert [(row["office"], row["length"], row["remaining"]) for row in told.context["rows"]] == [
        (office, 1, 123), (rail, 0, 0),
    ]  # fmt: skip
    assert orphan.number in told.content.decode()
    client.force_login(officer_of(rail).user)
    own = page(client, "customs_workload")
    assert [row["office"] for row in own.context["rows"]] == [rail]
    assert orphan.number not in own.content.decode()


def test_who_may_not_see_declarations_sees_neither_page(client):
    OfficeFactory()
    client.force_login(staff("customs.view_office", username="clerk"))
    assert {page(client, name).status_code for name in ("customs_workload", "customs_release_times")} == {403}


def test_expected_shares_stand_above_the_risk_rules(client):
    declaration = submitted()
    Declaration.objects.update(submitted_at=timezone.now())
    RiskRule.objects.create(terminal=declaration.terminal, name="a fifth", channel="red", share_percent=20)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert ">20.0<" in page(client, "customs_riskrule_changelist").content.decode()


def test_expected_work_that_is_written_by_hand_is_no_longer_learned(root, lyg):
    row = ExpectedMinutes.objects.create(
        terminal=lyg, regime="import", channel="red", minutes=100, seen=12, learned_at=timezone.now()
    )
    to = reverse("admin:customs_expectedminutes_change", args=[row.pk])
    root.post(to, {"terminal": lyg.pk, "regime": "import", "channel": "red", "minutes": "150"})
    row.refresh_from_db()
    assert (row.minutes, row.seen, row.learned_at) == (150, 0, None)


def test_an_offices_days_off_are_entered_on_its_page(root):
    office = OfficeFactory()
    body = {
        "terminal": office.terminal_id, "code": office.code, "name": office.name, "kind": "section", "clears": "on",
        "active": "on", "closed_weekdays": "6,7", "opens_at": "08:30", "closes_at": "17:30",
    }  # fmt: skip
    for prefix, rows in (("officers", 0), ("jurisdiction", 1), ("closures", 1)):
        body |= {f"{prefix}-TOTAL_FORMS": rows, f"{prefix}-INITIAL_FORMS": 0}
    body |= {"jurisdiction-0-regime": "import", "jurisdiction-0-hs_chapter": "52"}
    body |= {
        "closures-0-first_on": "2026-10-01",
        "closures-0-last_on": "2026-10-07",
        "closures-0-reason": "Golden week",
    }
    answer = root.post(reverse("admin:customs_office_change", args=[office.pk]), body)
    assert answer.status_code == 302, answer.context["errors"]
    closure = OfficeClosure.objects.get()
    assert (closure.office, closure.terminal) == (office, office.terminal)
    assert Jurisdiction.objects.get().hs_chapter == "52"
