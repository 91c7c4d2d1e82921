"""Charges over the API: a payer's program sees its own charges, invoices and statements, and nobody else's."""

import json
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.billing import selectors, services
from apps.billing.api import serializers
from apps.billing.models import ChargeLine, Invoice, Statement, StorageAccount
from apps.billing.selectors import AreaWish, BoxWish
from apps.billing.sheets import statement_csv, statement_paper
from apps.common import clock
from apps.common.api.asking import PageQuery, asked_for, checked, page_of
from apps.common.api.conditional import Tagged
from apps.common.api.idempotency import Idempotent
from apps.common.paper import printed
from apps.containers.models import Visit
from apps.parties.api.authentication import Caller, HasScope, caller_of
from terminal.charges.writing import line_as_json
from terminal.regimes import Direction

TAGS = ["charges"]
MOST_LINES = 1000
A_QUOTE = OpenApiExample(
    "A 40′ box for twelve days, and 120 m² in bond",
    request_only=True,
    value={
        "boxes": [
            {
                "size_type": "42G1",
                "laden": True,
                "direction": "inbound",
                "start_at": "2026-05-04T08:00:00+08:00",
                "end_at": "2026-05-16T10:00:00+08:00",
            }
        ],
        "area": [
            {
                "zone_kind": "bonded",
                "area_m2": "120.00",
                "start_at": "2026-05-04T08:00:00+08:00",
                "end_at": "2026-05-07T18:00:00+08:00",
            }
        ],
    },
)


def own_lines(caller: Caller) -> QuerySet[ChargeLine]:
    """The caller's charges that were not withdrawn."""
    own = ChargeLine.objects.standing().filter(terminal=caller.terminal, party=caller.party)
    return own.select_related("invoice").defer("document")


class ContainerCharges(APIView):
    """What a box costs."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="read_container_charges", tags=TAGS, responses=serializers.ContainerChargesOut)
    def get(self, request: Request, number: str) -> Response:
        """What the present or latest stay of a box costs you, so far: its four dates, and why the last free day is what
        it is. Where another party pays for the box, it is not there for you.
        """
        caller, at = caller_of(request), clock.now()
        visit = _latest(caller, number)
        stay, line = selectors.accrued(visit, at)
        lines = list(own_lines(caller).filter(visit=visit).order_by("pk"))
        if not lines and (stay.payer is None or stay.payer.pk != caller.party.pk):
            raise Http404
        pays = stay.payer is not None and stay.payer.pk == caller.party.pk
        running = line is not None and pays and not (stay.account and stay.account.closed_at)
        told = {
            "container": number,
            "visit": visit.public_id,
            "dates": _dates(stay.account if pays else None, line if pays else None),
            "accrued": line_as_json(line) if line is not None and running else None,
            "lines": lines,
        }
        return Response(serializers.ContainerChargesOut(told).data)


def _latest(caller: Caller, number: str) -> Visit:
    """The latest stay of the box in which the caller has, or had, a part or a charge."""
    charged = ChargeLine.objects.standing().filter(visit=OuterRef("pk"), party=caller.party)
    stays = Visit.objects.filter(terminal=caller.terminal, container__number=number, arrived_at__isnull=False)
    theirs = stays.filter(Q(roles__party=caller.party) | Q(storage__payer=caller.party) | Exists(charged))
    found = theirs.select_related("container", "terminal").order_by("-arrived_at", "-pk").first()
    if found is None:
        raise Http404
    return found


def _dates(account: StorageAccount | None, line: Any) -> dict[str, Any]:
    row = account or StorageAccount()
    calculated = line.dates.calculated_on if line else row.calculated_last_free_on
    override = {"last_free_on": row.overridden_last_free_on, "why": row.overridden_why}
    return {
        "last_free_on": row.overridden_last_free_on or calculated,
        "calculated_last_free_on": calculated,
        "overridden": override if row.overridden_last_free_on else None,
        "guaranteed_through": row.guaranteed_through,
        "charged_through": row.charged_through,
        "paid_through": row.paid_through,
    }


class QuotesView(Idempotent):
    """Prices."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="quote",
        tags=TAGS,
        request=serializers.QuoteIn,
        responses=serializers.QuoteOut,
        examples=[A_QUOTE],
    )
    def post(self, request: Request) -> Response:
        """What boxes and area would cost you, by your own conditions. Holds and stores nothing."""
        caller = caller_of(request)
        said = checked(serializers.QuoteIn, request.data)
        wishes: list[BoxWish | AreaWish] = [_box(each) for each in said.get("boxes", [])]
        wishes += [_area(each) for each in said.get("area", [])]
        found = selectors.quote(caller.terminal, caller.party, wishes)
        sums = found.totals
        vat = [{"rate": f"{each.rate:f}", "net": f"{each.net:f}", "vat": f"{each.vat:f}"} for each in sums.vat]
        told = {"currency": found.currency, "lines": found.documents, "vat": vat}
        return Response(serializers.QuoteOut({**told, "net": f"{sums.net:f}", "gross": f"{sums.gross:f}"}).data)


