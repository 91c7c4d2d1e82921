"""One search for what people read aloud: a container, a seal, a paper, a wagon, a truck."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.tracking.finding.hits import KINDS, SHORTEST, find

__all__ = ["find", "find_view"]


def find_view(request: HttpRequest) -> HttpResponse:
    """Everything the reader may see that goes by the number ``?q=``, grouped by what it is."""
    if not any(request.user.has_perm(right) for right, _search in KINDS):
        raise PermissionDenied
    term = "".join(each for each in request.GET.get("q", "") if each.isprintable()).strip()[:60]
    context = {
        **admin.site.each_context(request),
        "title": _("Find"),
        "term": term,
        "short": 0 < len(term) < SHORTEST,
        "groups": find(request.user, term, timezone.now()),
    }
    return TemplateResponse(request, "tracking/find.html", context)
