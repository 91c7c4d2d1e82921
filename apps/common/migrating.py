"""Migrations in a fifth of the time.

# Note [A step draws one model]
Django keeps a picture of all models as they were at each step of the migrations, and after most steps draws anew every
model that is related to the one that changed. Here nearly all are, through the terminal and the visit: 800 steps drew
35,000 models, and that was nine tenths of the time a first start takes. Yet what the steps ask of the picture is the
changed model's own table and columns. So a step that adds a model or a field, or alters a field nobody refers to, draws
that one model, and one that adds a constraint or an index draws none. The picture counts as delayed from then on, and
Django draws all of it anew before code of a migration (``RunPython``) sees it. A test compares what both ways make.
"""

from typing import Any, Final

from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.utils import field_is_referenced

ADD_MODEL: Final = ProjectState.add_model
ADD_FIELD: Final = ProjectState.add_field
ALTER_FIELD: Final = ProjectState.alter_field
APPEND: Final = ProjectState._append_option  # type: ignore[attr-defined]


def quicken_migrations() -> None:
    """Draw no more than Note [A step draws one model] says, from now on in this process."""
    changes: dict[str, Any] = {
        "add_model": _add_model,
        "add_field": _add_field,
        "alter_field": _alter_field,
        "_append_option": _append_option,
    }
    for name, change in changes.items():
        setattr(ProjectState, name, change)


def as_django_does() -> None:
    """Draw as Django does again."""
    ways: dict[str, Any] = {
        "add_model": ADD_MODEL, "add_field": ADD_FIELD, "alter_field": ALTER_FIELD, "_append_option": APPEND,
    }  # fmt: skip
    for name, way in ways.items():
        setattr(ProjectState, name, way)


def _add_model(self: Any, model_state: ModelState) -> None:
    drawn = self.__dict__.pop("apps", None)
    ADD_MODEL(self, model_state)
    _draw(self, drawn, model_state.app_label, model_state.name_lower)


def _add_field(self: Any, app_label: str, model_name: str, name: str, field: Any, preserve_default: bool) -> None:
    if _is_a_base(self, app_label, model_name):
        ADD_FIELD(self, app_label, model_name, name, field, preserve_default)
        return
    drawn = self.__dict__.pop("apps", None)
    ADD_FIELD(self, app_label, model_name, name, field, preserve_default)
    _draw(self, drawn, app_label, model_name)


def _alter_field(self: Any, app_label: str, model_name: str, name: str, field: Any, preserve_default: bool) -> None:
    key = app_label, model_name
    referenced = field_is_referenced(self, key, (name, field))
    if field.is_relation or field.primary_key or referenced or _is_a_base(self, app_label, model_name):
        ALTER_FIELD(self, app_label, model_name, name, field, preserve_default)
        return
    drawn = self.__dict__.pop("apps", None)
    ALTER_FIELD(self, app_label, model_name, name, field, preserve_default)
    _draw(self, drawn, app_label, model_name)


def _append_option(self: Any, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    drawn = self.__dict__.pop("apps", None)
    APPEND(self, app_label, model_name, option_name, obj)
    if drawn is not None:
        self.__dict__["apps"], self.is_delayed = drawn, True


def _draw(self: Any, drawn: Any, app_label: str, model_name: str) -> None:
    """Draw the one model into the picture, where there is one."""
    if drawn is not None:
        self.__dict__["apps"], self.is_delayed = drawn, True
        self._reload({(app_label, model_name)})


def _is_a_base(self: Any, app_label: str, model_name: str) -> bool:
    """Whether another model inherits from it: then both are drawn, as Django does."""
    name = f"{app_label}.{model_name}"
    return any(isinstance(base, str) and base.lower() == name for each in self.models.values() for base in each.bases)
