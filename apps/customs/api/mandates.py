"""Brokers that a party has named, and guarantees it has put up."""

from uuid import UUID

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import PageQuery, asked_for, checked, page_of
from apps.common.api.idempotency import Idempotent
from apps.customs import services
from apps.customs.api import examples, incoming, serializers
from apps.customs.api.asking import TAGS
from apps.customs.models import Mandate
from apps.customs.selectors.guarantees import guarantees_of
from apps.parties.api.authentication import Caller, HasScope, caller_of
from apps.parties.models import Party
from terminal.errors import Refused, gettext_noop


class NoSuchMandate(Refused):
    """To the one who asks there is none."""

    kind = "absent"
    message = gettext_noop("There is no mandate %(id)s of yours.")


class MandatesView(Idempotent):
    """Brokers you have named, and parties that named you. Reading takes the scope ``read``, naming ``declare``."""

    permission_classes = [HasScope]

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "declare" if self.request.method == "POST" else "read"

    @extend_schema(
        operation_id="list_mandates",
        tags=TAGS,
        parameters=[PageQuery],
        responses=serializers.MandatePage,
    )
    def get(self, request: Request) -> Response:
        """The mandates you gave or were given, those that ended too; the newest first."""
        asked, caller = asked_for(PageQuery, request), caller_of(request)
        own = _mandates(caller).filter(Q(party=caller.party) | Q(broker=caller.party))
        return Response(serializers.MandatePage(page_of(own, asked, request)).data)

    @extend_schema(
        operation_id="name_broker",
        tags=TAGS,
        request=incoming.NameBroker,
        responses={201: serializers.MandateOut},
        examples=[examples.MANDATE],
    )
    def post(self, request: Request) -> Response:
        """Let a customs broker declare for you, until you end it or to `until`. 409 `named-already`."""
        caller, said = caller_of(request), checked(incoming.NameBroker, request.data)
        broker = Party.objects.filter(code=said["broker"], kind=Party.Kind.BROKER, active=True).first()
        if broker is None:
            raise services.NotABroker(broker=said["broker"])
        mandate = services.name_broker(
            terminal=caller.terminal,
            party=caller.party,
            broker=broker,
            until=said.get("until"),
            by=caller.actor,
            at=clock.now(),
        )
        return Response(serializers.MandateOut(mandate).data, status=201)


class EndMandateView(Idempotent):
    """Taking a mandate back."""

    permission_classes = [HasScope]
    required_scope = "declare"

    @extend_schema(operation_id="dismiss_broker", tags=TAGS, request=None, responses={200: serializers.MandateOut})
    def post(self, request: Request, public_id: UUID) -> Response:
        """End a mandate you gave: from now on the broker does and sees nothing more for you. Twice is once."""
        caller = caller_of(request)
        mandate = _mandates(caller).filter(party=caller.party, public_id=public_id).first()
        if mandate is None:
            raise NoSuchMandate(id=str(public_id))
        services.dismiss_broker(mandate, by=caller.actor, at=clock.now())
        return Response(serializers.MandateOut(mandate).data)


class GuaranteesView(APIView):
    """Guarantees you have put up with customs."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="list_guarantees",
        tags=TAGS,
        parameters=[PageQuery],
        responses=serializers.GuaranteePage,
    )
    def get(self, request: Request) -> Response:
        """Your guarantees, what stands on each, and how much is free; the newest first."""
        asked, caller = asked_for(PageQuery, request), caller_of(request)
        own = guarantees_of(caller.party, caller.terminal)
        return Response(serializers.GuaranteePage(page_of(own, asked, request)).data)


def _mandates(caller: Caller) -> QuerySet[Mandate]:
    return Mandate.objects.filter(terminal=caller.terminal).select_related("party", "broker", "terminal")
