"""A train's consist over the API: for the terminal's own systems, and for people who may change trains."""

from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import asked_for, checked, etag
from apps.common.api.conditional import IF_MATCH, versions_of
from apps.parties.api.authentication import HasScope, actor_of
from apps.parties.api.terminals import TERMINAL
from apps.trains import services
from apps.trains.api import consist as documents
from apps.trains.api.booking_views import train_of
from apps.trains.consist import read_wagons
from apps.trains.selectors.consists import announced_but_missing, consist_as_it_stands

TAGS: Final = ["trains"]
ETAG: Final = etag("The train's version.")
TWO_BOXES: Final = [
    {"position": 1, "container": "CSQU3054383", "size_type": "22G1", "laden": True, "gross_kg": 21000,
     "destination": "KZALA", "seals": ["CN771", "KZ903"]},
    {"position": 2, "container": "TCLU5088040", "size_type": "22G1", "laden": True, "gross_kg": 19500,
     "destination": "KZALA", "un_number": "1203", "imdg_class": "3"},
]  # fmt: skip
A_CONSIST: Final = OpenApiExample(
    "A wagon with two 20′ boxes, and an empty one",
    request_only=True,
    value={
        "wagons": [
            {"scheme": "CN7", "number": "5270001", "wagon_type": "X70", "tare_kg": 22000, "length_m": "13.40",
             "boxes": TWO_BOXES},
            {"scheme": "CN7", "number": "5270002", "boxes": []},
        ]
    },
)  # fmt: skip
BEFORE: Final = {"scheme": "CN7", "wagon": "5270002", "position": 1}
A_DIFFERENCE: Final = OpenApiExample(
    "A box on another wagon, with another seal",
    response_only=True,
    value={
        "train": "0195a3c4-7a10-7c3e-9f53-0d6a2b7b1f01",
        "train_number": "X9014",
        "dry_run": False,
        "version": 4,
        "nothing_changed": False,
        "added": [],
        "removed": [],
        "moved": [
            {"container": "CSQU3054383", "before": BEFORE, "after": {**BEFORE, "wagon": "5270001"}},
        ],
        "changed": [
            {"container": "CSQU3054383", "facts": [{"name": "seals", "before": "CN771", "after": "CN771, KZ903"}]},
        ],
        "same": 1,
        "settled": [],
        "wagons_added": [],
        "wagons_removed": [],
        "wagons_changed": [],
        "wagons_kept": [],
        "reordered": [],
        "unannounced": ["TCLU5088040"],
        "missing": [],
        "doubts": [],
    },
)


class ConsistView(APIView):
    """Takes the scope ``work``, which only the terminal's owners' programs can have, or a person's right."""

    permission_classes = [HasScope]
    required_scope = "work"
    conditional = True

    @property
    def required_right(self) -> str:
        """The right this request takes of a person."""
        return "trains.change_trainvisit" if self.request.method == "PUT" else "trains.view_trainvisit"

    @extend_schema(operation_id="read_consist", tags=TAGS, parameters=[TERMINAL, ETAG], responses=documents.ConsistOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """What a train brings, wagon by wagon, as it stands now; the train's version stands in the ETag."""
        train: Any = train_of(request, public_id)
        answer = {
            "train": train.call.public_id,
            "train_number": train.call.number,
            "received_at": train.consist_received_at,
            "version": train.version,
            "wagons": consist_as_it_stands(train),
            "missing": announced_but_missing(train),
        }
        return Response(documents.ConsistOut(answer).data, headers={"ETag": f'"{train.version}"'})

    @extend_schema(
        operation_id="receive_consist",
        tags=TAGS,
        request=documents.ConsistIn,
        parameters=[documents.ConsistQuery, TERMINAL, ETAG, IF_MATCH],
        responses={200: documents.ConsistDifferenceOut},
        examples=[A_CONSIST, A_DIFFERENCE],
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """Say what a train brings, the whole train, all or nothing. What differs is changed, and told.

        Sent again, it changes nothing. 422 `consist-refused` names every fault by its JSON pointer, with what would be
        right; 409 when the train has left, is cancelled, a box is put where another came off or on a wagon that another
        train took, or is on a train that has come by the papers of that. What is heavier than the rules of loading
        allow is taken in, and stands in `doubts`, as does a box that was rolled over from a train that has not come.
        With `dry_run` the answer is the same, refusals too, and nothing is changed.
        """
        dry_run = asked_for(documents.ConsistQuery, request)["dry_run"]
        told = read_wagons(checked(documents.ConsistIn, request.data)["wagons"])
        train, at = train_of(request, public_id), clock.now()
        if dry_run:
            compared = services.check_consist(train, told, at=at, versions=versions_of(request))
        else:
            by = actor_of(request)
            compared = services.receive_consist(train, told, by=by, at=at, versions=versions_of(request))
        document = documents.difference_document(train, compared, dry_run=dry_run)
        answer = documents.ConsistDifferenceOut(document).data
        return Response(answer, headers={"ETag": f'"{train.version}"'})
