"""Addresses that refuse mail: noted when a server says so or a bounced mail is handed in; administrators are told."""

from collections.abc import Iterator
from datetime import datetime
from email.message import Message

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.network.models import Terminal
from apps.notices import services
from apps.notices.models import Notice, RefusedAddress
from apps.notices.services import NewNotice
from apps.notices.silence import administrators
from apps.parties.models import User


def report_refusals(at: datetime) -> list[Notice]:
    """Tell administrators of every address that has begun to refuse mail, once each; nobody at such an address."""
    untold = list(RefusedAddress.objects.filter(told_at=None).order_by("pk")[:50])
    terminal = Terminal.objects.filter(active=True).order_by("pk").first() if untold else None
    if terminal is None:
        return []
    refusing = set(RefusedAddress.objects.values_list("address", flat=True))
    readers = [user for user in administrators() if user.email.lower() not in refusing]
    news = [_notice(each, user, terminal) for each in untold for user in readers]
    written = services.write(news, at)
    RefusedAddress.objects.filter(pk__in=[each.pk for each in untold]).update(told_at=at)
    return written


def _notice(refused: RefusedAddress, user: User, terminal: Terminal) -> NewNotice:
    facts = {"refused": refused, "site_url": settings.SITE_URL, "zone": user.zone_name}
    with translation.override(user.language), timezone.override(user.zone_name):
        return NewNotice(
            terminal=terminal,
            user=user,
            recipient=user.email,
            language=user.language,
            about=f"refused:{refused.public_id}",
            once_key=f"refused:{refused.public_id}:{user.pk}",
            subject=_("Mail to %(address)s is refused – Landbridge") % {"address": refused.address},
            text=render_to_string("notices/refused.txt", facts),
            html=render_to_string("notices/refused.html", facts),
        )


def is_report(mail: Message) -> bool:
    """Whether it is a mail server's report on what it delivered, or did not (RFC 3464)."""
    return any(part.get_content_type() == "message/delivery-status" for part in mail.walk())


def note_bounce(mail: Message, at: datetime) -> list[str]:
    """Note every address for which a delivery report (RFC 3464) says that mail failed for good; which they are."""
    found = list(_failed(mail))
    for address, words in found:
        services.note_refusal(address, words, at)
    return [address for address, _words in found]


def _failed(mail: Message) -> Iterator[tuple[str, str]]:
    for part in mail.walk():
        address = str(part.get("Final-Recipient", "")).partition(";")[2].strip()
        failed = str(part.get("Action", "")).strip().lower() == "failed"
        if address and failed and str(part.get("Status", "")).strip().startswith("5"):
            words = str(part.get("Diagnostic-Code", "")).partition(";")[2].strip()
            yield address, f"{part.get('Status', '')} {' '.join(words.split())}".strip()
