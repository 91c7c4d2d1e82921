"""What import-linter cannot see: foreign keys by name, and migrations."""

import configparser
from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[1]


def app_order() -> list[str]:
    """Our apps from the lowest up, as the architecture document lists them."""
    document = configparser.ConfigParser(comment_prefixes=("#",), inline_comment_prefixes=None)
    document.read(ROOT / ".importlinter")
    layers = document["importlinter:contract:apps"]["layers"].split()
    return list(reversed([name for name in layers if name.isidentifier()]))


def test_every_app_is_in_the_architecture_document():
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    assert ours == set(app_order())


def test_no_model_points_to_an_app_above_its_own():
    order = app_order()
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in order
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        if field.related_model._meta.app_label in order
        if order.index(field.related_model._meta.app_label) > order.index(model._meta.app_label)
    ]
    assert upward == []


def test_no_migration_depends_on_an_app_above_its_own():
    order = app_order()
    upward = [
        f"{app}.{name} -> {below}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app in order
        for below, _ in migration.dependencies
        if below in order and order.index(below) > order.index(app)
    ]
    assert upward == []


def test_the_journal_has_exactly_the_columns_that_were_decided():
    columns = {field.column for field in apps.get_model("journal", "Entry")._meta.get_fields()}
    assert columns == {
        "id", "public_id", "lineage", "revision", "terminal_id", "kind", "classifier", "happened_at", "recorded_at",
        "xid", "visit_id", "container_number", "call_id", "wagon_id", "lot_id", "booking_id", "declaration_id",
        "audience", "authority", "source", "source_ref", "actor", "payload", "payload_version",
    }  # fmt: skip
