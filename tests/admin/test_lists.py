"""What a list shows of a status, and the order in which it begins."""

import pytest
from django.contrib import admin
from django.db.models import Model

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
    codes = {value for value, _label in field.choices} | ({""} if field.blank else set())
    assert codes <= tones.keys()
