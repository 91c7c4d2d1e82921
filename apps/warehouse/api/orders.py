"""Cargo orders: a party's program has boxes unpacked and stuffed and goods handed out, and reads the tally."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import asked_for, checked, etag, location, page_of
from apps.common.api.idempotency import Idempotent
from apps.common.api.negotiation import JsonOnly
from apps.containers.models import Visit
from apps.parties.api.authentication import Caller, HasScope, caller_of
from apps.warehouse import papers, selectors, services
from apps.warehouse.api import cargo
from apps.warehouse.models import Booking, CargoOrder
from apps.warehouse.packing import read_lots
from apps.warehouse.selectors.orders import order_of, orders_of, tally_of
from apps.warehouse.selectors.stock import lot_of
from apps.warehouse.services import orders
from terminal.cargo import OrderKind
from terminal.errors import Malformed, gettext_noop

TAGS = ["warehouse"]
ETAG = etag("The order's version.")
LOCATION = location("Where the order is.")
AN_UNPACKING = OpenApiExample(
    "Unpack a container",
    request_only=True,
    value={
        "kind": "strip",
        "container": "CSQU3054383",
        "zone": "cfs",
        "lots": [
            {
                "goods": "Cotton yarn",
                "packages": 100,
                "package_kind": "bale",
                "gross_kg": "18200.000",
                "volume_m3": "41.500",
                "hs_code": "520512",
                "marks": "ALM 1-100",
                "origin": "UZ",
                "customs_status": "in_transit",
            }
        ],
        "totals": {"packages": 100, "gross_kg": "18200.000"},
        "reference": "ALM-4711",
    },
)
A_STUFFING = OpenApiExample(
    "Stuff a container from stock",
    request_only=True,
    value={
        "kind": "stuff",
        "container": "TCLU5088040",
        "stock": [{"lot": "0198f0a3-9a1e-7c52-8c11-3f1f6f0f2a10", "packages": 60, "gross_kg": "10920.000"}],
        "planned_at": "2026-05-05T08:00:00+08:00",
    },
)


class MemberMissing(Malformed):
    """An order of this kind says more."""

    message = gettext_noop("An order of this kind needs: %(member)s.")


class AnyFile(JsonOnly):
    """A file, whatever was asked for; what is wrong is told in JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        chosen = next(iter(renderers))
        return chosen, str(chosen.media_type)


class OrdersView(Idempotent):
    """Your cargo orders. Reading them takes the scope ``read``, placing one ``book``."""

    permission_classes = [HasScope]

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "book" if self.request.method == "POST" else "read"

    @extend_schema(
        operation_id="list_cargo_orders",
        tags=TAGS,
        parameters=[cargo.OrderPageQuery],
        responses=cargo.CargoOrderPage,
    )
    def get(self, request: Request) -> Response:
        """Your cargo orders, the newest first."""
        asked, caller = asked_for(cargo.OrderPageQuery, request), caller_of(request)
        own = orders_of(caller.party, caller.terminal)
        wanted = own.filter(status=asked["status"]) if "status" in asked else own
        return Response(cargo.CargoOrderPage(page_of(wanted, asked, request)).data)

    @extend_schema(
        operation_id="place_cargo_order",
        tags=TAGS,
        request=cargo.PlaceOrder,
        parameters=[cargo.OrderQuery, LOCATION],
        responses={200: cargo.CargoOrderOut, 201: cargo.CargoOrderOut},
        examples=[AN_UNPACKING, A_STUFFING],
    )
    def post(self, request: Request) -> Response:
        """Ask to have a container unpacked or stuffed, or goods handed out. The terminal accepts, or says why not.

        422 `packing-list-refused` names every fault by its JSON pointer, wrong totals too. Goods that are to be
        stuffed or handed out are reserved at once: 409 `more-than-is-there` says how many packages are free. With
        `dry_run` the answer is 200, refusals are the same, and nothing is written.
        """
        dry_run = asked_for(cargo.OrderQuery, request)["dry_run"]
        caller, wish = caller_of(request), checked(cargo.PlaceOrder, request.data)
        with transaction.atomic():
            order = PLACE[OrderKind(wish["kind"])](caller, wish)
            document = cargo.CargoOrderOut(order_of(caller.party, caller.terminal, order.public_id)).data
            transaction.set_rollback(dry_run)
        if dry_run:
            return Response(document)
        where = reverse("warehouse-cargo-order", args=[order.public_id])
        return Response(document, status=201, headers={"Location": where})


def _unpack(caller: Caller, wish: dict[str, Any]) -> CargoOrder:
    lines = read_lots(_said(wish, "lots"), wish.get("totals"))
    zone = selectors.require_zone(caller.terminal, _said(wish, "zone"))
    return orders.order_unpacking(zone=zone, lines=lines, visit=_box(caller, wish), **_more(caller, wish))


