"""Catches every mail of the embedded default in a mailbox on disk: ``python -m config.mailcatcher``."""

import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox


def controller(mailbox: Path, *, host: str, port: int) -> Controller:
    """An SMTP server that writes into a Maildir."""
    mailbox.parent.mkdir(parents=True, exist_ok=True)
    return Controller(Mailbox(mailbox), hostname=host, port=port)


def main() -> None:
    """Serve the address of ``EMAIL_URL`` into ``MAILBOX_DIR`` until told to end."""
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    address = urlsplit(os.environ["EMAIL_URL"])
    server = controller(Path(os.environ["MAILBOX_DIR"]), host=address.hostname or "127.0.0.1", port=address.port or 25)
    server.start()
    signal.sigwait(signals)
    server.stop()


if __name__ == "__main__":
    main()
