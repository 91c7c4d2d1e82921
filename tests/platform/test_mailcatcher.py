"""Mail of the embedded default lands in a mailbox on disk, over real SMTP."""

import mailbox
import os
import signal
import smtplib
import subprocess
import sys
from email.message import EmailMessage

import pytest

from config.embedded.places import PROJECT
from config.embedded.ports import free_port, is_free, keep_port, kept_port
from config.embedded.processes import wait_until


@pytest.fixture
def letter():
    message = EmailMessage()
    message["From"], message["To"] = "yard@terminal.example", "manager@terminal.example"
    message["Subject"], message["Message-ID"] = "堆场 Двор 85 %", "<one@terminal.example>"
    message.set_content("Площадка почти полна.")
    return message


@pytest.mark.slow
def test_a_letter_sent_over_smtp_can_be_read_in_the_mailbox_and_survives_the_catcher(tmp_path, letter):
    port = free_port()
    settings = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAILBOX_DIR": str(tmp_path / "mailbox")}
    catcher = subprocess.Popen([sys.executable, "-m", "config.mailcatcher"], cwd=PROJECT, env=os.environ | settings)
    assert wait_until(lambda: not is_free(port), seconds=20)
    with smtplib.SMTP("127.0.0.1", port) as post:
        post.send_message(letter)
    catcher.send_signal(signal.SIGTERM)
    assert catcher.wait(20) == 0
    (caught,) = mailbox.Maildir(tmp_path / "mailbox")
    assert caught["Message-ID"] == "<one@terminal.example>"
    assert caught["X-RcptTo"] == "manager@terminal.example"


def test_a_port_is_kept_from_start_to_start(tmp_path):
    port = kept_port(tmp_path / "port")
    assert kept_port(tmp_path / "port") == port
    keep_port(tmp_path / "port", 2525)
    assert kept_port(tmp_path / "port") == 2525


def test_a_port_file_somebody_spoiled_is_written_anew(tmp_path):
    (tmp_path / "port").write_text("spoiled")
    assert kept_port(tmp_path / "port") > 0
