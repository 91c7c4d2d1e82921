"""What an action asks before it acts: a form in the looks of the admin, or just "are you sure?"."""

from typing import Any, Final

from django import forms
from unfold import widgets

LOOKS: list[tuple[type[forms.Widget], list[str]]] = [
    (forms.CheckboxInput, widgets.CHECKBOX_CLASSES),
    (forms.CheckboxSelectMultiple, widgets.CHECKBOX_CLASSES),
    (forms.RadioSelect, widgets.RADIO_CLASSES),
    (forms.Select, widgets.SELECT_CLASSES),
    (forms.Textarea, [*widgets.TEXTAREA_CLASSES, "max-w-2xl"]),
    (forms.Widget, widgets.INPUT_CLASSES),
]
"""The first that fits a widget dresses it."""

ONE_A_LINE: Final = ("unfold/widgets/radio.html", "common/option.html")
"""Templates of a choice of several, boxes or buttons, each with all its words beside it."""

DROP_DOWN: Final = "unfold/widgets/select.html"
"""Template of a list to choose from: with the arrow, without which it looks like a field to type in."""


class Question(forms.Form):
    """A form that knows which rows it is asked about, so that its choices can depend on them."""

    def about(self, rows: list[Any]) -> None:
        """Narrow the choices to what fits the rows, e.g. the tracks of their terminal."""


def ask(
    form: type[forms.Form] | None, rows: list[Any], terminals: set[Any], data: Any = None, files: Any = None
) -> forms.Form:
    """The form about these rows, with answers or without; an empty one where only a yes is wanted.

    Choices that stand at a terminal are those of the rows' ``terminals``.
    """
    asked = (form or forms.Form)(data, files)
    for field in asked.fields.values():
        offered = field.queryset if isinstance(field, forms.ModelChoiceField) else None
        if offered is not None and _stands_at_a_terminal(offered.model):
            field.queryset = offered.filter(terminal__in=terminals)  # type: ignore[attr-defined]
    if isinstance(asked, Question):
        asked.about(rows)
    for field in asked.fields.values():
        _dress(field)
    return asked


def _stands_at_a_terminal(model: Any) -> bool:
    return any(field.name == "terminal" and field.is_relation for field in model._meta.fields)


def _dress(field: forms.Field) -> None:
    if isinstance(field, forms.FileField):
        field.widget = widgets.UnfoldAdminFileFieldWidget()
        field.widget.is_required = field.required
        return
    widget = field.widget
    if isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
    elif isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    if isinstance(widget, forms.RadioSelect):
        widget.template_name, widget.option_template_name = ONE_A_LINE
    elif isinstance(widget, forms.Select) and not widget.allow_multiple_selected:
        widget.template_name = DROP_DOWN
    looks = next(classes for kind, classes in LOOKS if isinstance(widget, kind))
    widget.attrs["class"] = " ".join([widget.attrs.get("class", ""), *looks]).strip()
