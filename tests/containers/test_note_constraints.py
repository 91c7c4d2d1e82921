"""Notes written by hand: what the services never write, the database refuses by name."""

import pytest
from django.db import IntegrityError, transaction

from apps.common.integrity import violated_constraint
from apps.containers.models import Damage, FormerNumber, Hazard, Seal, Temperature, Weight
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory

pytestmark = pytest.mark.django_db

RIGHT = {
    Seal: {"number": "CN1", "owner": "customs", "act": "affixed"},
    Weight: {"gross_kg": 22_000, "how": "declared"},
    Hazard: {"un_number": "1203", "imdg_class": "3"},
    Temperature: {"reading": "measured", "celsius": "-18.0", "plugged": True},
    Damage: {"side": "doors", "harm": "dent", "severity": "minor"},
}
WRONG = {
    "seal_owner_is_known": (Seal, {"owner": "police"}),
    "seal_act_is_known": (Seal, {"act": "lost"}),
    "weighing_is_known": (Weight, {"how": "guessed"}),
    "a_box_weighs_something": (Weight, {"gross_kg": 0}),
    "temperature_reading_is_known": (Temperature, {"reading": "felt"}),
    "a_round_says_whether_it_is_plugged": (Temperature, {"plugged": None}),
    "damaged_side_is_known": (Damage, {"side": "above"}),
    "harm_is_known": (Damage, {"harm": "cursed"}),
    "severity_is_known": (Damage, {"severity": "sad"}),
    **{f"only_a_noted_{model._meta.model_name}_is_withdrawn": (model, {"withdrawn": True}) for model in RIGHT},
}


def write(model, **said):
    return model.objects.create(visit=VisitFactory(), noted_at=MARCH_14, noted_by="test", **{**RIGHT[model], **said})


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_note_is_refused_by_name(name):
    model, said = WRONG[name]
    write(model)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write(model, **said)
    assert violated_constraint(refused.value) == name


def test_a_former_number_is_noted_once():
    visit = VisitFactory()
    said = {"visit": visit, "container": visit.container, "reason": "misread", "joined_at": MARCH_14, "joined_by": "x"}
    FormerNumber.objects.create(**said)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        FormerNumber.objects.create(**said)
    assert violated_constraint(refused.value) == "a_former_number_is_noted_once"


def test_no_constraint_of_the_notes_goes_untried():
    assert {each.name for model in RIGHT for each in model._meta.constraints} == set(WRONG)
