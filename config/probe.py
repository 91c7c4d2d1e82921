"""Asks one process whether it is well, for a container's health check: ``python -m config.probe web``, or another.

The others: ``worker``, ``heavy worker``, ``desk``, ``webhooks``.

Without Django, because it runs every few seconds. Web is asked over HTTP; the others write a heartbeat into the
database (a silent worker also means a silent beat).
"""

import os
import sys
import urllib.request
from contextlib import closing

import environ
import psycopg2

LONGEST_SILENCE_SECONDS = 90
LAST_BEAT = "SELECT extract(epoch FROM now() - seen_at) FROM notices_heartbeat WHERE process = %s"


def web() -> bool:
    """``/healthz`` answers, asked under the first name the site allows."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    request = urllib.request.Request(address, headers={"Host": host.lstrip(".").replace("*", "localhost")})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=4) as answer:
        return bool(answer.status == 200)


def heart(process: str) -> bool:
    """The process has reported within the last minute and a half."""
    parsed = environ.Env.db_url_config(os.environ["DATABASE_URL"])
    with closing(
        psycopg2.connect(
            host=parsed["HOST"], port=parsed["PORT"] or None, user=parsed["USER"], password=parsed["PASSWORD"] or None,
            dbname=parsed["NAME"], connect_timeout=3,
        )
    ) as connection, connection.cursor() as cursor:  # fmt: skip
        cursor.execute(LAST_BEAT, [process])
        row = cursor.fetchone()
    return row is not None and row[0] <= LONGEST_SILENCE_SECONDS


def main(process: str) -> int:
    """0 when it is well, else 1 and the reason."""
    try:
        well = web() if process == "web" else heart(process)
    except (OSError, psycopg2.Error) as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
