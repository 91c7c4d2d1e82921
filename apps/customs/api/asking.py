"""What the views of customs share: the caller's declaration, and what a body says turned into what services take."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.common import clock
from apps.common.api.asking import etag
from apps.customs import services
from apps.customs.api import serializers
from apps.customs.models import Declaration
from apps.customs.selectors.declarations import (
    boxes_to_declare,
    declaration_of,
    lots_to_declare,
    train_to_declare,
)
from apps.network.models import Terminal
from apps.parties.api.authentication import caller_of
from apps.parties.models import Party
from terminal.customs.goods import GoodsLine
from terminal.regimes import Direction, Regime

TAGS = ["customs"]
ETAG = etag("The declaration's version.")


def own(request: Request, public_id: UUID) -> Declaration:
    """The caller's declaration, or one it declares for somebody who names it. Raises ``NoSuchDeclaration``."""
    caller = caller_of(request)
    return declaration_of(caller.party, caller.terminal, clock.now(), public_id)


def told(request: Request, declaration: Declaration, status: int = 200, **headers: str) -> Response:
    """The whole declaration as it is now, its version in the ETag."""
    now = own(request, declaration.public_id)
    document = serializers.DeclarationDetailOut(now, context={"at": clock.now()}).data
    return Response(document, status=status, headers={"ETag": f'"{now.version}"', **headers})


def contents(said: dict[str, Any], declarant: Party, terminal: Terminal) -> dict[str, Any]:
    """The particulars a body names, as services take them. Raises ``NotYoursToDeclare``, ``NoSuchTrain``."""
    plain = ("period_days", "least_yield_percent", "most_yield_percent")
    read: dict[str, Any] = {name: said[name] for name in plain if name in said}
    if "regime" in said:
        read["regime"] = Regime(said["regime"])
    if "direction" in said:
        read["direction"] = Direction(said["direction"])
    if "containers" in said:
        read["visits"] = boxes_to_declare(declarant, terminal, clock.now(), said["containers"])
    if "lots" in said:
        lots = lots_to_declare(declarant, terminal, [each["lot"] for each in said["lots"]])
        read["parts"] = [services.Part(lot=lots[each["lot"]], packages=each["packages"]) for each in said["lots"]]
    if "train" in said:
        read["call"] = train_to_declare(terminal, said["train"])
    if "lines" in said:
        read["lines"] = [GoodsLine(**each) for each in said["lines"]]
    return read
