"""What would answer another question than was meant is refused: cursors of other lists, filters there are not."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.utils import timezone

from apps.common.cursors import Question
from apps.common.ids import uuid7
from apps.parties.models import Party
from tests.factories.api import Program, program
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.places import bookable_train
from tests.factories.webhooks import webhook_of

SOON = timezone.now() + timedelta(days=20)

pytestmark = pytest.mark.django_db

TRAINS = "/api/v1/trains/"
DOCUMENT = yaml.safe_load((Path(settings.ROOT) / "docs" / "openapi.yaml").read_text())
LISTS = sorted(
    path
    for path, operations in DOCUMENT["paths"].items()
    if path.startswith("/api/")
    and "cursor" in {each.get("name") for each in operations.get("get", {}).get("parameters", ())}
)


@pytest.fixture
def owner() -> Program:
    TerminalFactory()
    return Program(PartyFactory(code="port-group", kind=Party.Kind.OWNER), "read edi work")


def refused(answer) -> bool:
    return (answer.status_code, answer.json()["code"]) == (422, "unknown-cursor")


@pytest.mark.parametrize("path", LISTS)
def test_every_list_refuses_a_filter_it_has_not(path, owner: Program):
    """A name misspelt would be passed over, and everything be answered."""
    here = path.format(number="CSQU3054383", public_id=_id_of(path, owner))
    answer = owner.get(f"{here}?expectd_from=2026-05-04&limit=5")
    said = answer.json()
    assert (answer.status_code, said["code"], said["unknown"]) == (400, "unknown-parameter", ["expectd_from"])
    assert {"cursor", "limit"} <= set(said["possible"])


@pytest.mark.parametrize("path", LISTS)
def test_every_list_refuses_the_cursor_of_another_one(path, owner: Program):
    here = path.format(number="CSQU3054383", public_id=_id_of(path, owner))
    assert refused(owner.get(f"{here}?cursor={Question('another').cursor(uuid7().hex)}"))


def _id_of(path: str, who: Program):
    if "webhooks" in path:
        return webhook_of(who.party, "https://example.com/")[0].public_id
    return bookable_train(SOON).call.public_id if "{public_id}" in path else None


def test_a_list_goes_on_with_the_same_filters_only(owner: Program):
    for _each in range(3):
        bookable_train(SOON)
    cursor = owner.get(f"{TRAINS}?limit=1&phase=announced").json()["next"]
    rest = owner.get(f"{TRAINS}?limit=7&cursor={cursor}&phase=announced").json()
    assert (len(rest["results"]), rest["next"]) == (2, None)
    assert refused(owner.get(f"{TRAINS}?limit=1&cursor={cursor}"))
    assert refused(owner.get(f"{TRAINS}?limit=1&cursor={cursor}&phase=closed"))
    assert refused(program("osaka-line").get(f"{TRAINS}?limit=1&cursor={cursor}&phase=announced"))
