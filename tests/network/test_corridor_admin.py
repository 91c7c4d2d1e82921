"""Staff draw corridors leg by leg; what cannot be a way is refused in words, at the leg that is wrong."""

import pytest
from django.contrib.messages import WARNING, get_messages
from django.urls import reverse

from apps.network.models import Corridor, Place
from apps.network.selectors import ways
from tests.factories.parties import staff

RIGHTS = [
    f"network.{verb}_{model}" for verb in ("view", "add", "change", "delete") for model in ("corridor", "corridorleg")
]
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
    legs = [("", 2, "KZHOR", "AZBAK"), ("", 1, "cnlyg", " KZHOR"), ("south", 3, "AZBAK", "TRMER")]
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
        ([("", 1, "CNLYG", "KZHOR")], {"start": "CN01A"}, "five capital letters"),
        ([("", 2, "KZALA", "AZBAK"), ("", 1, "CNLYG", "KZHOR")], {}, "KZALA, but the leg before it ends at KZHOR"),
        ([("", 1, "CNLYG", "KZHOR"), ("", 2, "KZALA", "AZBAK")], {"hours_most": 9}, "KZALA, but the leg before it"),
        ([("", 1, "CNLYG", "KZHOR"), ("", 2, "KZALA", "AZBAK")], {"hours_most": 9}, "cannot be fewer than the least"),
        ([("", 1, "CNLYG", "KZHOR"), ("", 1, "KZHOR", "KZALA")], {}, "duplicate"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_way_is_refused_in_words(editor, legs, changed, said):
    answer = editor.post(reverse(ADD), drawn(*legs, **changed))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Corridor.objects.exists()


@pytest.mark.parametrize("changed", [{"start": "ZZZZZ"}, {"start": "ZZZZZ", "end": "QQQQQ"}])
def test_a_place_of_no_country_is_told_beside_what_else_is_wrong(editor, changed):
    answer = editor.post(reverse(ADD), drawn(("", 1, "CNLYG", "KZHOR"), **changed, hours_least=99))
    (leg,) = answer.context["inline_admin_formsets"][0].formset.forms
    assert set(leg.errors) == {"__all__", *changed}
    told = answer.content.decode()
    assert "The most hours cannot be fewer than the least." in told
    for code in changed.values():
        assert f"{code} is no place: no country has the letters {code[:2]}" in told
    assert not Corridor.objects.exists()


@pytest.mark.parametrize(("hours_least", "status", "kept"), [(10, 302, 1), (99, 200, 0)])
def test_a_place_on_no_list_is_told_with_the_nearest_whether_the_corridor_is_kept_or_not(
    editor, hours_least, status, kept
):
    for code in ("CNLYG", "KZHOR"):
        Place.objects.create(un_locode=code, name=code, country=code[:2])
    answer = editor.post(reverse(ADD), drawn(("", 1, "CNLYG", "KZHOX"), hours_least=hours_least))
    assert answer.status_code == status
    assert Corridor.objects.count() == kept
    (told,) = [str(each) for each in get_messages(answer.wsgi_request) if each.level == WARNING]
    assert told == "KZHOX is on no list of places here. Did you mean KZHOR?"


def test_the_order_of_a_branch_is_its_own_and_a_leg_that_is_taken_away_is_not_asked_about(editor):
    legs = [("", 1, "CNLYG", "KZHOR"), ("a", 2, "KZHOR", "AZBAK"), ("b", 2, "KZHOR", "KZALA")]
    assert editor.post(reverse(ADD), drawn(*legs)).status_code == 302
    corridor = Corridor.objects.get()
    legs = list(corridor.legs.order_by("pk"))
    form = drawn(*((each.branch, each.sequence, each.start, each.end) for each in legs), end="KZDMY")
    form |= {"legs-INITIAL_FORMS": 3} | {f"legs-{n}-id": each.pk for n, each in enumerate(legs)}
    form |= {f"legs-{n}-corridor": corridor.pk for n in range(3)}
    page = reverse("admin:network_corridor_change", args=[corridor.pk])
    refused = editor.post(page, form)
    assert refused.content.decode().count("but the leg before it ends at KZDMY") == 2
    assert editor.post(page, form | {"legs-1-DELETE": "on", "legs-2-DELETE": "on"}).status_code == 302
    assert [leg.end for leg in corridor.legs.all()] == ["KZDMY"]


def test_a_leg_in_the_middle_that_is_taken_away_does_not_stand_between_the_others(editor):
    editor.post(reverse(ADD), drawn(("", 1, "CNLYG", "KZHOR"), ("", 2, "KZHOR", "KZALA"), ("", 3, "KZALA", "KZHOR")))
    corridor = Corridor.objects.get()
    legs = list(corridor.legs.order_by("sequence"))
    form = drawn(("", 1, "CNLYG", "KZHOR"), ("", 2, "KZHOR", "KZALA"), ("", 3, "KZHOR", "AZBAK"))
    form |= {"legs-INITIAL_FORMS": 3} | {f"legs-{n}-id": each.pk for n, each in enumerate(legs)}
    form |= {f"legs-{n}-corridor": corridor.pk for n in range(3)} | {"legs-1-DELETE": "on"}
    answer = editor.post(reverse("admin:network_corridor_change", args=[corridor.pk]), form)
    assert answer.status_code == 302
    assert [leg.end for leg in corridor.legs.order_by("sequence")] == ["KZHOR", "AZBAK"]


def test_the_list_tells_what_the_trunk_comes_to(editor):
    editor.post(reverse(ADD), drawn(("", 1, "CNLYG", "KZHOR"), ("", 2, "KZHOR", "AZBAK")))
    page = editor.get(reverse("admin:network_corridor_changelist")).content.decode()
    assert "0.8 – 1.7" in page
    assert ">181<" in page
