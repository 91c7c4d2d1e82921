"""What a list shows of a status, and the order in which it begins."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from apps.containers.models import Visit
from apps.customs.models import Declaration
from apps.warehouse.models import Booking
from tests.factories.containers import VisitFactory
from tests.factories.customs import submitted
from tests.factories.parties import UserFactory
from tests.factories.warehouse import ZoneFactory, book

OURS = [model for model in admin.site._registry if model.__module__.startswith("apps.")]


def field_of(model: type[Model], path: str):
    for name in path.split("__"):
        field = model._meta.get_field(name)
        model = field.related_model or model
    return field


def labels():
    """Every column that shows a coloured label, with the field it tells of."""
    for model in OURS:
        page = admin.site._registry[model]
        for name in page.list_display:
            column = getattr(type(page), str(name), None)
            if isinstance(getattr(column, "label", None), dict):
                field = field_of(model, column.admin_order_field)
                yield pytest.param(field, column.label, id=f"{model._meta.model_name}-{field.name}")


def test_the_pages_that_are_worked_with_have_labels():
    named = {each.id for each in labels()}
    assert {"call-phase", "trainvisit-phase", "booking-status", "declaration-status", "visit-state"} <= named


@pytest.mark.parametrize(("field", "tones"), list(labels()))
def test_every_status_has_a_tone_so_that_its_label_shows_and_not_its_code(field, tones):
    codes = {value for value, _label in field.choices or ()} | ({""} if field.blank else set())
    assert codes <= tones.keys()


def begins_with(client, name):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return [row.pk for row in client.get(reverse(f"admin:{name}_changelist")).context["cl"].result_list]


def test_visits_begin_with_the_boxes_that_are_here_and_came_last(client, lyg):
    at = timezone.now()
    made = [VisitFactory(terminal=lyg) for _ in range(5)]
    told = [("cancelled", None), ("departed", 5), ("advised", None), ("active", 3), ("active", 1)]
    for visit, (state, days) in zip(made, told, strict=True):
        left = at if state == "departed" else None
        came = None if days is None else at - timedelta(days=days)
        position = {"active": "in_yard", "departed": "gone"}.get(state, "inbound")
        Visit.objects.filter(pk=visit.pk).update(state=state, arrived_at=came, departed_at=left, position=position)
    assert begins_with(client, "containers_visit") == [visit.pk for visit in reversed(made)]


def test_declarations_begin_with_the_one_that_waits_longest(client, lyg):
    first, last, over = (submitted(terminal=lyg) for _ in range(3))
    hour = timedelta(hours=1)
    Declaration.objects.filter(pk=last.pk).update(submitted_at=first.submitted_at + hour)
    Declaration.objects.filter(pk=over.pk).update(submitted_at=first.submitted_at - hour, status="withdrawn")
    assert begins_with(client, "customs_declaration") == [first.pk, last.pk, over.pk]


def test_bookings_begin_with_the_requests_and_go_on_by_their_start(client, lyg):
    zone, at = ZoneFactory(terminal=lyg), timezone.now()
    made = [book(zone, 1, at + timedelta(days=n), at + timedelta(days=n, hours=1), at=at) for n in range(1, 6)]
    for booking, status in zip(made, ["cancelled", "cancelled", "confirmed", "requested", "requested"], strict=True):
        Booking.objects.filter(pk=booking.pk).update(status=status)
    assert begins_with(client, "warehouse_booking") == [made[n].pk for n in (3, 4, 2, 1, 0)]
