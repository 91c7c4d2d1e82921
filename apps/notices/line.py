"""The line to the mail server, which knows whether a mail may have been taken although nobody said so."""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class Noting:
    """``handed_over``: the mail in hand was begun to be sent; an answer, once there is one, says what became of it."""

    handed_over = False

    def mail(self, sender: str, options: Any = ()) -> tuple[int, bytes]:
        """A new mail begins."""
        self.handed_over = False
        return super().mail(sender, options)  # type: ignore[misc, no-any-return]

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the mail itself; a line that breaks from here on leaves it in doubt."""
        self.handed_over = True
        return super().data(msg)  # type: ignore[misc, no-any-return]


class Line(Noting, smtplib.SMTP):
    """Plain, or secured by STARTTLS."""


class SealedLine(Noting, smtplib.SMTP_SSL):
    """By TLS from the first byte."""


class Backend(EmailBackend):
    """Django's own way to a mail server, over lines that know what is in doubt."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return SealedLine if self.use_ssl else Line
