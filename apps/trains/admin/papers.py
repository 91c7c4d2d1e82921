"""A train's papers on the screen: a sheet is given, read and shown; only then is it taken in."""

import csv
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from apps.common.admin.asking import ask
from apps.common.figures import figure
from apps.common.words import sentence
from apps.parties.actors import NotYours
from apps.trains import services
from apps.trains.admin.forms import SheetForm
from apps.trains.consist import COLUMNS, ConsistRefused
from apps.trains.models import TrainVisit
from terminal.equipment import SizeType
from terminal.errors import Refused

RIGHT: Final = "trains.change_trainvisit"
ACTION: Final = "receive_consist"
PATTERN: Final = [
    (1, "CN7", 5270001, "X70", 22000, "13.4", 1, "CSQU3054383", "22G1", "yes", 21000, "KZALA"),
    (1, "CN7", 5270001, "X70", 22000, "13.4", 2, "TCLU5088040", "22G1", "yes", 19500, "KZALA"),
    (2, "CN7", 5270002, "X70", 22000, "13.4", 1, "UACU8175070", "45G1", "no", 3900, "KZALA"),
    (3, "CN7", 5270003, "X70", 22000, "13.4", "", "", "", "", "", ""),
]
"""Lines as they should be: a pair of 20′ boxes, an empty 40′ one, an empty wagon."""


class Papers:
    """Mixin for the train's page: between the button of ``receive_consist`` and the deed stands the sheet, read."""

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.pattern_view)
        return [path("consist.csv", view, name="trains_consist_pattern"), *super().get_urls()]  # type: ignore[misc]

    def get_actions(self, request: HttpRequest) -> Any:
        """Papers are for one train: not offered in the list."""
        offered = super().get_actions(request)  # type: ignore[misc]
        return {name: action for name, action in offered.items() if name != ACTION}

    def pattern_view(self, request: HttpRequest) -> HttpResponse:
        """A sheet to fill in, with lines that show how."""
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="consist.csv"'
        csv.writer(answer).writerows([COLUMNS, *PATTERN])
        return answer

    def do_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """A sheet is asked for and shown; one that was shown is taken in as every other action is done."""
        if action != ACTION or (request.method == "POST" and "answered" in request.POST):
            return super().do_view(request, object_id, action)  # type: ignore[misc, no-any-return]
        train = self._train(request, object_id)
        asked = ask(SheetForm, [train], set(), *((request.POST, request.FILES) if request.method == "POST" else ()))
        told = self._told(request, train, asked) if asked.is_valid() else {}
        return TemplateResponse(request, "trains/consist.html", {**self._context(request, train, asked), **told})

    def _train(self, request: HttpRequest, object_id: str) -> TrainVisit:
        train: TrainVisit | None = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if train is None:
            raise Http404
        try:
            request.actor.require(RIGHT, train.call.terminal)  # type: ignore[attr-defined]
        except NotYours as refusal:
            raise PermissionDenied from refusal
        return train

    def _told(self, request: HttpRequest, train: TrainVisit, asked: Any) -> dict[str, Any]:
        """What the sheet says, or what is wrong with it."""
        try:
            kept = services.keep_sheet(train, asked.cleaned_data["sheet"], by=request.actor)  # type: ignore[attr-defined]
            consist = services.read_sheet(kept)
        except ConsistRefused as refusal:
            return {"faults": refusal.faults}
        except Refused as refusal:
            asked.add_error("sheet", sentence(refusal.message, refusal.facts))
            return {}
        teu = sum(SizeType.parse(box.size_type).teu for box in consist.boxes)
        return {"kept": kept, "consist": consist, "boxes": len(consist.boxes), "teu": figure(teu, 2)}

    def _context(self, request: HttpRequest, train: TrainVisit, asked: Any) -> dict[str, Any]:
        page: Any = self
        return {
            **page.admin_site.each_context(request),
            "title": _("Consist of %(train)s") % {"train": train},
            "form": asked,
            "action": ACTION,
            "opts": page.model._meta,
            "columns": COLUMNS,
            "pattern": reverse("admin:trains_consist_pattern"),
            "back": reverse("admin:trains_trainvisit_change", args=[train.pk]),
            "before": train.consist_received_at,
        }
