"""Pages around the API: what a problem's ``type`` leads to, and answers where no view is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from apps.common.api.catalogue import problem_catalogue
from apps.common.api.problems import PROGRAMS, plain_problem


def problems_page(request: HttpRequest) -> HttpResponse:
    """Every problem the API can answer with, one anchor each. ``type`` of a problem document points here."""
    return render(request, "common/problems.html", {"problems": problem_catalogue()})


@csrf_exempt  # it changes nothing, and a program that asks with a cookie wants a problem document, too
def no_such_path(request: HttpRequest) -> HttpResponse:
    """Under the API's addresses even a wrong one is answered by a problem document."""
    return plain_problem(request, 404, "not-found", _("There is nothing at this address."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: what Django refuses before any view is asked (a wrong host, a body too large)."""
    if not request.path_info.startswith(PROGRAMS):
        return defaults.bad_request(request, exception)
    return plain_problem(request, 400, "bad-request", _("The request cannot be read."))


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: a fault of ours, without details; they are in the log."""
    if not request.path_info.startswith(PROGRAMS):
        return defaults.server_error(request)
    return plain_problem(request, 500, "server-error", _("Something went wrong here. It has been noted."))
