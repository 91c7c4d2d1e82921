"""The site's own rules, by real departures: what customs asks about stays without its word, everything else leaves."""

from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
import yaml

from apps.containers.models import Permission, PermissionRule, Visit
from apps.containers.services import leave_visits
from apps.parties.actors import Actor
from terminal.readiness import NotReady, Step
from terminal.regimes import Direction, Regime
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import VisitFactory

pytestmark = pytest.mark.django_db
SITE = Path(__file__).resolve().parents[2] / "fixtures" / "site.yaml"
BEAT = Actor.itself("test")
NOW = MARCH_14 + timedelta(hours=4)
LADEN = (True, False, None)


def rules(terminal):
    for row in yaml.safe_load(SITE.read_text()):
        if row["model"] == "containers.permissionrule":
            yield PermissionRule(**{**row["fields"], "terminal": terminal})


@pytest.fixture
def boxes(lyg):
    """A box in the yard for every regime, load and direction, planned onto a train that is being worked."""
    PermissionRule.objects.bulk_create(rules(lyg))
    train = CallFactory(terminal=lyg, working=True)
    cases = list(product(Regime, LADEN, Direction))
    made = [
        VisitFactory(terminal=lyg, active=True, departure_call=train, regime=regime, laden=laden, direction=direction)
        for regime, laden, direction in cases
    ]
    return dict(zip(cases, made, strict=True))


def is_free(regime, laden, _direction):
    """Domestic boxes, and empties under any regime that somebody has stated."""
    return regime is Regime.DOMESTIC or (laden is False and regime is not Regime.UNKNOWN)


@pytest.mark.parametrize("step", [Step.LOAD, Step.GATE_OUT])
def test_empties_and_domestic_boxes_leave_and_all_others_wait_for_customs(boxes, step):
    if step is Step.GATE_OUT:
        Visit.objects.update(departure_call=None)
    now = {case: Visit.objects.get(pk=visit.pk) for case, visit in boxes.items()}
    free = [visit for case, visit in now.items() if is_free(*case)]
    waiting = [visit for case, visit in now.items() if not is_free(*case)]
    with pytest.raises(NotReady) as refused:
        leave_visits(list(now.values()), step=step, by=BEAT, at=NOW)
    blockers = refused.value.facts["blockers"]
    assert sorted(each["container"] for each in blockers) == sorted(visit.container.number for visit in waiting)
    assert {each["owner"] for each in blockers} == {"customs"}
    leave_visits(free, step=step, by=BEAT, at=NOW)
    assert Visit.objects.exclude(position="in_yard").count() == len(free) == 44
    self_allowed(waiting, step)
    leave_visits([Visit.objects.get(pk=each.pk) for each in waiting], step=step, by=BEAT, at=NOW)
    assert not Visit.objects.filter(position="in_yard").exists()


def self_allowed(visits, step):
    """Customs allows the step, under a number of each box."""
    Permission.objects.bulk_create(
        Permission(visit=each, owner="customs", step=step.value, reference="CD-1", granted_at=MARCH_14, granted_by="x")
        for each in visits
    )


def test_customs_word_ages_by_regime_and_an_old_one_lets_nothing_go(boxes):
    laden = {case: visit for case, visit in boxes.items() if case[1] and not is_free(*case) and case[0] != "unknown"}
    self_allowed(laden.values(), Step.GATE_OUT)
    Visit.objects.update(departure_call=None)
    stuck = [Visit.objects.get(pk=each.pk) for each in laden.values()]
    for days, stale in ((29, set()), (31, {"transit"}), (61, {case[0].value for case in laden})):
        try:
            leave_visits(stuck, step=Step.GATE_OUT, by=Actor.itself("test"), at=MARCH_14 + timedelta(days=days))
        except NotReady as refusal:
            told = {each["container"] for each in refusal.facts["blockers"] if each["code"] == "permission-stale"}
            assert {case[0].value for case, visit in laden.items() if visit.container.number in told} == stale
            continue
        assert not stale
        Visit.objects.update(state="active", position="in_yard", departed_at=None)  # they came again, so to speak
        stuck = [Visit.objects.get(pk=each.pk) for each in laden.values()]
