"""Stock: a party's program sees its own goods, now and at any past moment, and says what is to become of them."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import asked_for, checked, etag, location
from apps.common.api.idempotency import Idempotent
from apps.parties.api.authentication import HasScope, caller_of
from apps.warehouse import selectors
from apps.warehouse.api import cargo
from apps.warehouse.models import Lot, Reservation
from apps.warehouse.selectors.orders import order_of
from apps.warehouse.selectors.stock import Holding, holdings, lot_of, stock_at
from apps.warehouse.services import orders, stock
from terminal.errors import Refused, gettext_noop
from terminal.stock import Amount, total

TAGS = ["warehouse"]
ETAG = etag("The lot's version.")


class NoSuchReservation(Refused):
    """To the one who asks there is none."""

    kind = "absent"
    message = gettext_noop("There is no reservation %(id)s of yours.")


class StockView(APIView):
    """Your goods in the warehouse."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="read_stock", tags=TAGS, parameters=[cargo.StockQuery], responses=cargo.StockOut)
    def get(self, request: Request) -> Response:
        """Your stock by lot and zone, now or at a moment that is past, and what it comes to.

        It is the sum of all movements until then, so that the same moment is always answered alike.
        """
        asked, caller = asked_for(cargo.StockQuery, request), caller_of(request)
        at = asked.get("at") or clock.now()
        zone = selectors.require_zone(caller.terminal, asked["zone"]) if "zone" in asked else None
        found = holdings(stock_at(caller.terminal, at, owner=caller.party, zone=zone))
        wanted = asked.get("customs_status")
        rows = [each for each in found if wanted in (None, each.customs_status)]
        return Response(cargo.StockOut(_summed(at, rows)).data)


def _summed(at: Any, rows: list[Holding]) -> dict[str, Any]:
    all_of_it = total(Amount(each.packages, each.gross_kg, each.volume_m3) for each in rows)
    sums = {name: getattr(all_of_it, name) for name in ("packages", "gross_kg", "volume_m3")}
    return {"at": at, "results": rows, **sums}


class LotView(APIView):
    """One lot of yours."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="read_lot", tags=TAGS, parameters=[ETAG], responses=cargo.LotDetailOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """A lot of yours as it is now, with the movements it had while it was yours."""
        lot: Any = _own(request, public_id)
        mine = lot.movements.filter(owner=lot.owner).select_related("zone", "order")
        lot.own_movements = list(mine.order_by("happened_at", "pk"))
        return Response(cargo.LotDetailOut(lot).data, headers={"ETag": f'"{lot.version}"'})


class WithdrawView(Idempotent):
    """Having goods handed out."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(
        operation_id="withdraw_lot",
        tags=TAGS,
        request=cargo.WithdrawIn,
        parameters=[location("Where the order is.")],
        responses={201: cargo.CargoOrderOut},
        examples=[OpenApiExample("Forty bales", {"packages": 40, "reference": "truck SU-G12345"}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Ask for packages of a lot to be handed out: an order, which the terminal carries out; they are reserved.

        409 `more-than-is-there` says how many packages are free.
        """
        lot, caller = _own(request, public_id), caller_of(request)
        said = checked(cargo.WithdrawIn, request.data)
        planned = [orders.Planned(lot=lot, packages=said.pop("packages"))]
        order = orders.order_withdrawal(
            terminal=caller.terminal, party=caller.party, planned=planned, by=caller.actor, at=clock.now(), **said
        )
        document = cargo.CargoOrderOut(order_of(caller.party, caller.terminal, order.public_id)).data
        where = reverse("warehouse-cargo-order", args=[order.public_id])
        return Response(document, status=201, headers={"Location": where})


class SplitView(Idempotent):
    """Making two lots of one."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(
        operation_id="split_lot",
        tags=TAGS,
        request=cargo.PartIn,
        parameters=[location("Where the new lot is.")],
        responses={201: cargo.LotOut},
        examples=[OpenApiExample("Twenty-five bales apart", {"packages": 25}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Make packages of a lot a lot of their own, in the same place."""
        part = stock.split_lot(
            _own(request, public_id),
            by=caller_of(request).actor,
            at=clock.now(),
            **checked(cargo.PartIn, request.data),
        )
        where = reverse("warehouse-lot", args=[part.public_id])
        return Response(cargo.LotOut(part).data, status=201, headers={"Location": where})


class ReserveView(Idempotent):
    """Keeping goods back."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(
        operation_id="reserve_lot",
        tags=TAGS,
        request=cargo.ReserveIn,
        responses={201: cargo.ReservationOut},
        examples=[OpenApiExample("For a buyer", {"packages": 10, "reference": "PO-77"}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Keep packages of a lot back, so that no order takes them until the reservation ends."""
        said = checked(cargo.ReserveIn, request.data)
        made = stock.reserve(_own(request, public_id), by=caller_of(request).actor, at=clock.now(), **said)
        return Response(cargo.ReservationOut(made).data, status=201)


class EndReservationView(Idempotent):
    """Freeing what was kept back."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(operation_id="end_reservation", tags=TAGS, request=None, responses={200: cargo.ReservationOut})
    def post(self, request: Request, public_id: UUID) -> Response:
        """End a reservation of yours; what it kept back is free. Twice is once."""
        caller = caller_of(request)
        own = Reservation.objects.filter(lot__owner=caller.party, lot__terminal=caller.terminal)
        found = own.select_related("lot").filter(public_id=public_id).first()
        if found is None:
            raise NoSuchReservation(id=str(public_id))
        ended = stock.end_reservation(found, by=caller.actor, at=clock.now())
        return Response(cargo.ReservationOut(ended).data)


def _own(request: Request, public_id: UUID) -> Lot:
    caller = caller_of(request)
    return lot_of(caller.party, caller.terminal, public_id)
