"""A gunicorn to measure, and a client that costs next to nothing."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def gunicorn(application: str, *, workers: int, environment: dict[str, str]) -> Iterator[int]:
    """Serve ``module:name`` with sync workers on a free port of this machine; the port."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    options = ["--workers", str(workers), "--worker-class", "sync", "--log-level", "error"]
    served = subprocess.Popen([*command, *options], cwd=ROOT, env={**os.environ, **environment})
    try:
        _wait_for(port, served)
        yield port
    finally:
        served.terminate()
        served.wait(30)


def ask(port: int, path: str, headers: Sequence[str] = (), body: bytes = b"") -> bytes:
    """One GET, or with a body one POST, over a connection of its own, as a sync worker wants it; the whole answer."""
    said = ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
    method = "POST" if body else "GET"
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json", "Connection: keep-alive"]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(("\r\n".join([*lines, *said, *headers]) + "\r\n\r\n").encode() + body)
        answer = bytearray()
        while chunk := connection.recv(65536):
            answer += chunk
    return bytes(answer)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, served: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and served.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing answers on port {port}")
