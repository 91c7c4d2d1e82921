"""Writing to people and delivering what was written. Whoever has something to say writes a row; the desk sends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from apps.common.ids import uuid7
from apps.network.models import Terminal
from apps.notices.models import PATIENCE, Attempt, Enclosure, Heartbeat, Notice, RefusedAddress
from apps.notices.post import Answer, Fate, Post
from apps.parties.actors import Actor
from apps.parties.models import User
from terminal.errors import Refused, gettext_noop

CHANNEL = "landbridge_notices"
"""The PostgreSQL channel on which the delivery desk is woken."""

LEASE = timedelta(minutes=2)
"""How long a notice in hand is left alone before it counts as forgotten."""

FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)

FIRST_DOUBT = timedelta(minutes=1)
LONGEST_DOUBT = timedelta(hours=12)


class NotParked(Refused):
    """Only a notice that was given up can be sent again."""

    message = gettext_noop("“%(subject)s” is not parked: it was sent, or is still being tried.")


@dataclass(frozen=True)
class File:
    """A file to go out with a notice: its name for the reader, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class NewNotice:
    """One e-mail to one reader, rendered in their language.

    ``once_key``: whatever was already said under this key is not said again. ``image`` is a PNG that the HTML shows as
    ``cid:plot``; ``files`` go out beside it.
    """

    terminal: Terminal
    recipient: str
    language: str
    about: str
    subject: str
    text: str
    html: str
    user: User | None = None
    once_key: str | None = None
    image: bytes | None = None
    files: tuple[File, ...] = ()
    urgency: int = Notice.Urgency.NORMAL

    def row(self, at: datetime) -> Notice:
        """The row it becomes, with the Message-ID it keeps for good."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "files"}
        values["subject"] = " ".join(self.subject.split())[:200]
        return Notice(
            **values, message_id=new_message_id(), created_at=at, next_attempt_at=at, give_up_at=at + PATIENCE
        )


def new_message_id() -> str:
    """A Message-ID in the domain mail is sent from."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{uuid7().hex}@{domain}>"


@transaction.atomic
def write(notices: Iterable[NewNotice], at: datetime) -> list[Notice]:
    """Queue notices and wake the desk when the transaction commits. Returns those not said before."""
    wanted = list(notices)
    rows = [each.row(at) for each in wanted]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    files = {row.message_id: new.files for row, new in zip(rows, wanted, strict=True)}
    written = list(Notice.objects.filter(message_id__in=files).order_by("pk"))
    Enclosure.objects.bulk_create(
        Enclosure(notice=row, name=each.name, media_type=each.media_type, content=each.content)
        for row in written
        for each in files[row.message_id]
    )
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
    return written


# Note [A claim is not an open transaction]
# A row lock gives its transaction an id, and readers of the journal stop before the oldest transaction that runs. Were
# the lock kept while a slow mail server thinks, all counting would wait for it. So the claim commits at once, stamped
# with ``claimed_at``; nobody else sees the notice until the lease ends, and a desk that starts anew takes back what a
# dead one had in hand.


@transaction.atomic
def claim_next(at: datetime) -> Notice | None:
    """Take the most urgent notice that nobody holds, the longest waiting of them.

    See Note [A claim is not an open transaction].
    """
    notice = Notice.objects.due(at).select_for_update(skip_locked=True).first()
    if notice is None:
        return None
    notice.attempts += 1
    notice.claimed_at, notice.next_attempt_at = at, at + LEASE
    notice.save(update_fields=["attempts", "claimed_at", "next_attempt_at"])
    return notice


def take_back_claims(at: datetime) -> int:
    """Make due again what a desk that is gone had in hand. Call it only as the one desk that is on duty."""
    in_hand = Notice.objects.filter(state=Notice.State.WAITING, claimed_at__isnull=False)
    return in_hand.update(claimed_at=None, next_attempt_at=at)


@transaction.atomic
def stamp(notice: Notice, answer: Answer, at: datetime) -> None:
    """Write down what became of an attempt: sent, to be tried later, or parked when patience ends."""
    waiting = Notice.objects.filter(pk=notice.pk, state=Notice.State.WAITING)
    if waiting.update(claimed_at=None, version=F("version") + 1, **_fate(notice, answer, at)):
        Attempt.objects.create(notice=notice, at=at, succeeded=answer.accepted, answer=answer.words)
    if answer.for_good:
        note_refusal(notice.recipient, answer.words, at)
    elif answer.accepted:
        forget_refusal(notice.recipient)


def note_refusal(address: str, words: str, at: datetime) -> None:
    """Note that an address refuses mail for good; administrators are told when it begins."""
    known = {"last_at": at, "answer": words[:500]}
    row, is_new = RefusedAddress.objects.get_or_create(address=address.lower(), defaults={"since": at, **known})
    if not is_new:
        RefusedAddress.objects.filter(pk=row.pk).update(times=F("times") + 1, version=F("version") + 1, **known)


def forget_refusal(address: str) -> None:
    """It has taken mail, or somebody has put it right."""
    RefusedAddress.objects.filter(address=address.lower()).delete()


def _fate(notice: Notice, answer: Answer, at: datetime) -> dict[str, object]:
    if answer.accepted:
        return {"state": Notice.State.SENT, "sent_at": at}
    in_doubt = answer.fate is Fate.IN_DOUBT
    values: dict[str, object] = {"doubts": F("doubts") + 1} if in_doubt else {}
    again = at + (pause_in_doubt(notice.doubts + 1) if in_doubt else pause_after(notice.attempts))
    if again > notice.give_up_at:
        return values | {"state": Notice.State.PARKED}
    return values | {"next_attempt_at": again}


def pause_after(attempts: int) -> timedelta:
    """The pause after so many attempts: 15 s, doubling up to a quarter of an hour."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)


def pause_in_doubt(doubts: int) -> timedelta:
    """The pause after a mail was handed over so often without an answer: a minute, fourfold each time up to 12 hours.

    In three days a reader gets a dozen copies at most, each recognisable as a repeat.
    """
    return min(FIRST_DOUBT * (1 << 2 * min(doubts - 1, 10)), LONGEST_DOUBT)


def deliver_due(at: datetime, limit: int = 100) -> int:
    """Send what is due, at most ``limit`` notices; how many the server accepted. Stops when no server answers."""
    accepted = 0
    with Post() as post:
        for _ in range(limit):
            notice = claim_next(at)
            if notice is None:
                break
            answer = post.send(notice)
            stamp(notice, answer, at)
            accepted += answer.accepted
            if answer.fate.is_trouble:
                break
    return accepted


def send_again(notice: Notice, *, by: Actor, at: datetime) -> None:
    """Try a parked notice for three more days, under the same Message-ID. Raises ``NotParked``."""
    by.require("notices.change_notice", notice.terminal)
    parked = Notice.objects.filter(pk=notice.pk, state=Notice.State.PARKED)
    if not parked.update(
        state=Notice.State.WAITING, next_attempt_at=at, give_up_at=at + PATIENCE, version=F("version") + 1
    ):
        raise NotParked(subject=notice.subject)
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def beat(process: str, at: datetime) -> None:
    """Note that a process lives."""
    Heartbeat.objects.update_or_create(process=process, defaults={"seen_at": at})
