"""The page behind the signed link of a mail: one button, by which its reader acknowledges an alert.

# Note [A look is no deed]
Programs that look through mail follow every link in it. So the link opens a page and changes nothing; only the button
on it does, with POST. The link itself says who acknowledges and which alert, is signed, and ends after three days: it
is all the authority there is, so no cookie stands behind the form and none is asked for.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.alerts import selectors, services, words
from apps.alerts.models import Alert
from apps.alerts.services import AlertIsOver, AlreadyAcknowledged, LinkHasExpired, NoSuchLink
from apps.alerts.services.links import admin_link
from apps.alerts.services.mails import as_read_by
from apps.parties.actors import Actor, NotYours
from apps.parties.models import User


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the alert and one button; POST acknowledges it. See Note [A look is no deed]."""
    try:
        alert, user = services.read_link(token)
    except NoSuchLink as nothing:
        raise Http404 from nothing
    except LinkHasExpired:
        return _page(request, {"expired": True, "link": admin_link("alerts_alert_changelist")}, 410)
    with as_read_by(user):
        if request.method == "POST":
            _acknowledge(alert, user)
        return _page(request, _shown(alert, user), 200)


def _acknowledge(alert: Alert, user: User) -> None:
    """Whoever was too late is shown how it stands, which is what they wanted to know."""
    try:
        services.acknowledge(alert, by=Actor.person(user), at=timezone.now())
    except (AlertIsOver, AlreadyAcknowledged, NotYours):
        alert.refresh_from_db()


def _shown(alert: Alert, user: User) -> dict[str, Any]:
    rule = alert.rule
    return {
        "alert": alert,
        "user": user,
        "terminal": rule.terminal,
        **words.how_it_came(alert, selectors.present(alert)),
        "you": user.get_full_name() or str(user),
        "who": alert.acknowledged_by and (alert.acknowledged_by.get_full_name() or str(alert.acknowledged_by)),
        "may": Actor.person(user).may("alerts.acknowledge_alert", rule.terminal),
        "waits": services.needs_a_person(alert),
        "mine": alert.acknowledged_by_id == user.pk,
        "link": admin_link("alerts_alert_change", alert.pk),
    }


def _page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    answer = render(request, "alerts/acknowledge.html", context, status=status)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
    return answer
