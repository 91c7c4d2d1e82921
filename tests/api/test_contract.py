"""The API does what its OpenAPI document says: every operation, every check, nothing left out."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import schemathesis
import yaml
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, strategies
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.config import SchemathesisConfig

from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.yard import services as yard
from terminal.dangerous_goods import CLASSES
from terminal.equipment import GROUPS, LENGTHS, SECTIONS
from terminal.identifiers import check_digit
from terminal.work import Work
from tests.factories.api import Program, program
from tests.factories.containers import ContainerFactory, HoldFactory, VisitFactory, VisitRoleFactory
from tests.factories.edi import PartnerFactory
from tests.factories.gate import open_day_and_night
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.places import book_places, bookable_train
from tests.factories.warehouse import ZoneFactory
from tests.factories.yard import BlockFactory, EquipmentFactory

COMMITTED = Path(settings.ROOT) / "docs" / "openapi.yaml"
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "15"))
STEPS = 12
"""Operations one after another."""
BOX = "CSQU3054383"


def right_number(serial: int, owner: str, category: str) -> str:
    body = f"{owner}{category}{serial:06d}"
    return body + check_digit(body + "0")


letters = strategies.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
numbers = strategies.builds(right_number, strategies.integers(0, 999_999), letters, strategies.sampled_from("UJZ"))
sizes = strategies.builds(
    lambda *parts: "".join(parts),
    strategies.sampled_from(sorted(LENGTHS)),
    strategies.sampled_from(sorted(SECTIONS)),
    strategies.sampled_from(sorted(GROUPS)),
)
moments = strategies.integers(0, 8000).map(lambda hours: (timezone.now() + timedelta(hours=hours)).isoformat())
schemathesis.openapi.format("container-number", strategies.one_of(strategies.just(BOX), numbers))
schemathesis.openapi.format("un-locode", strategies.sampled_from(["KZALA", "CNLYG", "DEHAM", "KZHOR", "CNHRS"]))
schemathesis.openapi.format("container-size-type", sizes)
schemathesis.openapi.format("seal-number", strategies.text("ABCKNZ0123456789", min_size=1, max_size=20))
schemathesis.openapi.format("un-number", strategies.integers(1, 9999).map(lambda number: f"{number:04}"))
schemathesis.openapi.format("imdg-class", strategies.sampled_from(sorted(CLASSES)))

CONFIG = {
    "generation": {"mode": "all", "max-examples": EXAMPLES, "deterministic": True},
    "checks": {
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "401", "403", "404", "409", "422"],
        },
    },
}


@schemathesis.serializer("application/edifact")
def as_it_is(_context, value):
    """An interchange goes out as its letters."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@pytest.fixture
def one_connection():
    """Requests of one test share its connection and its transaction, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def astana(db, one_connection):
    """The program of a party that has a zone to book and a box on hold."""
    lyg = TerminalFactory()
    astana = program("astana-grain", "read book advise gate declare edi figures")
    PartnerFactory(code="ag-edi", party=astana.party)
    visit = VisitFactory(container=ContainerFactory(number=BOX), active=True, terminal=lyg)
    VisitRoleFactory(visit=visit, party=astana.party)
    HoldFactory(visit=visit)
    ZoneFactory(terminal=lyg)
    open_day_and_night(lyg)
    book_places(bookable_train(timezone.now() + timedelta(days=7)), 4, party=astana.party, at=timezone.now())
    return astana


@pytest.fixture
def crane(astana):
    """A machine of the terminal's owner, with an order in hand and one to be taken."""
    lyg = TerminalFactory()
    block, machine, at, by = BlockFactory(terminal=lyg), EquipmentFactory(code="RS1"), timezone.now(), Actor.itself("t")
    for bay in (1, 3):
        visit = VisitFactory(in_yard=True)
        yard.place(visit, block, bay, 1, 1, by=by, at=at)
        yard.plan_orders([yard.NewOrder(kind=Work.SHIFT, visit=visit)], by=by, at=at)
    yard.hand_out_next(lyg, equipment=machine, by=by, at=at)
    return Program(PartyFactory(code="port-group", kind=Party.Kind.OWNER), "work")


def described():
    """The committed document, asked of the application itself."""
    read = schemathesis.openapi.from_path(COMMITTED, config=SchemathesisConfig.from_dict(CONFIG))
    read.app = get_wsgi_application()
    return read


schema = described()


@schema.parametrize()
@hypothesis_settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
def test_every_operation_keeps_its_contract(case, astana, crane):
    case.call_and_validate(headers=of_path(case.path, astana, crane).headers)


def of_path(path: str, astana: Program, crane: Program) -> Program:
    """Whose program asks there: machines of the terminal's owner, or a shipper."""
    return crane if "/work-orders/" in path or path.endswith("/consist/") else astana


def test_one_operation_after_another_keeps_the_contract(astana, crane):
    """What one answer gives is asked on with: made, read, changed, cancelled, and read again."""
    after_another = described()

    @after_another.auth(refresh_interval=None)
    class OfPath:
        def get(self, case, context):
            return of_path(case.path, astana, crane).headers["Authorization"]

        def set(self, case, credential, context):
            case.headers["Authorization"] = credential

    class FromTheSameBeginning(after_another.as_state_machine()):
        """What one run made is not there in the next: the same requests are answered in the same way again."""

        def setup(self):
            super().setup()
            self.before = transaction.savepoint()

        def teardown(self):
            transaction.savepoint_rollback(self.before)
            super().teardown()

    run_state_machine_as_test(
        FromTheSameBeginning,
        settings=hypothesis_settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_the_committed_document_is_the_served_one(tmp_path):
    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(fresh))
    assert fresh.read_text() == COMMITTED.read_text(), "run: manage.py spectacular --file docs/openapi.yaml"


def operations():
    document = yaml.safe_load(COMMITTED.read_text())
    return [
        pytest.param(operation, id=f"{method} {path}")
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def tags(operation) -> set[str]:
    return set(operation.values[0]["tags"])


@pytest.mark.parametrize("operation", operations())
def test_every_operation_says_what_it_is_for_with_examples_and_refusals(operation):
    assert operation["summary"]
    assert {"400", "401", "403", "406", "422"} <= set(operation["responses"])
    assert all(security for security in operation["security"])
    asked = operation.get("requestBody", {}).get("content", {})
    assert all(content.get("examples") for content in asked.values())


@pytest.mark.parametrize("operation", [each for each in operations() if {"containers", "visits"} & tags(each)])
def test_what_a_container_is_answered_with_is_shown_by_an_example(operation):
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    assert all(content.get("examples") for answer in answers for content in answer["content"].values())


def test_the_document_is_openapi_3_1_and_says_where_the_terminal_is():
    document = yaml.safe_load(COMMITTED.read_text())
    assert document["openapi"].startswith("3.1")
    assert document["servers"]
    assert {"apiKey", "oauth2"} <= set(document["components"]["securitySchemes"])
