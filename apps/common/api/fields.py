"""Serializer parts that mean what their OpenAPI schema says: JSON types as they are, our own string formats."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from apps.common.api.problems import said
from apps.common.cursors import LONGEST
from terminal.dangerous_goods import require_imdg_class, require_un_number
from terminal.equipment import SizeType
from terminal.errors import Refused
from terminal.identifiers import require_container_number, require_un_locode
from terminal.seals import require_seal_number

JSON_TYPES: Final[tuple[tuple[type[Any], tuple[type, ...], Any], ...]] = (
    (serializers.BooleanField, (bool,), gettext_lazy("true or false is expected here.")),
    (serializers.IntegerField, (int,), gettext_lazy("A whole number is expected here.")),
    (serializers.DecimalField, (str, int, float, Decimal), gettext_lazy("A number is expected here.")),
    (serializers.CharField, (str,), gettext_lazy("A string is expected here.")),
    (serializers.ChoiceField, (str,), gettext_lazy("A string is expected here.")),
    (serializers.DateTimeField, (str,), gettext_lazy("A string is expected here.")),
    (serializers.DateField, (str,), gettext_lazy("A string is expected here.")),
    (serializers.UUIDField, (str,), gettext_lazy("A string is expected here.")),
)
"""What each field takes from JSON; DRF alone would read 1 as "1", "yes" as true and "12" as 12."""
LARGEST: Final = 2**63 - 1
TOO_LARGE: Final = gettext_lazy("This number is too large.")


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer of a request body that takes JSON types as they are, coerces nothing and ignores no member."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (wrong := self._unknown(data) | self._mistyped(data)):
            raise serializers.ValidationError(wrong)
        return super().to_internal_value(data)

    def _unknown(self, data: dict[str, Any]) -> dict[str, list[ErrorDetail]]:
        refusal = ErrorDetail(_("There is no such member here."), "unknown-member")
        return {name: [refusal] for name in data if name not in self.fields}

    def _mistyped(self, data: dict[str, Any]) -> dict[str, list[ErrorDetail]]:
        said = {name: _mistyped(field, name, data) for name, field in self.fields.items()}
        return {name: [ErrorDetail(words, "wrong-type")] for name, words in said.items() if words}


class StrictSerializerExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Says in the OpenAPI document that such a body has no other members."""

    target_class = StrictSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}


def _mistyped(field: Any, name: str, data: dict[str, Any]) -> str:
    value = data.get(name)
    if value is None or field.read_only:
        return ""
    for kind, types, message in JSON_TYPES:
        if isinstance(field, kind):
            fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
            if kind is serializers.IntegerField and isinstance(value, float) and abs(value) > LARGEST:
                return str(TOO_LARGE)  # JSON's own numbers end there: what is beyond is read as a float
            return "" if fits else str(message)
    return ""


class OneOfField(serializers.ChoiceField):
    """One of a few words; the refusal of another lists them."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as wrong:
            facts = {"kind": data, "possible": ", ".join(map(str, self.choices))}
            message = _("“%(kind)s” is not one of: %(possible)s.") % facts
            raise serializers.ValidationError(message, code="invalid_choice") from wrong


class _Checked(serializers.CharField):
    """A string that one of the terminal's own readers checks; its refusal becomes the field's."""

    reader: Callable[[str], str]

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            return type(self).reader(text)
        except Refused as refusal:
            raise serializers.ValidationError(said(refusal), code=refusal.code()) from refusal


@extend_schema_field({"type": "string", "format": "container-number", "examples": ["CSQU3054383"]})
class ContainerNumberField(_Checked):
    """A container number after ISO 6346. A wrong one is never corrected: the refusal names the expected digit."""

    reader = staticmethod(require_container_number)


@extend_schema_field({"type": "string", "format": "un-locode", "examples": ["KZALA"]})
class UnLocodeField(_Checked):
    """A place by the form of its UN/LOCODE; an unknown place is not refused."""

    reader = staticmethod(require_un_locode)


@extend_schema_field({"type": "string", "format": "seal-number", "examples": ["CN123456"]})
class SealNumberField(_Checked):
    """A seal number: letters and digits, grouping forgiven."""

    reader = staticmethod(require_seal_number)


@extend_schema_field({"type": "string", "format": "un-number", "examples": ["1203"]})
class UnNumberField(_Checked):
    """A UN number of dangerous goods: four digits."""

    reader = staticmethod(require_un_number)


@extend_schema_field({"type": "string", "format": "imdg-class", "examples": ["3", "5.1", "1.4S"]})
class ImdgClassField(_Checked):
    """A class or division of the IMDG Code."""

    reader = staticmethod(require_imdg_class)


class CursorField(serializers.CharField):
    """A cursor that was given. ``Question.place`` refuses what is none, and what was given to another question."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=LONGEST, **more)
        schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": LONGEST}
        self._spectacular_annotation = {"field": schema}


class TextField(serializers.CharField):
    """One line of text without control characters, up to ``max_length``; surrounding blanks are dropped."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)
        form = r"^[^\x00-\x1f\x7f]*$" if self.allow_blank else r"^[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
        self.validators.append(RegexValidator(form.removesuffix("$") + r"\Z", _("One line of text is expected here.")))
        schema = {"type": "string", "pattern": form, "maxLength": self.max_length}
        self._spectacular_annotation = {"field": schema}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        return value.strip() if isinstance(value, str) else value


@extend_schema_field({"type": "string", "format": "container-size-type", "examples": ["22G1", "45G1"]})
class SizeTypeField(_Checked):
    """A size-type code after ISO 6346, or an old numeric one."""

    @staticmethod
    def reader(text: str) -> str:
        return SizeType.parse(text).code


class MomentField(serializers.DateTimeField):
    """A moment that says which zone it is in; without one it is refused, never guessed."""

    default_error_messages = {
        "naive": gettext_lazy("Say in which zone the time is meant, e.g. 2026-05-04T08:00:00+08:00."),
        "out_of_range": gettext_lazy("This time lies outside what can be told."),
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        """The moment in UTC."""
        if value.tzinfo is None:
            self.fail("naive")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            self.fail("out_of_range")
