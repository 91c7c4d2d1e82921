"""Goods in bond: a party's program reads its own entries and every row of their ledgers. The terminal writes them."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.asking import NextCursor, PageQuery, asked_for, etag, page_of
from apps.parties.api.authentication import HasScope, caller_of
from apps.warehouse.models import BondedEntry, LedgerRow
from apps.warehouse.selectors.ledger import rows_of
from terminal.bonded import BondedRegime, LedgerKind

TAGS = ["warehouse"]


def weight(**kwargs: Any) -> serializers.DecimalField:
    """Kilograms to the gram."""
    return serializers.DecimalField(max_digits=12, decimal_places=3, **kwargs)


class EntryQuery(PageQuery):
    """Which page of your entries."""

    open = serializers.BooleanField(
        required=False, help_text=_("Only those whose ledger is open, or only closed ones.")
    )


class EntryOut(serializers.Serializer[BondedEntry]):
    """An entry and what is in bond under it."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    document = serializers.CharField(help_text=_("Of customs."))
    regime = serializers.ChoiceField(choices=[each.value for each in BondedRegime])
    goods = serializers.CharField()
    opened_at = serializers.DateTimeField()
    ends_on = serializers.DateField(help_text=_("The last day on which the goods may be in bond."))
    packages = serializers.IntegerField()
    gross_kg = weight()
    rows = serializers.IntegerField(source="rows_written", help_text=_("Rows of the ledger so far."))
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class EntryPage(serializers.Serializer[Any]):
    """The newest entries first. ``next`` is the cursor of the following page, null on the last."""

    results = EntryOut(many=True)
    next = NextCursor()


class RowQuery(serializers.Serializer[Any]):
    """Which rows of a ledger."""

    after = serializers.IntegerField(min_value=0, default=0, help_text=_("Rows with higher numbers."))
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=200)


class RowOut(serializers.Serializer[LedgerRow]):
    """One row; figures are signed differences. A row is never changed: an amendment is a further row."""

    row = serializers.IntegerField(source="number")
    kind = serializers.ChoiceField(choices=[each.value for each in LedgerKind])
    lot = serializers.CharField(source="lot.number", default=None, allow_null=True)
    packages = serializers.IntegerField()
    gross_kg = weight()
    packages_after = serializers.IntegerField(help_text=_("Under the whole entry."))
    gross_kg_after = weight(help_text=_("Under the whole entry."))
    amends = serializers.IntegerField(source="amends.number", default=None, allow_null=True)
    processing = serializers.CharField(source="run.number", default=None, allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text=_("Of an extension: the new last day."))
    document = serializers.CharField(help_text=_("Of customs."))
    note = serializers.CharField()
    happened_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()


class RowPage(serializers.Serializer[Any]):
    """Rows by rising numbers. ``next``: the ``after`` of the following page, null on the last."""

    results = RowOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class EntriesView(APIView):
    """Your bonded entries."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="list_bonded_entries", tags=TAGS, parameters=[EntryQuery], responses=EntryPage)
    def get(self, request: Request) -> Response:
        """Your bonded entries, the newest first."""
        asked, caller = asked_for(EntryQuery, request), caller_of(request)
        own = BondedEntry.objects.filter(owner=caller.party, terminal=caller.terminal)
        if "open" in asked:
            own = own.filter(closed_at__isnull=asked["open"])
        return Response(EntryPage(page_of(own, asked, request)).data)


class EntryView(APIView):
    """One bonded entry of yours."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="read_bonded_entry", tags=TAGS, parameters=[etag("The entry's version.")], responses=EntryOut
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """An entry of yours and what is in bond under it now."""
        entry = _own(request, public_id)
        return Response(EntryOut(entry).data, headers={"ETag": f'"{entry.version}"'})


class LedgerView(APIView):
    """The ledger of one bonded entry of yours."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="read_bonded_ledger", tags=TAGS, parameters=[RowQuery], responses=RowPage)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The rows of an entry's ledger, from the first on."""
        asked = asked_for(RowQuery, request)
        rows = rows_of(_own(request, public_id)).filter(number__gt=asked["after"])
        found = list(rows[: asked["limit"] + 1])
        shown = found[: asked["limit"]]
        following = shown[-1].number if len(found) > len(shown) else None
        return Response(RowPage({"results": shown, "next": following}).data)


def _own(request: Request, public_id: UUID) -> BondedEntry:
    """The caller's entry; a stranger's is not there."""
    caller = caller_of(request)
    own = BondedEntry.objects.filter(owner=caller.party, terminal=caller.terminal)
    found = own.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
