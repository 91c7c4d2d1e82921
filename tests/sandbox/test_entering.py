"""An integrator gets in, and sees what is played."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.sandbox import services
from apps.sandbox.models import Stage
from apps.sandbox.script import BOXES
from apps.sandbox.services import begin_day, open_sandbox
from apps.sandbox.tables import cast_table, script_table
from tests.factories.api import program

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def now(lyg) -> Stage:
    """A sandbox in the fifth minute of its day; nobody has played it yet."""
    return begin_day(open_sandbox(), at=timezone.now() - 5 * MINUTE)


@pytest.fixture
def integrator(now) -> Client:
    told = services.let_in(now, "Astana", at=timezone.now())
    return Client(headers={"Authorization": f"Api-Key {told.api_key}"})


def test_the_programme_says_which_box_is_which_today_and_what_comes_when(integrator, now):
    told = integrator.get("/api/v1/sandbox/").json()
    assert (told["day"], int(told["minute"])) == (1, 5)
    numbers = {box["name"]: box["container"] for box in told["boxes"]}
    assert numbers == {name: box.number(1) for name, box in BOXES.items()}
    comes = next(cue for cue in told["cues"] if cue["about"] == "smooth" and cue["minute"] == 13)
    assert (comes["played"], comes["container"]) == (False, numbers["smooth"])


def test_elsewhere_nothing_is_played(lyg):
    answer = program("astana-grain").get("/api/v1/sandbox/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-a-sandbox")


def test_a_sandbox_that_slept_says_that_it_wakes(lyg):
    asleep = services.open_sandbox("asleep")
    told = services.let_in(asleep, "Astana", at=timezone.now())
    answer = Client(headers={"Authorization": f"Api-Key {told.api_key}"}).get("/api/v1/sandbox/")
    assert (answer.status_code, answer.json()["code"]) == (404, "day-not-begun")


def test_a_credential_of_a_name_replaces_the_one_before(now):
    first, second = (services.let_in(now, "Astana", at=timezone.now()) for _ in range(2))
    statuses = [
        Client(headers={"Authorization": f"Api-Key {told.api_key}"}).get("/api/v1/sandbox/").status_code
        for told in (first, second)
    ]
    assert statuses == [401, 200]


def said(*words: str) -> str:
    out = StringIO()
    call_command("sandbox", *words, stdout=out)
    return out.getvalue()


def test_the_command_starts_lets_in_shows_and_clears(lyg):
    assert "Day 1" in said("start")
    assert "API key" in said("credential", "--name", "Astana")
    assert "haulage" in said("credential", "--name", "Astana", "--haulier").lower()
    assert "minute 0" in said("show")
    assert "closed" in said("clear")
    assert "No day" in said("show")


def test_the_command_says_what_is_missing(lyg):
    for words in (["credential", "--name", "x"], ["show"], ["start", "--code", "cnlyg"]):
        with pytest.raises(CommandError):
            said(*words)
    said("start")
    with pytest.raises(CommandError, match="--name"):
        said("credential")


def test_the_documentation_shows_the_script_as_it_is():
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    assert cast_table() in page
    assert script_table() in page
