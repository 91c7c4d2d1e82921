"""Loopback ports: free ones, and ones kept from start to start."""

import os
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"


def is_free(port: int, *, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port the system says nobody uses."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def kept_port(path: Path) -> int:
    """The port written in this file, chosen at the first call."""
    try:
        return int(path.read_text())
    except (FileNotFoundError, ValueError):
        return keep_port(path, free_port())


def keep_port(path: Path, port: int) -> int:
    """Write the port down for every later process."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(str(port))
    draft.replace(path)
    return port
