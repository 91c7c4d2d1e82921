"""A box on its way through customs, as its shipper's program, the inspector and customs' own system see it.

The shipper and the authority only make requests; the yard's work and the inspector's are the services behind their
buttons. Each side is told the same at every step, and the box goes when a release counts and not before.
"""

from datetime import timedelta

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from apps.alerts.models import Alert
from apps.alerts.services import watch_capacity
from apps.billing.selectors.pauses import pauses_of
from apps.containers.services import leave_visits
from apps.customs import services
from apps.customs.models import Declaration, Inspection, Office
from apps.notices.models import Notice
from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import Block
from terminal.customs.inspecting import InspectionResult
from terminal.readiness import NotReady, Step
from terminal.signatures import headers
from tests.factories.alerts import RuleFactory, SubscriptionFactory
from tests.factories.api import program
from tests.factories.authority import SECRET, AuthorityFactory, word
from tests.factories.billing import grounded
from tests.factories.containers import PermissionRuleFactory
from tests.factories.customs import OfficeFactory, officer_of
from tests.factories.parties import PartyFactory
from tests.factories.yard import BlockFactory

API = "/api/v1"
BOX = "CSQU3054383"
TERMINAL = Actor.itself("test")
LINE = {
    "hs_code": "520512", "goods": "cotton yarn", "origin": "UZ", "packages": 100, "gross_kg": "1000.000",
    "value_minor": 1_000_000, "currency": "CNY",
}  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def box(lyg, now):
    """A laden import box that has stood in the yard for a day, at a site where its unpacking needs customs' yes."""
    OfficeFactory(terminal=lyg)
    AuthorityFactory()
    for step in (Step.STRIP, Step.GATE_OUT):
        PermissionRuleFactory(terminal=lyg, step=step.value, regime="import", direction="inbound")
    visit = grounded(now - timedelta(days=1), BOX, payer=PartyFactory(code="almaty-cotton"))
    yard.place(visit, BlockFactory(terminal=lyg, code="A"), 1, 1, 1, by=TERMINAL, at=now - timedelta(days=1))
    BlockFactory(terminal=lyg, code="Q", kind=Block.Kind.INSPECTION, bays=2, rows=1)
    return visit


@pytest.fixture
def shipper(box):
    return program("almaty-cotton", "read declare")


def answered(response, status=200):
    assert response.status_code == status, response.content
    return response.json()


def tells(declaration, kind, turn, **more):
    """Customs' system says it over HTTP; what became of it."""
    at = timezone.now()
    raw = orjson.dumps(word(declaration, kind, turn, at, **more))
    signed = headers(SECRET, identifier=f"msg_{turn}", at=at, body=raw)
    answer = Client().post(
        f"{API}/customs/authority/messages/", raw, "application/json",
        headers={"Customs-System": "lyg-customs", **signed},
    )  # fmt: skip
    return answered(answer)["state"]


def in_the_way(shipper):
    told = answered(shipper.get(f"{API}/containers/{BOX}/readiness/?step=strip"))
    return [each["code"] for each in told["blockers"]]


def declare(shipper):
    wish = {"regime": "import", "direction": "inbound", "containers": [BOX], "lines": [LINE], "submit": True}
    document = answered(shipper.post(f"{API}/declarations/", wish), 201)
    return Declaration.objects.get(public_id=document["id"])


def test_a_red_box_is_brought_looked_at_and_goes_when_every_word_before_the_release_was_heard(box, shipper):
    assert in_the_way(shipper) == ["permission-missing"]
    declaration = declare(shipper)
    assert in_the_way(shipper) == ["answer-awaited"]

    assert tells(declaration, "registered", 1) == "applied"
    assert tells(declaration, "channel", 2, channel="red") == "applied"
    assert in_the_way(shipper) == ["inspection-open", "answer-awaited"]
    inspection = Inspection.objects.get()
    assert inspection.block.code == "Q"
    yard.hand_out(inspection.move, equipment=None, by=TERMINAL, at=timezone.now())
    yard.confirm(inspection.move, by=TERMINAL, at=timezone.now())
    inspector = {"by": officer_of(declaration.office)}
    services.begin(inspection, at=timezone.now(), **inspector)
    services.finish(inspection, InspectionResult.AS_DECLARED, at=timezone.now(), **inspector)
    assert in_the_way(shipper) == ["answer-awaited"]
    (pause,) = pauses_of([box], timezone.now())[box.pk]
    assert pause.reason == f"customs inspection {declaration.number}"

    # The release overtakes what comes before it: it waits, and the box with it.
    assert tells(declaration, "released", 6) == "waiting"
    assert in_the_way(shipper) == ["answer-awaited"]
    assert tells(declaration, "inspected", 3) in ("applied", "superseded")
    assert tells(declaration, "paid", 5) == "waiting"
    assert in_the_way(shipper) == ["answer-awaited"]
    assert tells(declaration, "assessed", 4) == "applied"
    assert in_the_way(shipper) == []
    document = answered(shipper.get(f"{API}/declarations/{declaration.public_id}/"))
    assert (document["status"], document["channel"]) == ("released", "red")
    assert {each["clock"] for each in document["clocks"]["periods"]} >= {"customs", "terminal"}

    # Held again before it has gone: it stays.
    assert tells(declaration, "release_revoked", 7) == "applied"
    assert in_the_way(shipper) == ["permission-revoked"]
    with pytest.raises(NotReady):
        leave_visits([box], step=Step.GATE_OUT, by=TERMINAL, at=timezone.now())


def test_customs_silence_keeps_the_box_and_a_mail_names_it(box, shipper, lyg, now):
    declaration = declare(shipper)
    rule = RuleFactory(terminal=lyg, metric="customs_answer", capacity=24, pending_seconds=0)
    SubscriptionFactory(user__email="manager@demo.example", terminal=lyg)
    watch_capacity(lyg, now + timedelta(hours=4))
    assert not Alert.objects.exists()
    for hours in (30, 31):
        watch_capacity(lyg, now + timedelta(hours=hours))
    assert Alert.objects.get().rule == rule
    mail = Notice.objects.get(recipient="manager@demo.example")
    assert declaration.number in mail.text
    assert BOX in mail.text
    assert in_the_way(shipper) == ["answer-awaited"]
    Office.objects.update(active=False)
    assert in_the_way(shipper) == ["office-out-of-service"]
    with pytest.raises(NotReady):
        leave_visits([box], step=Step.GATE_OUT, by=TERMINAL, at=now + timedelta(days=2))
