"""The mailbox page: what went out, on a machine whose mail stays on it."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from apps.notices import mailbox


def _folder() -> str:
    if not settings.MAILBOX_DIR:
        raise Http404
    return str(settings.MAILBOX_DIR)


@staff_member_required
def mails(request: HttpRequest) -> HttpResponse:
    """The list, newest first."""
    context = {**admin.site.each_context(request), "title": _("Mailbox"), "mails": mailbox.newest(_folder())}
    return render(request, "notices/mailbox.html", context)


@staff_member_required
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail: its HTML in a frame that may do nothing, its text beside."""
    found = mailbox.find(_folder(), key)
    if found is None:
        raise Http404
    context = {**admin.site.each_context(request), "title": found.subject, "mail": found}
    return render(request, "notices/mail.html", context)