def _stuff(caller: Caller, wish: dict[str, Any]) -> CargoOrder:
    return orders.order_stuffing(visit=_box(caller, wish), planned=_planned(caller, wish), **_more(caller, wish))


def _withdraw(caller: Caller, wish: dict[str, Any]) -> CargoOrder:
    more = _more(caller, wish)
    more.pop("booking")
    return orders.order_withdrawal(terminal=caller.terminal, planned=_planned(caller, wish), **more)


PLACE = {OrderKind.STRIP: _unpack, OrderKind.STUFF: _stuff, OrderKind.WITHDRAW: _withdraw}


def _said(wish: dict[str, Any], member: str) -> Any:
    if not wish.get(member):
        raise MemberMissing(member=member)
    return wish[member]


def _more(caller: Caller, wish: dict[str, Any]) -> dict[str, Any]:
    said = {name: wish[name] for name in ("planned_at", "reference", "remark")}
    return {"party": caller.party, "by": caller.actor, "at": clock.now(), "booking": _booking(caller, wish), **said}


def _booking(caller: Caller, wish: dict[str, Any]) -> Booking | None:
    if "booking" not in wish:
        return None
    own = Booking.objects.filter(party=caller.party, terminal=caller.terminal)
    found = own.filter(public_id=wish["booking"]).first()
    if found is None:
        raise orders.NotItsBooking(booking=str(wish["booking"]))
    return found


def _box(caller: Caller, wish: dict[str, Any]) -> Visit:
    theirs = selectors.visits_worth_a_booking(caller.party, caller.terminal, clock.now())
    found = theirs.filter(container__number=_said(wish, "container")).first()
    if found is None:
        raise services.NoSuchContainer
    return found


def _planned(caller: Caller, wish: dict[str, Any]) -> list[orders.Planned]:
    return [
        orders.Planned(
            lot=lot_of(caller.party, caller.terminal, each["lot"]),
            packages=each["packages"],
            gross_kg=each["gross_kg"],
        )
        for each in _said(wish, "stock")
    ]


class OrderView(APIView):
    """One cargo order of yours."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="read_cargo_order", tags=TAGS, parameters=[ETAG], responses=cargo.CargoOrderOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One cargo order of yours: what was declared beside what was counted. Its version stands in the ETag."""
        order = _own(request, public_id)
        return Response(cargo.CargoOrderOut(order).data, headers={"ETag": f'"{order.version}"'})


class CancelOrderView(Idempotent):
    """Giving a cargo order up."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(
        operation_id="cancel_cargo_order",
        tags=TAGS,
        request=cargo.CancelOrder,
        responses={200: cargo.CargoOrderOut},
        examples=[OpenApiExample("Why", {"reason": "the buyer withdrew"}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give an order up before work on it starts; what it had reserved is free. Twice is once."""
        order, said = _own(request, public_id), checked(cargo.CancelOrder, request.data)
        orders.cancel_order(order, by=caller_of(request).actor, at=clock.now(), **said)
        order = _own(request, public_id)
        return Response(cargo.CargoOrderOut(order).data, headers={"ETag": f'"{order.version}"'})


class TallyView(APIView):
    """The tally of an order of yours."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="read_tally", tags=TAGS, responses=cargo.TallyOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """What was declared and what was counted, line by line, with the seals the container wears."""
        return Response(cargo.TallyOut(tally_of(_own(request, public_id))).data)


class TallyCsvView(APIView):
    """The same as CSV."""

    permission_classes = [HasScope]
    required_scope = "read"
    content_negotiation_class = AnyFile

    @extend_schema(operation_id="read_tally_csv", tags=TAGS, responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """The tally as CSV, a line per kind of goods."""
        tally = tally_of(_own(request, public_id))
        return _file(papers.tally_csv(tally), "text/csv; charset=utf-8", f"{tally.order.number}.csv")


class TallyPdfView(APIView):
    """The same as a paper."""

    permission_classes = [HasScope]
    required_scope = "read"
    content_negotiation_class = AnyFile

    @extend_schema(operation_id="read_tally_pdf", tags=TAGS, responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """The tally sheet as a PDF, in the language asked for."""
        tally = tally_of(_own(request, public_id))
        content = papers.tally_pdf(tally, at=clock.now(), by=caller_of(request).party.name)
        return _file(content, "application/pdf", f"{tally.order.number}.pdf")


def _own(request: Request, public_id: UUID) -> CargoOrder:
    caller = caller_of(request)
    return order_of(caller.party, caller.terminal, public_id)


def _file(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
