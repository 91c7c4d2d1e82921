"""The site is set up once, and a newer version adds what it brings; what staff did with it stands."""

import io

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db.models import Max

from apps.alerts.models import Rule
from apps.containers.models import StopRule
from apps.customs.models import Office
from apps.gate.models import WeeklyQuota
from apps.network.models import SitePart, Terminal
from apps.network.selectors import WhichTerminal, the_terminal
from apps.network.services import set_up_site
from apps.parties.models import Role
from apps.trains.models import Track
from apps.yard.models import Block, Equipment

UNCHANGED = "The site is there already; nothing was changed.\n"
PLANNER = "yard-planner"


def run() -> str:
    out = io.StringIO()
    call_command("setup_site", stdout=out)
    return out.getvalue()


@pytest.fixture
def site(db):
    """The site as a new installation has it."""
    assert run().startswith("Loaded the site: Lianyungang")


def forget(*names: str) -> None:
    """As if these parts came with the next version."""
    SitePart.objects.filter(name__in=names).delete()


def test_what_a_newer_version_brings_is_added_to_a_site_that_is_there_and_what_staff_took_away_is_not(site):
    planner = Role.objects.get(code=PLANNER)
    new, withdrawn = planner.permissions.order_by("pk")[:2]
    planner.permissions.remove(new, withdrawn)
    Role.objects.filter(code="machine-operator").delete()
    Role.objects.create(pk=10, code="night-shift", name="Night shift")
    Equipment.objects.all().delete()
    StopRule.objects.all().delete()
    operators = SitePart.objects.filter(name__startswith="parties.role:machine-operator")
    forget("yard.equipment", right_of(PLANNER, new), *operators.values_list("name", flat=True))
    assert "9 yard.equipment, 14 rights of roles, 1 parties.role:machine-operator" in run()
    assert Equipment.objects.filter(terminal__code="cnlyg").count() == 9
    assert not StopRule.objects.exists()
    assert list(planner.permissions.filter(pk__in=[new.pk, withdrawn.pk])) == [new]
    assert Role.objects.get(pk=10).code == "night-shift"
    assert Role.objects.get(code="machine-operator").permissions.count() == 13
    assert run() == UNCHANGED
    _rows_of_the_sites_own_stay_as_they_are()
    _a_site_older_than_the_memory_is_given_what_it_never_had(planner, withdrawn)


def _rows_of_the_sites_own_stay_as_they_are():
    WeeklyQuota.objects.exclude(pk=1).delete()
    forget("gate.weeklyquota")
    assert run() == UNCHANGED
    assert WeeklyQuota.objects.count() == 1


def _a_site_older_than_the_memory_is_given_what_it_never_had(planner, withdrawn):
    """Rules that are not there at all, and rights that are younger than any that a role has."""
    SitePart.objects.all().delete()
    young = Permission.objects.get(codename="carry_out_workorder")
    for role in Role.objects.filter(permissions=young):
        role.permissions.remove(young)
    newest = Permission.objects.aggregate(newest=Max("pk"))["newest"]
    Permission.objects.filter(pk=young.pk).delete()
    orders = ContentType.objects.get(app_label="yard", model="workorder")
    Permission.objects.create(pk=newest + 1, codename=young.codename, content_type=orders, name=young.name)
    given = set_up_site()
    assert given["containers.stoprule"] == StopRule.objects.count() > 0
    assert given["rights of roles"] == Role.objects.filter(permissions__codename="carry_out_workorder").count() > 0
    assert not planner.permissions.filter(pk=withdrawn.pk).exists()
    assert run() == UNCHANGED


def right_of(role: str, permission: Permission) -> str:
    return f"parties.role:{role}:{'.'.join(permission.natural_key())}"


KHORGOS = "network.terminal:kzhor"


def test_the_gauge_change_is_a_terminal_of_its_own_with_tracks_of_both_gauges(site):
    khorgos = Terminal.objects.get(code="kzhor")
    tracks = Track.objects.filter(terminal=khorgos, usable_m__gte=800)
    assert set(tracks.values_list("gauge_mm", flat=True)) == {1435, 1520}
    assert sum(block.ground_slots for block in Block.objects.filter(terminal=khorgos)) == khorgos.ground_slots
    assert the_terminal().code == "cnlyg"
    assert the_terminal("kzhor") == khorgos
    with pytest.raises(WhichTerminal):
        the_terminal("cnhrs")
    _it_is_given_whole_to_a_site_that_is_there(khorgos)


def _it_is_given_whole_to_a_site_that_is_there(khorgos):
    """Once: a site that gave it up does not get it back, and one that is not the fixtures' own never gets it."""
    for model in (Track, Equipment, Block, Office, Rule):
        model.objects.filter(terminal=khorgos).delete()
    khorgos.trainservice_set.all().delete()
    khorgos.delete()
    assert run() == UNCHANGED
    forget(KHORGOS)
    assert f"27 {KHORGOS}" in run()
    assert Track.objects.filter(terminal__code="kzhor").count() == 6
    Terminal.objects.filter(code="kzhor").update(code="given-up")
    Terminal.objects.filter(code="cnlyg").update(code="another")
    forget(KHORGOS)
    assert run() == UNCHANGED
