"""On the pages: amendments answered, papers read by the office's officers, guarantees and mandates entered by staff."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.customs import services
from apps.customs.models import Guarantee, GuaranteeCharge, Mandate
from terminal.customs.goods import DocumentKind
from terminal.regimes import Direction
from tests.factories.bonded import bonded_lot
from tests.factories.calls import MARCH_14
from tests.factories.customs import OfficeFactory, declarant_of, officer_of, submitted
from tests.factories.declaring import YARN, a_broker, cotton, guarantee, let_go, named, over_lots
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db
LATER = MARCH_14 + timedelta(hours=1)


def act(client, model, action, row, **answers):
    body = {"action": action, "_selected_action": [row.pk], "answered": "1", **answers}
    return client.post(reverse(f"admin:customs_{model}_changelist"), body, follow=True).content.decode()


def asked():
    row = submitted()
    services.register(row, by=officer_of(row.office), at=LATER)
    change = services.DeclarationChange(direction=Direction.INBOUND, lines=[YARN])
    return services.amend(row, change, reason="wrong way", by=declarant_of(row), at=LATER)


@pytest.mark.parametrize(
    ("action", "status", "direction"),
    [("accept_amendment", "accepted", "inbound"), ("refuse_amendment", "refused", "through")],
)
def test_an_officer_sees_what_is_to_change_and_answers(client, action, status, direction):
    amendment = asked()
    row = amendment.declaration
    client.force_login(officer_of(row.office).user)
    page = client.get(reverse("admin:customs_declaration_change", args=[row.pk])).content.decode()
    assert "wrong way" in page
    assert "520512 cotton yarn (100, 1000 kg)" in page
    act(client, "declaration", action, row, answer="as the papers say")
    amendment.refresh_from_db(), row.refresh_from_db()
    assert (amendment.status, row.direction) == (status, direction)
    assert "asks nothing" in act(client, "declaration", action, row, answer="again")


def test_a_paper_is_read_by_officers_of_the_office_and_by_no_other_officer(client):
    row = submitted()
    said = {"name": "i.txt", "kind": DocumentKind.INVOICE, "by": declarant_of(row), "at": LATER}
    paper = services.add_document(row, BytesIO(b"Invoice 4711"), **said)
    address = reverse("admin:customs_declaration_document", args=[row.pk, paper.public_id])
    client.force_login(officer_of(row.office).user)
    assert address in client.get(reverse("admin:customs_declaration_change", args=[row.pk])).content.decode()
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"Invoice 4711"
    assert answer["Content-Disposition"].startswith("attachment")
    client.force_login(officer_of(OfficeFactory(code="rail"), "officer-of-rail").user)
    assert client.get(address).status_code == 404
    client.force_login(staff("customs.view_office", "common.view_attachment", username="clerk"))
    assert client.get(address).status_code == 403
    assert client.get(reverse("attachment", args=[paper.file.public_id])).status_code == 404


def test_staff_name_a_broker_and_take_it_back(client):
    broker = a_broker()
    client.force_login(staff("customs.view_mandate", "customs.add_mandate", username="clerk"))
    said = {"terminal": TerminalFactory().pk, "party": cotton().pk, "broker": broker.pk}
    client.post(reverse("admin:customs_mandate_add"), said)
    mandate = Mandate.objects.get()
    again = client.post(reverse("admin:customs_mandate_add"), said).content.decode()
    assert "already" in again
    act(client, "mandate", "dismiss", mandate)
    assert not Mandate.objects.in_force(timezone.now()).exists()


def test_a_guarantee_is_noted_changed_and_freed_on_the_pages(client):
    rights = ("customs.view_guarantee", "customs.add_guarantee", "customs.change_guarantee")
    client.force_login(staff(*rights, username="cashier"))
    said = {
        "terminal": TerminalFactory().pk, "party": cotton().pk, "reference": "G-1", "amount": "10000.00",
        "currency": "cny", "valid_from": "2020-01-01", "valid_until": "",
    }  # fmt: skip
    client.post(reverse("admin:customs_guarantee_add"), said)
    row = Guarantee.objects.get()
    declaration = let_go(over_lots((bonded_lot(100), 40)))
    page = client.get(reverse("admin:customs_guarantee_change", args=[row.pk])).content.decode()
    assert declaration.number in page
    assert "7,000.00 CNY" in page
    assert "finer than CNY" in act(client, "guarantee", "change", row, amount="0.001", valid_until="")
    assert "taken" in act(client, "guarantee", "change", row, amount="0.01", valid_until="")
    act(client, "guarantee", "change", row, amount="20000", valid_until="2030-01-01")
    row.refresh_from_db()
    assert (row.amount_minor, str(row.valid_until)) == (2_000_000, "2030-01-01")
    client.force_login(officer_of(declaration.office).user)
    act(client, "declaration", "discharge", declaration, reference="T-1")
    assert GuaranteeCharge.objects.get().freed_at is not None


def test_whoever_may_only_look_enters_nothing(client):
    guarantee(), named()
    client.force_login(staff("customs.view_guarantee", "customs.view_mandate", username="reader"))
    for model in ("guarantee", "mandate"):
        assert client.get(reverse(f"admin:customs_{model}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:customs_{model}_add")).status_code == 403
