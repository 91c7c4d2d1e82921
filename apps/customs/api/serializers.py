"""Declarations in JSON, for those who declare."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.common.api.asking import NextCursor, PageQuery
from apps.common.api.fields import OneOfField
from apps.customs.models import Amendment, Declaration, DeclarationDocument, Guarantee, Mandate
from apps.customs.selectors import clocks_of
from apps.customs.selectors.declarations import ASKED, weight_gap
from terminal.customs.clocks import Clock
from terminal.customs.goods import DocumentKind
from terminal.lifecycle import AmendmentStatus, Channel, DeclarationStatus
from terminal.regimes import Direction, Regime

STATUSES = [each.value for each in DeclarationStatus]


class DeclarationOut(serializers.Serializer[Declaration]):
    """Where a declaration stands. Only ``released``, not revoked and not run out, lets its containers go."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    channel = serializers.ChoiceField(choices=["", *(each.value for each in Channel)])
    office = serializers.CharField(source="office.name")
    declarant = serializers.CharField(source="declarant.code")
    broker = serializers.CharField(source="broker.code", default=None, allow_null=True)
    regime = serializers.ChoiceField(choices=[each.value for each in Regime])
    direction = serializers.ChoiceField(choices=[each.value for each in Direction])
    train = serializers.UUIDField(source="call.public_id", default=None, allow_null=True)
    containers = serializers.SerializerMethodField()
    lots = serializers.SerializerMethodField()
    hs_code = serializers.CharField()
    goods = serializers.CharField()
    duty_minor = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("In minor units of `currency`."))
    currency = serializers.CharField()
    ends_on = serializers.DateField(allow_null=True, help_text=gettext_lazy("The last day of the period, if any."))
    drafted_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    status_since = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)
    release_valid_until = serializers.DateTimeField(allow_null=True)
    release_revoked_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    version = serializers.IntegerField()

    def get_containers(self, declaration: Declaration) -> list[str]:
        return sorted(visit.container.number for visit in declaration.visits.all())

    @extend_schema_field(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "lot": {"type": "string", "format": "uuid"},
                    "number": {"type": "string"},
                    "packages": {"type": "integer"},
                },
                "required": ["lot", "number", "packages"],
            },
        }
    )
    def get_lots(self, declaration: Declaration) -> list[dict[str, Any]]:
        return [
            {"lot": str(each.lot.public_id), "number": each.lot.number, "packages": each.packages}
            for each in declaration.declared_lots.all()
        ]


class DeclaredLineOut(serializers.Serializer[Any]):
    """Goods of one kind and origin."""

    line = serializers.IntegerField()
    hs_code = serializers.CharField()
    goods = serializers.CharField()
    origin = serializers.CharField()
    packages = serializers.IntegerField()
    gross_kg = serializers.DecimalField(max_digits=12, decimal_places=3)
    value_minor = serializers.IntegerField()
    currency = serializers.CharField()


class DocumentOut(serializers.Serializer[DeclarationDocument]):
    """A paper that goes with the declaration; its bytes are at its own address."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(choices=[each.value for each in DocumentKind])
    number = serializers.CharField()
    name = serializers.CharField(source="file.name")
    media_type = serializers.CharField(source="file.media_type", help_text=gettext_lazy("What the bytes say it is."))
    size_bytes = serializers.IntegerField(source="file.size_bytes")
    sha256 = serializers.CharField(source="file.sha256")
    added_at = serializers.DateTimeField()


class DocumentList(serializers.Serializer[Any]):
    """The papers of a declaration, in the order in which they came."""

    results = DocumentOut(many=True)


class AmendmentOut(serializers.Serializer[Amendment]):
    """A change that was asked of customs. Nothing changes until it is ``accepted``."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    status = serializers.ChoiceField(choices=[each.value for each in AmendmentStatus])
    changes = serializers.JSONField()
    before = serializers.JSONField()
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()


class PeriodOut(serializers.Serializer[Any]):
    """A time in which one side had the declaration. ``ended_at`` null: it has it."""

    clock = serializers.ChoiceField(choices=[each.value for each in Clock])
    status = serializers.ChoiceField(choices=STATUSES)
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ClocksOut(serializers.Serializer[Any]):
    """How long each side had it so far, in whole minutes, and the periods in their order."""

    trader_minutes = serializers.IntegerField()
    terminal_minutes = serializers.IntegerField()
    customs_minutes = serializers.IntegerField()
    agency_minutes = serializers.IntegerField()
    periods = PeriodOut(many=True)


