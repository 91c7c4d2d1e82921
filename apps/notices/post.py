"""The post: one notice becomes one MIME message, goes out by SMTP, and the server's answer comes back."""

import smtplib
from dataclasses import dataclass
from email.mime.image import MIMEImage
from enum import StrEnum
from typing import Any, Self

from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart, get_connection
from django.utils import translation
from django.utils.translation import gettext as _

from apps.notices.models import Notice

NOT_NOW = 421
"""SMTP: the server closes the channel; it says nothing about the mail."""


PERMANENT = 500
"""SMTP: from here on an answer means never."""


class Fate(StrEnum):
    """What became of an attempt: taken, not wanted by a server that answered, no server to speak to, or the line broke
    after the mail was handed over, so that nobody knows whether it was taken."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    IN_DOUBT = "in doubt"

    @property
    def is_trouble(self) -> bool:
        """Whether the server should be left alone for a while."""
        return self in (Fate.UNREACHABLE, Fate.IN_DOUBT)


@dataclass(frozen=True)
class Answer:
    """The fate of an attempt and the server's own words."""

    fate: Fate
    words: str = ""
    for_good: bool = False
    """The server will never take mail for this recipient (5xx)."""

    @property
    def accepted(self) -> bool:
        return self.fate is Fate.ACCEPTED


class Letter(EmailMultiAlternatives):
    """HTML beside text, and the plot with the two, so that what is enclosed stands beside them all."""

    plot: MIMEImage | None = None

    def _create_alternatives(self, msg: Any) -> Any:
        texts = super()._create_alternatives(msg)  # type: ignore[misc]
        if self.plot is None:
            return texts
        whole = SafeMIMEMultipart(_subtype="related")
        whole.attach(texts)
        whole.attach(self.plot)
        return whole


def message(notice: Notice) -> EmailMultiAlternatives:
    """HTML beside text, the plot inside, files enclosed, under the Message-ID the notice was written with."""
    mail = Letter(
        subject=notice.subject,
        body=notice.text,
        to=[notice.recipient],
        headers={
            "Message-ID": notice.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": notice.language,
        },
    )
    mail.attach_alternative(notice.html, "text/html")
    if notice.image:
        mail.plot = _plot(bytes(notice.image), notice.language)
    for each in notice.enclosures.all():
        mail.attach(each.name, bytes(each.content), each.media_type)
    return mail


def _plot(png: bytes, language: str) -> MIMEImage:
    part = MIMEImage(png, "png")
    with translation.override(language):
        name = _("plot")
    part.add_header("Content-Disposition", "inline", filename=f"{name}.png")
    part.add_header("Content-ID", "<plot>")
    return part


# Note [A line that was lost]
# Servers end lines: after so many mails, after a pause, when they restart. A line that had carried mail and is gone
# before the next one was handed over says nothing about that mail, so it is offered once more over a new line. A line
# that breaks after the mail was handed over may have carried it: nobody can know, no protocol tells. It is sent again
# under the same Message-ID, but not soon and not often, or one faithless server would fill a reader's box.


class Post:
    """One connection to the mail server, opened when first needed and used for a whole round."""

    def __init__(self) -> None:
        self.server: Any = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def send(self, notice: Notice) -> Answer:
        """Hand one notice to the server. Never raises for what a server or a broken line may do."""
        used = getattr(self.server, "connection", None) is not None
        answer = self._offer(notice)
        # See Note [A line that was lost].
        return self._offer(notice) if used and answer.fate is Fate.UNREACHABLE else answer

    def _offer(self, notice: Notice) -> Answer:
        try:
            self.server.open()
            self.server.send_messages([message(notice)])
        except Exception as trouble:  # a mail that cannot even be built must not stop the others
            fate = Fate.IN_DOUBT if self._is_in_doubt(trouble) else _fate(trouble)
            self.close()
            return Answer(fate, _words(trouble), _for_good(trouble))
        return Answer(Fate.ACCEPTED)

    def _is_in_doubt(self, trouble: Exception) -> bool:
        handed_over = getattr(getattr(self.server, "connection", None), "handed_over", False)
        return handed_over and not isinstance(trouble, smtplib.SMTPResponseException)

    def close(self) -> None:
        """Hang up, however the line stands."""
        try:
            self.server.close()
        except (smtplib.SMTPException, OSError):
            self.server.connection = None


def _fate(trouble: Exception) -> Fate:
    if isinstance(trouble, smtplib.SMTPConnectError | smtplib.SMTPHeloError | smtplib.SMTPAuthenticationError):
        return Fate.UNREACHABLE
    if isinstance(trouble, smtplib.SMTPResponseException):
        return Fate.UNREACHABLE if trouble.smtp_code == NOT_NOW else Fate.REFUSED
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return Fate.REFUSED
    return Fate.UNREACHABLE if isinstance(trouble, OSError) else Fate.REFUSED


def _for_good(trouble: Exception) -> bool:
    """Whether the recipient is refused, and not for now."""
    if not isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return False
    return any(code >= PERMANENT for code, _words in trouble.recipients.values())


def _words(trouble: Exception) -> str:
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(words)}" for code, words in trouble.recipients.values())
    if isinstance(trouble, smtplib.SMTPResponseException):
        return f"{trouble.smtp_code} {_text(trouble.smtp_error)}"
    return f"{type(trouble).__name__}: {trouble}"


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
