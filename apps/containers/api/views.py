"""Pre-advice, the state of a container, and what stands between it and its next step."""

from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from django.db.models import Case, Value, When
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import asked_for
from apps.common.api.conditional import Tagged
from apps.common.api.idempotency import Idempotent
from apps.common.api.schema import CONTAINER_NUMBER
from apps.containers import services
from apps.containers.api import examples
from apps.containers.api.advising import advice_of, advise_each, advised_visit, require_many
from apps.containers.api.documents import container_document, readiness_document
from apps.containers.api.noted import WeightOut, weight_document
from apps.containers.api.serializers import (
    AdviceIn,
    AdviceQuery,
    AdvisedEachOut,
    AdvisedOut,
    ContainerOut,
    ReadinessOut,
    ReadinessQuery,
    WeightIn,
)
from apps.containers.models import Visit, VisitQuerySet, Weight
from apps.containers.selectors import what_stands_between
from apps.parties.api.authentication import Caller, HasScope, caller_of
from terminal.errors import Malformed
from terminal.identifiers import require_container_number
from terminal.identifiers.text import compact
from terminal.lifecycle import VisitState
from terminal.readiness import Step
from terminal.weights import Weighing

VISIT: Final = OpenApiParameter("public_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The visit.")


def one_or_many(name: str, one: Any) -> PolymorphicProxySerializer:
    """One document or a list of them, for the OpenAPI document."""
    return PolymorphicProxySerializer(
        component_name=name, serializers=[one, one(many=True)], resource_type_field_name=None, many=False
    )


class Visits(Idempotent, APIView):
    """Pre-advice of containers."""

    permission_classes = [HasScope]
    required_scope = "advise"

    @extend_schema(
        operation_id="advise_visits",
        summary="Pre-advise one container, or up to 1,000",
        description=(
            "Say that containers are to come. One object, or a list that is taken whole or not at all; a list is "
            "answered by a list in the same order. With `all_or_none=false` each row of it is answered by itself "
            "(200): what is wrong with one does not stop the others. You get your `role` on the visit you advised and "
            "learn nothing of any other: the answer is the same whoever else has advised the container and wherever "
            "it stands. What you say of `regime`, `direction` and `laden` serves planning: customs' permission is "
            "needed until the terminal, a train's papers or customs have said it too."
        ),
        parameters=[AdviceQuery],
        request=one_or_many("OneOrManyAdvices", AdviceIn),
        responses={200: AdvisedEachOut, 201: one_or_many("OneOrManyAdvised", AdvisedOut)},
        examples=examples.ADVICE,
        tags=["visits"],
    )
    def post(self, request: Request) -> Response:
        many, caller, at = isinstance(request.data, list), caller_of(request), clock.now()
        each = not asked_for(AdviceQuery, request)["all_or_none"]
        if many and each:
            return Response(advise_each(require_many(list(request.data)), caller=caller, at=at))
        wanted = _validated(request.data, many=many)
        visits = services.advise([advice_of(each, caller) for each in wanted], by=caller.actor, at=at)
        documents = [advised_visit(visit, each) for visit, each in zip(visits, wanted, strict=True)]
        if many:
            return Response(documents, status=201)
        place = reverse("container", kwargs={"number": wanted[0]["container"]})
        return Response(documents[0], status=201, headers={"Location": place})


def _validated(data: Any, *, many: bool) -> list[dict[str, Any]]:
    wanted = AdviceIn(data=require_many(data) if many else data, many=many)
    wanted.is_valid(raise_exception=True)
    return list(wanted.validated_data) if many else [wanted.validated_data]


class Weights(Idempotent, APIView):
    """What a container weighs, as its parties know it."""

    permission_classes = [HasScope]
    required_scope = "advise"

    @extend_schema(
        operation_id="tell_weight",
        summary="Tell the weight of a container, or its verified gross mass",
        description=(
            "For a visit in which you have a part now: the `visit` of the container's document. A verified gross mass "
            "names the party that answers for it. A later weight takes the place of an earlier one; all of them are "
            "kept. A visit in which you have no part is answered as one that never was: 404."
        ),
        parameters=[VISIT],
        request=WeightIn,
        responses={201: WeightOut},
        examples=examples.WEIGHT,
        tags=["visits"],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        caller, at = cast(Caller, request.user), clock.now()
        wanted = WeightIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        mine = Visit.objects.filter(public_id=public_id, terminal=caller.terminal).seen_by(caller.party, at)
        visit = mine.select_related("terminal").first()
        if visit is None:
            raise NotFound
        said = {**wanted.validated_data, "how": Weighing(wanted.validated_data["how"])}
        (weight,) = services.note([services.NewWeight(visit=visit, **said)], by=caller.actor, at=at)
        return Response(weight_document(cast(Weight, weight)), status=201)


class OneContainer(Tagged):
    """How things stand with a container."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="container",
        summary="Look up a container",
        description=(
            "The latest visit of the container in which you have a role now: an active one before an advised one, "
            "before those that are over. A container in which you have no part is answered as one never seen: 404. A "
            "visit that was first written down under a wrong number is found by both."
        ),
        parameters=[CONTAINER_NUMBER],
        responses={200: ContainerOut},
        examples=examples.CONTAINER,
        tags=["containers"],
    )
    def get(self, request: Request, number: str) -> Response:
        at = clock.now()
        caller = cast(Caller, request.user)
        return Response(container_document(latest_visit(number, caller, at), caller.party, at))


class Readiness(APIView):
    """What stands between a container and its next step."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="container_readiness",
        summary="Ask why a container cannot move",
        description=(
            "Everything that stands between the container and the step, with the owner of each stop, the reference "
            "under which the owner knows it, and what helps. Asked at this moment and never stored."
        ),
        parameters=[CONTAINER_NUMBER, ReadinessQuery],
        responses={200: ReadinessOut},
        examples=examples.READINESS,
        tags=["containers"],
    )
    def get(self, request: Request, number: str) -> Response:
        at = clock.now()
        wanted = asked_for(ReadinessQuery, request)
        step = Step(wanted["step"])
        visit = latest_visit(number, cast(Caller, request.user), at)
        return Response(readiness_document(step, what_stands_between(visit, step, at), at))


def latest_visit(number: str, caller: Caller, at: datetime) -> Visit:
    """The visit a party means when it names a container. Raises the refusals of a number, and ``NotFound``.

    One that went on under another number is found by its former one, too; one under a number outside ISO 6346 by those
    who have a part in it, while to all others the number is as wrong as any.
    """
    visits = Visit.objects.filter(terminal=caller.terminal).seen_by(caller.party, at)
    mine = visits.select_related("container", "arrival_call", "departure_call")
    try:
        right = require_container_number(number)
    except Malformed:
        found = _first(mine.filter(container__number=compact(number), container__allowed__isnull=False))
        if found is None:
            raise
        return found
    found = _first(mine.filter(container__number=right)) or _first(mine.filter(former_numbers__container__number=right))
    if found is None:
        raise NotFound
    return found


def _first(visits: VisitQuerySet) -> Visit | None:
    order = Case(
        When(state=VisitState.ACTIVE.value, then=Value(0)),
        When(state=VisitState.ADVISED.value, then=Value(1)),
        default=Value(2),
    )
    return visits.order_by(order, "-arrived_at", "-advised_at", "-pk").first()