def _box(said: dict[str, Any]) -> BoxWish:
    return BoxWish(said["size_type"], said["laden"], Direction(said["direction"]), said["start_at"], said["end_at"])


def _area(said: dict[str, Any]) -> AreaWish:
    return AreaWish(said["zone_kind"], said["area_m2"], said["start_at"], said["end_at"])


def own_invoices(caller: Caller) -> QuerySet[Invoice]:
    """The caller's invoices."""
    return Invoice.objects.filter(terminal=caller.terminal, party=caller.party)


class InvoicesView(APIView):
    """Your invoices."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="list_invoices", tags=TAGS, parameters=[PageQuery], responses=serializers.InvoicePage)
    def get(self, request: Request) -> Response:
        """Your invoices, the newest first."""
        asked = asked_for(PageQuery, request)
        return Response(serializers.InvoicePage(page_of(own_invoices(caller_of(request)), asked, request)).data)


class InvoiceView(Tagged):
    """One invoice of yours."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="read_invoice", tags=TAGS, responses=serializers.InvoiceWithLinesOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One invoice of yours with its charges."""
        caller = caller_of(request)
        found = own_invoices(caller).filter(public_id=public_id).first()
        if found is None:
            raise Http404
        data = dict(serializers.InvoiceOut(found).data)
        lines = own_lines(caller).filter(invoice=found).order_by("position")[:MOST_LINES]
        data["lines"] = serializers.LineOut(list(lines), many=True).data  # type: ignore[arg-type]
        return Response(data)


class DisputeView(Idempotent):
    """Objecting to a charge."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(
        operation_id="dispute_line",
        tags=TAGS,
        request=serializers.DisputeIn,
        responses={201: serializers.DisputeOut},
        examples=[
            OpenApiExample("Why", {"reason": "customs inspected it on 6 and 7 March"}, request_only=True),
        ],
    )
    def post(self, request: Request, public_id: UUID, position: int) -> Response:
        """Object to a line of an invoice of yours; one objection to a line at a time. The terminal answers: it credits
        what was wrong, or says why the charge is right.
        """
        caller = caller_of(request)
        lines = ChargeLine.objects.select_related("terminal", "invoice")
        line = lines.filter(
            invoice__public_id=public_id, position=position, party=caller.party, terminal=caller.terminal
        ).first()
        if line is None:
            raise Http404
        said = checked(serializers.DisputeIn, request.data)
        row = services.dispute(line, by=caller.actor, at=clock.now(), **said)
        return Response(serializers.DisputeOut(row).data, status=201)


def own_statements(caller: Caller) -> QuerySet[Statement]:
    """The caller's statements."""
    return Statement.objects.filter(terminal=caller.terminal, party=caller.party).select_related("terminal")


class StatementsView(APIView):
    """Your statements."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="list_statements",
        tags=TAGS,
        parameters=[PageQuery],
        responses=serializers.StatementPage,
    )
    def get(self, request: Request) -> Response:
        """Your statements, the newest first."""
        asked = asked_for(PageQuery, request)
        own = own_statements(caller_of(request)).defer("document")
        return Response(serializers.StatementPage(page_of(own, asked, request)).data)


class OwnStatement(APIView):
    """One statement of yours, in one form."""

    permission_classes = [HasScope]
    required_scope = "read"

    def own(self, request: Request, public_id: UUID) -> Statement:
        """The caller's statement; a stranger's is not there."""
        found = own_statements(caller_of(request)).filter(public_id=public_id).first()
        if found is None:
            raise Http404
        return found


class StatementView(Tagged, OwnStatement):
    """Its document."""

    @extend_schema(operation_id="read_statement", tags=TAGS, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The statement's document as it was issued, with everything it was computed from.

        Save the answer to a file and run `python -m terminal.charges` on it: it says whether every figure follows, to
        the cent.
        """
        return Response(json.loads(self.own(request, public_id).document))


class StatementCsvView(Tagged, OwnStatement):
    """Its lines as a sheet."""

    @extend_schema(operation_id="read_statement_csv", tags=TAGS, responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """One row a line."""
        statement = self.own(request, public_id)
        return _file(statement_csv(statement), "text/csv; charset=utf-8", f"{statement.number}.csv")


class StatementPdfView(OwnStatement):
    """It on paper."""

    @extend_schema(
        operation_id="read_statement_pdf", tags=TAGS, responses={(200, "application/pdf"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """A4 pages, in the language asked for."""
        statement = self.own(request, public_id)
        content = printed(statement_paper(statement), at=clock.now(), by=caller_of(request).party.name)
        return _file(content, "application/pdf", f"{statement.number}.pdf")


def _file(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
