"""An operator's shift on a phone: the page fits, the buttons are large, and two quick taps do one thing."""

import pytest
from django.utils import timezone

from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import Standing, WorkOrder
from terminal.work import Work
from tests.factories.containers import VisitFactory
from tests.factories.parties import staff
from tests.factories.yard import BlockFactory, EquipmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 375, "height": 740}
SMALLEST = 44
"""Pixels a thumb needs."""


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_a_box_is_taken_and_put_elsewhere_with_one_thumb(page, sign_in):
    block, by = BlockFactory(code="A"), Actor.itself("test")
    EquipmentFactory(terminal=block.terminal, code="RS1")
    visit = VisitFactory(in_yard=True)
    yard.place(visit, block, 1, 1, 1, by=by, at=timezone.now())
    yard.plan_orders([yard.NewOrder(kind=Work.SHIFT, visit=visit)], by=by, at=timezone.now())
    sign_in(staff("yard.carry_out_workorder", username="liu"))
    page.set_viewport_size(PHONE)
    page.goto("/phone/")
    page.get_by_role("button", name="RS1").click()
    page.get_by_role("button", name="Take the next one").dblclick()
    page.locator("#order").wait_for()
    assert page.locator("#from").inner_text() == "A-01-01-1"
    assert overflow(page) <= 0
    buttons = [button.bounding_box() for button in page.locator("main button:visible").all()]
    assert all(box["height"] >= SMALLEST for box in buttons)
    page.get_by_text("Put elsewhere").click()
    page.fill("[name=other]", "A-09-01-1")
    page.get_by_role("button", name="It stands there").click()
    page.locator(".told.error").wait_for()
    page.get_by_text("Put elsewhere").click()
    page.fill("[name=other]", "A-05-01-1")
    page.get_by_role("button", name="It stands there").dblclick()
    page.get_by_text("No order in hand").wait_for()
    assert str(Standing.objects.get()) == "A-05-01-1"
    assert WorkOrder.objects.get().state == "done"
