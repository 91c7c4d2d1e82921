"""Mail that came back to the site: read from its box, noted, and marked there, each once."""

import email
import email.policy
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.network.models import Terminal
from apps.notices import services
from apps.notices.bounces import is_report, note_bounce
from apps.notices.boxes import Box, box_at
from apps.notices.services import NewNotice
from apps.notices.silence import administrators
from apps.parties.models import User

logger = logging.getLogger(__name__)

AT_ONCE: Final = 500
"""Mails read in one turn; the others wait for the next one."""

MOST_BYTES: Final = 10_000_000
"""A report of what could not be delivered is never so long; what is longer is left to a person."""


@dataclass
class Turn:
    """What one look into the box came to: addresses noted, reports read, mails left to a person by what they are."""

    addresses: list[str] = field(default_factory=list)
    reports: int = 0
    left: list[str] = field(default_factory=list)


def read_returned(at: datetime) -> Turn:
    """Read what has come into the box of ``BOUNCES_URL``. Nothing is read where none is named.

    A report is noted before it is marked as seen: a crash between the two notes it once more, and loses none. What is
    no report, or cannot be read, is flagged and left to a person; administrators are told, at most once a day.
    Raises what the box raises when it is away.
    """
    turn = Turn()
    if settings.BOUNCES_URL:
        with box_at(settings.BOUNCES_URL) as box:
            _read(box, turn, at)
        if turn.left:
            _say(turn.left, at)
    return turn


def _read(box: Box, turn: Turn, at: datetime) -> None:
    for key in box.unread()[:AT_ONCE]:
        content = box.content(key, MOST_BYTES)
        mail = None if content is None else email.message_from_bytes(content, policy=email.policy.compat32)
        if mail is None or not is_report(mail):
            turn.left.append(_named(mail))
            box.flag(key)
            continue
        turn.addresses += note_bounce(mail, at)
        turn.reports += 1
        box.mark_seen(key)


def _named(mail: email.message.Message | None) -> str:
    """Who sent it, and about what, in one line."""
    if mail is None:
        return "?"
    said = email.message_from_bytes(mail.as_bytes()[:20_000], policy=email.policy.default)
    try:
        words = f"{said.get('From', '?')}: {said.get('Subject', '?')}"
    except (ValueError, LookupError, TypeError, AttributeError):  # heads that no parser makes sense of
        words = "?"
    return " ".join(words.split())[:160]


def _say(left: list[str], at: datetime) -> None:
    logger.warning("Left to a person in the box of returned mail: %s", "; ".join(left)[:1000])
    terminal = Terminal.objects.in_earnest().filter(active=True).order_by("pk").first()
    if terminal is not None:
        services.write([_notice(left, user, terminal, at) for user in administrators()], at)


def _notice(left: list[str], user: User, terminal: Terminal, at: datetime) -> NewNotice:
    facts = {"left": left[:20], "more": max(0, len(left) - 20), "site_url": settings.SITE_URL}
    day = f"{at.astimezone(terminal.zone):%Y-%m-%d}"
    with translation.override(user.language), timezone.override(user.zone_name):
        return NewNotice(
            terminal=terminal,
            user=user,
            recipient=user.email,
            language=user.language,
            about="returned mail",
            once_key=f"returned:{day}:{user.pk}",
            subject=_("Mail in the box of returned mail waits for a person – Landbridge"),
            text=render_to_string("notices/returned.txt", facts),
            html=render_to_string("notices/returned.html", facts),
        )
