"""A container's journey over all terminals, for a party that has a part in it."""

from typing import Any, Final, cast

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common import clock
from apps.common.api.conditional import Tagged
from apps.common.api.fields import ContainerNumberField
from apps.common.api.schema import CONTAINER_NUMBER
from apps.containers.api.views import latest_visit
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.network.selectors import ways
from apps.parties.api.authentication import Caller, HasScope
from apps.trains.selectors.journeys import Journey, RailLeg, journey_of, told_to
from terminal.events import EventKind
from terminal.identifiers import WagonScheme
from terminal.lifecycle import VisitState


class SiteOut(serializers.Serializer[Any]):
    """A terminal."""

    code = serializers.CharField()
    name = serializers.CharField()
    un_locode = serializers.CharField()


class StayOut(serializers.Serializer[Any]):
    """A stay at a terminal in which you have a part."""

    visit = serializers.UUIDField()
    terminal = SiteOut()
    state = serializers.ChoiceField([each.value for each in VisitState])
    arrived_at = serializers.DateTimeField(allow_null=True)
    departed_at = serializers.DateTimeField(allow_null=True)


LEG: Final = ("scheme", "wagon", "gauge_mm", "train", "left_at", "came_at")


class ExpectedOut(serializers.Serializer[Any]):
    """Between which moments it is expected, by the times of a corridor."""

    corridor = serializers.CharField(help_text=_("Code of the corridor."))
    least = serializers.DateTimeField()
    most = serializers.DateTimeField()


class LegOut(serializers.Serializer[Any]):
    """The container on one wagon: a change of wagons, as at a gauge change, begins a further leg."""

    scheme = serializers.ChoiceField([each.value for each in WagonScheme])
    wagon = serializers.CharField()
    gauge_mm = serializers.IntegerField()
    train = serializers.CharField()
    origin = serializers.CharField(allow_blank=True, help_text=_("UN/LOCODE; empty: not known here."))
    destination = serializers.CharField(allow_blank=True, help_text=_("UN/LOCODE; empty: not known here."))
    left_at = serializers.DateTimeField(allow_null=True)
    came_at = serializers.DateTimeField(allow_null=True)
    expected = ExpectedOut(allow_null=True, help_text=_("While it is under way on a corridor that is known."))