class AskedOut(serializers.Serializer[Any]):
    """What is asked of who declares now. ``question``: customs' own words."""

    what = serializers.ChoiceField(choices=["submit", "answer", "pay", "wait", "nothing"])
    remedy = serializers.CharField()
    question = serializers.CharField()


class WeightGapOut(serializers.Serializer[Any]):
    """The lines weigh otherwise than what is known of the containers and lots. Nothing is refused for it."""

    declared_kg = serializers.DecimalField(max_digits=14, decimal_places=3)
    known_kg = serializers.DecimalField(max_digits=14, decimal_places=3)


class DeclarationDetailOut(DeclarationOut):
    """A declaration with all that belongs to it."""

    lines = DeclaredLineOut(many=True)
    documents = DocumentOut(many=True)
    amendments = AmendmentOut(many=True)
    ends = serializers.UUIDField(source="earlier.public_id", default=None, allow_null=True)
    period_days = serializers.IntegerField(allow_null=True)
    least_yield_percent = serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True)
    most_yield_percent = serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True)
    asked = serializers.SerializerMethodField()
    clocks = serializers.SerializerMethodField()
    weight_gap = serializers.SerializerMethodField()

    @extend_schema_field(AskedOut)
    def get_asked(self, row: Declaration) -> dict[str, str]:
        status = DeclarationStatus(row.status)
        what = {
            DeclarationStatus.DRAFT: "submit",
            DeclarationStatus.QUERY: "answer",
            DeclarationStatus.ASSESSED: "pay",
            DeclarationStatus.RELEASED: "nothing",
            DeclarationStatus.REJECTED: "nothing",
            DeclarationStatus.WITHDRAWN: "nothing",
        }.get(status, "wait")
        remedy = _(ASKED[status]) if status in ASKED else ""
        return {"what": what, "remedy": remedy, "question": row.reason if what == "answer" else ""}

    @extend_schema_field(ClocksOut)
    def get_clocks(self, row: Declaration) -> dict[str, Any]:
        at: datetime = self.context["at"]
        found = clocks_of(row, at)
        ran = {f"{clock}_minutes": int(ran.total_seconds() // 60) for clock, ran in found.ran.items()}
        return ClocksOut({**ran, "periods": found.periods}).data

    @extend_schema_field(WeightGapOut(allow_null=True))
    def get_weight_gap(self, row: Declaration) -> dict[str, Any] | None:
        gap = weight_gap(row)
        return None if gap is None else WeightGapOut({"declared_kg": gap[0], "known_kg": gap[1]}).data


class DeclarationPage(serializers.Serializer[Any]):
    """The newest declarations first. ``next`` is the cursor of the following page, null on the last."""

    results = DeclarationOut(many=True)
    next = NextCursor()


class DeclarationQuery(PageQuery):
    """Which page of which declarations."""

    status = OneOfField(choices=STATUSES, required=False)


class MandateOut(serializers.Serializer[Mandate]):
    """A party has named a broker. ``until`` null: until it is ended."""

    id = serializers.UUIDField(source="public_id")
    party = serializers.CharField(source="party.code")
    broker = serializers.CharField(source="broker.code")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class MandatePage(serializers.Serializer[Any]):
    """The newest first. ``next`` is the cursor of the following page, null on the last."""

    results = MandateOut(many=True)
    next = NextCursor()


class ChargeOut(serializers.Serializer[Any]):
    """What one declaration takes of it."""

    declaration = serializers.CharField(source="declaration.number")
    amount_minor = serializers.IntegerField()
    taken_at = serializers.DateTimeField()


class GuaranteeOut(serializers.Serializer[Guarantee]):
    """Security put up with customs, in minor units of ``currency``, and what stands on it now."""

    id = serializers.UUIDField(source="public_id")
    reference = serializers.CharField()
    amount_minor = serializers.IntegerField()
    taken_minor = serializers.IntegerField()
    free_minor = serializers.IntegerField()
    currency = serializers.CharField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    charges = ChargeOut(many=True, source="standing")


class GuaranteePage(serializers.Serializer[Any]):
    """The newest first. ``next`` is the cursor of the following page, null on the last."""

    results = GuaranteeOut(many=True)
    next = NextCursor()
