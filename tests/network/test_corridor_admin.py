"""Staff draw corridors leg by leg; what cannot be a way is refused in words, at the leg that is wrong."""

import pytest
from django.urls import reverse

from apps.network.models import Corridor
from apps.network.selectors import ways
from tests.factories.parties import staff

RIGHTS = [f"network.{verb}_{model}" for verb in ("view", "add", "change") for model in ("corridor", "corridorleg")]
ADD = "admin:network_corridor_add"


@pytest.fixture
def editor(client, lyg):
    client.force_login(staff(*RIGHTS, username="madina"), backend="apps.parties.backends.RoleBackend")
    return client


def drawn(*legs, **changed):
    form = {"name": "Over the Caspian", "code": "caspian", "legs-TOTAL_FORMS": len(legs), "legs-INITIAL_FORMS": 0}
    for n, (branch, sequence, start, end) in enumerate(legs):
        leg = {
            "branch": branch, "sequence": sequence, "start": start, "end": end, "mode": "rail", "km": 100,
            "hours_least": 10, "hours_most": 20, "usd_per_teu": "90.50",
        }  # fmt: skip
        form |= {f"legs-{n}-{name}": value for name, value in (leg | (changed if n == 0 else {})).items()}
    return form


def test_a_corridor_that_is_drawn_leads_there_and_back(editor):
    legs = [("", 1, "cnlyg", " KZHOR"), ("", 2, "KZHOR", "AZBAK"), ("south", 3, "AZBAK", "TRMER")]
    answer = editor.post(reverse(ADD), drawn(*legs))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert [each.way.km for each in ways("TRMER", "CNLYG")] == [300]


@pytest.mark.parametrize(
    ("legs", "changed", "said"),
    [
        ([("", 1, "CNLYG", "KZHOR"), ("", 2, "KZALA", "AZBAK")], {}, "KZALA, but the leg before it ends at KZHOR"),
        ([("", 1, "CNLYG", "KZHOR"), ("s", 2, "AZBAK", "TRMER")], {}, "AZBAK, but the leg before it ends at KZHOR"),
        ([("", 1, "CNLYG", "KZHOR")], {"km": -5}, "greater than or equal to 0"),
        ([("", 1, "CNLYG", "KZHOR")], {"usd_per_teu": "-1"}, "greater than or equal to 0"),
        ([("", 1, "CNLYG", "KZHOR")], {"hours_most": 9}, "The most hours cannot be fewer than the least."),
        ([("", 1, "CNLYG", "Khorg")], {"end": "K1"}, "five capital letters"),
        ([("", 1, "CNLYG", "KZHOR"), ("", 1, "KZHOR", "KZALA")], {}, "duplicate"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_way_is_refused_in_words(editor, legs, changed, said):
    answer = editor.post(reverse(ADD), drawn(*legs, **changed))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Corridor.objects.exists()


def test_the_list_tells_what_the_trunk_comes_to(editor):
    editor.post(reverse(ADD), drawn(("", 1, "CNLYG", "KZHOR"), ("", 2, "KZHOR", "AZBAK")))
    page = editor.get(reverse("admin:network_corridor_changelist")).content.decode()
    assert "0.8 – 1.7" in page
    assert ">181<" in page