class JourneyEventOut(serializers.Serializer[Any]):
    """One thing that happened."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField([each.value for each in EventKind])
    happened_at = serializers.DateTimeField()
    visit = serializers.UUIDField()
    terminal = serializers.CharField(help_text=_("Code of the terminal."))
    details = serializers.DictField(child=serializers.JSONField())


class JourneyOut(serializers.Serializer[Any]):
    """One history of a container over all terminals at which you have a part in its stay."""

    container = ContainerNumberField()
    stays = StayOut(many=True)
    legs = LegOut(many=True)
    events = JourneyEventOut(many=True)


def _site(code: str, name: str, place: str) -> dict[str, str]:
    return {"code": code, "name": name, "un_locode": place}


EXAMPLE: Final = OpenApiExample(
    "over the gauge change",
    {
        "container": "CSQU3054383",
        "stays": [
            {
                "visit": "0195a3c4-7a10-7e55-b0a5-3c1d9e8f7a03",
                "terminal": _site("cnlyg", "Lianyungang China–Kazakhstan terminal", "CNLYG"),
                "state": "departed",
                "arrived_at": "2026-05-02T03:20:00Z",
                "departed_at": "2026-05-04T11:10:00Z",
            },
            {
                "visit": "0195a3c4-7a10-7f02-a1b5-0b7a9d1c2e04",
                "terminal": _site("kzhor", "Khorgos–East Gate dry port", "KZHOR"),
                "state": "departed",
                "arrived_at": "2026-05-08T04:00:00Z",
                "departed_at": "2026-05-08T04:00:00Z",
            },
        ],
        "legs": [
            {
                "scheme": "CN7", "wagon": "5270001", "gauge_mm": 1435, "train": "X9014",
                "origin": "CNLYG", "destination": "KZHOR",
                "left_at": "2026-05-04T12:00:00Z", "came_at": "2026-05-08T03:00:00Z",
                "expected": None,
            },
            {
                "scheme": "CIS8", "wagon": "24548885", "gauge_mm": 1520, "train": "1402",
                "origin": "KZHOR", "destination": "KZALA", "left_at": "2026-05-08T06:00:00Z", "came_at": None,
                "expected": {
                    "corridor": "land-bridge", "least": "2026-05-08T18:00:00Z", "most": "2026-05-09T02:00:00Z",
                },
            },
        ],
        "events": [
            {
                "id": "0195a3c4-7a10-7c3e-9f53-0d6a2b7b1f01",
                "kind": "container-changed-gauge",
                "happened_at": "2026-05-08T04:00:00Z",
                "visit": "0195a3c4-7a10-7f02-a1b5-0b7a9d1c2e04",
                "terminal": "kzhor",
                "details": {
                    "wagon_out": "5270001", "scheme_out": "CN7", "gauge_out_mm": 1435, "train_out": "X9014",
                    "wagon_in": "24548885", "scheme_in": "CIS8", "gauge_in_mm": 1520, "train_in": "1402",
                    "seals_before": ["CN7788"], "seals_after": ["KZ0042"], "seals_missing": [], "damage": "",
                    "note_kind": "smgs", "note_number": "398-0114", "note_issued_on": "2026-05-03",
                },
            }
        ],
    },
    response_only=True,
)  # fmt: skip


class ContainerJourney(Tagged):
    """A container over all terminals."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="container_journey",
        summary="Read a container's journey",
        description=(
            "The stays that make one journey with the visit you would be told under the container, at every terminal "
            "where you have a part in it now; one rail leg per wagon, so that a gauge change shows as two; and what "
            "happened, within the dates of your part. A stay in which you have no part is not there. A container in "
            "which you have no part is answered as one never seen: 404."
        ),
        parameters=[CONTAINER_NUMBER],
        responses={200: JourneyOut},
        examples=[EXAMPLE],
        tags=["containers"],
    )
    def get(self, request: Request, number: str) -> Response:
        at, caller = clock.now(), cast(Caller, request.user)
        visit = latest_visit(number, caller, at)
        mine = Visit.objects.filter(container=visit.container_id).seen_by(caller.party, at)
        journey = journey_of(visit, mine, party=caller.party)
        return Response(_document(visit, journey, told_to(caller.party, journey)))


def _document(visit: Visit, journey: Journey, events: list[Entry]) -> dict[str, Any]:
    visits = {each.pk: each for each in journey.visits}
    return {
        "container": visit.container.number,
        "stays": [_stay(each) for each in journey.visits],
        "legs": [_leg(each) for each in journey.legs],
        "events": [_event(each, visits[each.visit_id or 0]) for each in events],
    }


def _stay(visit: Visit) -> dict[str, Any]:
    told = {name: getattr(visit, name) for name in ("state", "arrived_at", "departed_at")}
    there = visit.terminal
    return {"visit": visit.public_id, "terminal": _site(there.code, there.name, there.un_locode), **told}


def _leg(leg: RailLeg) -> dict[str, Any]:
    told = {name: getattr(leg, name) for name in LEG}
    return {"origin": leg.start, "destination": leg.end, **told, "expected": _expected(leg)}


def _expected(leg: RailLeg) -> dict[str, Any] | None:
    """When what is under way is expected, by the shortest corridor that leads there; None where none does."""
    if leg.left_at is None or leg.came_at is not None or not (leg.start and leg.end):
        return None
    along = next(iter(ways(leg.start, leg.end)), None)
    if along is None:
        return None
    least, most = along.way.expected(leg.left_at)
    return {"corridor": along.corridor.code, "least": least, "most": most}


def _event(entry: Entry, visit: Visit) -> dict[str, Any]:
    told = {"kind": entry.kind, "happened_at": entry.happened_at, "details": entry.payload}
    return {"id": entry.public_id, "visit": visit.public_id, "terminal": visit.terminal.code, **told}
