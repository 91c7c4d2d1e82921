"""Where customs' own systems speak: a signed message in, a receipt out; see docs/customs-messages.md."""

from dataclasses import asdict, dataclass
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.parsers import TooLarge
from apps.common.api.problems import said
from apps.customs.models import Authority
from apps.customs.services import authority as services
from terminal.customs.word import MessageKind, MessageState
from terminal.errors import Refused
from terminal.lifecycle import Channel

SYSTEM = "Customs-System"
NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")


@dataclass(frozen=True)
class SpeakingAuthority:
    """A system of customs' that has signed the request. Stands in ``request.user``."""

    authority: Authority

    is_authenticated = True
    is_active = True

    @property
    def pk(self) -> str:
        """A stable name of the system."""
        return f"authority:{self.authority.code}"


class SignedByAuthority(BaseAuthentication):
    """``Customs-System: <code>`` names the system, the headers of Standard Webhooks prove it."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        code = request.headers.get(SYSTEM, "")
        authority = (
            Authority.objects.select_related("terminal").filter(code=code, active=True).first() if code else None
        )
        if authority is None:
            raise AuthenticationFailed(_("No system of customs is known under this name."))
        if int(request.META.get("CONTENT_LENGTH") or 0) > services.LONGEST_KEPT:
            raise TooLarge
        told = {name: request.headers.get(name, "") for name in NAMES}
        try:
            services.require_authority(request._request.body, told, authority, timezone.now())
        except Refused as refusal:
            raise AuthenticationFailed(said(refusal)) from refusal
        return SpeakingAuthority(authority), None

    def authenticate_header(self, request: Request) -> str:
        return 'Signature realm="landbridge customs"'


class IsAuthority(BasePermission):
    """Only a system of customs'."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, SpeakingAuthority)


class AuthorityScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names the signature."""

    target_class = SignedByAuthority
    name = "customsSignature"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        words = "Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`; `Customs-System` names who."
        return {"type": "apiKey", "in": "header", "name": "webhook-signature", "description": words}


class Duty(serializers.Serializer[Any]):
    """What is due."""

    amount = serializers.IntegerField(help_text=_("In minor units of the currency."))
    currency = serializers.CharField()


class MessageIn(serializers.Serializer[Any]):
    """One message. Which fields a kind has is in docs/customs-messages.md; any other field makes it unreadable."""

    reference = serializers.CharField(help_text=_("Yours, of this message; the same again is answered again."))
    kind = serializers.ChoiceField(choices=[each.value for each in MessageKind])
    issued_at = serializers.DateTimeField(help_text=_("When it was decided."))
    office = serializers.CharField(required=False)
    declaration = serializers.CharField(required=False)
    turn = serializers.IntegerField(required=False, min_value=1, max_value=999)
    container = serializers.CharField(required=False)
    hold = serializers.CharField(required=False)
    report = serializers.CharField(required=False)
    channel = serializers.ChoiceField(choices=[each.value for each in Channel], required=False)
    valid_until = serializers.DateTimeField(required=False)
    reason = serializers.CharField(required=False)
    agency = serializers.CharField(required=False)
    duty = Duty(required=False)
    hs_codes = serializers.ListField(child=serializers.CharField(), required=False)


class DeclarationStands(serializers.Serializer[Any]):
    """How the declaration stands."""

    number = serializers.CharField()
    status = serializers.CharField()


class BoxStands(serializers.Serializer[Any]):
    """A container, and what customs has against its leaving: codes of blockers."""

    container = serializers.CharField()
    free = serializers.BooleanField()
    codes = serializers.ListField(child=serializers.CharField())


class ReceiptOut(serializers.Serializer[Any]):
    """What became of a message."""

    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=[each.value for each in MessageState])
    fault = serializers.CharField(help_text=_("A code; empty where nothing is wrong."))
    answer = serializers.CharField()
    declaration = DeclarationStands(allow_null=True)
    boxes = BoxStands(many=True)
    known = serializers.BooleanField(help_text=_("It was heard before; nothing was done again."))


EXAMPLES = [
    OpenApiExample(
        "a release",
        {
            "reference": "LYGC-2026-004711",
            "kind": "released",
            "issued_at": "2026-05-01T12:00:00+08:00",
            "office": "clearance",
            "declaration": "CD-2026-000017",
            "turn": 4,
            "valid_until": "2026-05-31T12:00:00+08:00",
        },
        request_only=True,
    ),
    OpenApiExample(
        "applied",
        {
            "reference": "LYGC-2026-004711",
            "state": "applied",
            "fault": "",
            "answer": "",
            "declaration": {"number": "CD-2026-000017", "status": "released"},
            "boxes": [{"container": "CSQU3054383", "free": True, "codes": []}],
            "known": False,
        },
        response_only=True,
        status_codes=["200"],
    ),
]


class AuthorityMessagesView(APIView):
    """Messages of customs' systems."""

    authentication_classes = [SignedByAuthority]
    permission_classes = [IsAuthority]

    @extend_schema(
        operation_id="hear_authority_message",
        tags=["customs"],
        request=MessageIn,
        responses={200: ReceiptOut},
        examples=EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Take one message of customs' own system. Its order of arrival is of no matter; what stops counts at once.

        422 where it cannot be read, 409 `other-content` for a reference that stands for something else.
        """
        who = cast(SpeakingAuthority, request.user)
        receipt = services.hear_signed(request._request.body, who.authority, timezone.now())
        return Response(ReceiptOut(asdict(receipt)).data)
