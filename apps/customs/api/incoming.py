"""What who declares sends, in JSON."""

import base64
import binascii
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.common.api.fields import ContainerNumberField, MomentField, OneOfField, StrictSerializer, TextField
from apps.common.attachments import EmptyFile
from apps.customs.services.drafting import DECLARED_REGIMES, LONGEST_DAYS
from terminal.customs.goods import MOST_KG, MOST_LINES, MOST_MINOR, MOST_PACKAGES, DocumentKind
from terminal.regimes import Direction

REGIMES = sorted(DECLARED_REGIMES)
DIRECTIONS = [each.value for each in Direction]


def percent(**kwargs: Any) -> serializers.DecimalField:
    """Percent to 0.01."""
    return serializers.DecimalField(max_digits=6, decimal_places=2, min_value=0, **kwargs)


class DeclaredLineIn(StrictSerializer):
    """Goods of one kind and origin. All lines of a declaration are in one currency."""

    hs_code = serializers.CharField(max_length=20, help_text=_("6, 8 or 10 digits."))
    goods = TextField(max_length=200)
    origin = serializers.CharField(max_length=2, help_text=_("ISO 3166, two letters."))
    packages = serializers.IntegerField(min_value=1, max_value=MOST_PACKAGES)
    gross_kg = serializers.DecimalField(max_digits=12, decimal_places=3, max_value=MOST_KG)
    value_minor = serializers.IntegerField(
        min_value=0, max_value=MOST_MINOR, help_text=_("In minor units of the currency.")
    )
    currency = serializers.CharField(max_length=3, help_text=_("ISO 4217, three letters."))


class DeclaredPartIn(StrictSerializer):
    """Packages of a lot in the declarant's stock."""

    lot = serializers.UUIDField(help_text=_("The lot's id."))
    packages = serializers.IntegerField(min_value=1, max_value=MOST_PACKAGES)


class ContentsIn(StrictSerializer):
    """What a declaration is about."""

    direction = OneOfField(choices=DIRECTIONS, required=False)
    containers = serializers.ListField(child=ContainerNumberField(max_length=11), max_length=1000, required=False)
    lots = serializers.ListField(child=DeclaredPartIn(), required=False, max_length=500)
    lines = serializers.ListField(child=DeclaredLineIn(), required=False, min_length=1, max_length=MOST_LINES)
    period_days = serializers.IntegerField(
        min_value=1, max_value=LONGEST_DAYS, required=False, help_text=_("Left out: the regime's own period.")
    )
    least_yield_percent = percent(required=False, help_text=_("For processing: the yield customs approve."))
    most_yield_percent = percent(required=False)


class ChangeDeclaration(ContentsIn):
    """What a draft is to say instead. What is left out stays."""

    regime = OneOfField(choices=REGIMES, required=False)
    train = serializers.UUIDField(required=False)


class Declare(ContentsIn):
    """A declaration over containers, lots in stock, or a whole train (transit only)."""

    regime = OneOfField(choices=REGIMES)
    direction = OneOfField(choices=DIRECTIONS)
    train = serializers.UUIDField(required=False, help_text=_("The id of a train: all your containers on it."))
    lines = serializers.ListField(child=DeclaredLineIn(), min_length=1, max_length=MOST_LINES)
    declarant = serializers.CharField(
        max_length=30, required=False, help_text=_("The code of the party that named you its broker; else yourself.")
    )
    broker = serializers.CharField(max_length=30, required=False, help_text=_("The code of a broker you have named."))
    ends = serializers.UUIDField(
        required=False,
        help_text=_("The id of the declaration of a temporary stay that this one, a return or an export, ends."),
    )
    submit = serializers.BooleanField(default=False, help_text=_("Hand it in at once."))


class AmendDeclaration(ContentsIn):
    """What a declaration is to say instead, and why."""

    reason = TextField(max_length=200)


class WithdrawDeclaration(StrictSerializer):
    """Why."""

    reason = TextField(max_length=200, required=False, allow_blank=True, default="")


class AnswerQuery(StrictSerializer):
    """The answer to what customs asked."""

    reply = TextField(max_length=200)


@extend_schema_field({"type": "string", "format": "byte", "contentEncoding": "base64", "minLength": 4})
class Base64Field(serializers.CharField):
    """The bytes of a file, in base64; kept as text until they are needed."""

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as broken:
            raise serializers.ValidationError(_("This is not base64."), code="not-base64") from broken
        if not content:
            raise serializers.ValidationError(str(EmptyFile()), code=EmptyFile.code())
        return text


class AddDocument(StrictSerializer):
    """A paper that goes with the declaration."""

    kind = OneOfField(choices=[each.value for each in DocumentKind])
    name = TextField(max_length=200, help_text=_("What the file is called."))
    number = TextField(max_length=60, required=False, allow_blank=True, default="")
    content = Base64Field(help_text=_("The file, in base64."))


class NameBroker(StrictSerializer):
    """Who may declare for you, and until when."""

    broker = serializers.SlugField(max_length=30)
    until = MomentField(required=False, help_text=_("Left out: until you end it."))
