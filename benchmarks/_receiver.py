"""A subscriber that takes everything: ``python -m benchmarks._receiver PORT FILE``; what came is written at the end.

As little as HTTP asks for, so that what is measured is the sender; it shares the two cores with it and the database.
"""

import asyncio
import json
import signal
import sys
import time
from pathlib import Path

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
came: list[tuple[float, str, str, str]] = []
"""When, at which path, under which id, about which container."""


class Taking(asyncio.Protocol):
    """One connection, kept open by the sender."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.rest = transport, b""

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while (end := self.rest.find(b"\r\n\r\n")) >= 0:
            head = self.rest[:end].decode("latin-1")
            fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
            whole = end + 4 + int(fields["content-length"])
            if len(self.rest) < whole:
                return
            body, self.rest = self.rest[end + 4 : whole], self.rest[whole:]
            container = body.partition(b'"container":"')[2][:11].decode()
            came.append((time.time(), head.split(" ")[1], fields["webhook-id"], container))
            self.transport.write(ANSWER)  # type: ignore[attr-defined]


async def main(port: int, file: Path) -> None:
    """Take until told to stop."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    server = await loop.create_server(Taking, "127.0.0.1", port)
    async with server:
        await over.wait()
    file.write_text(json.dumps(came))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
