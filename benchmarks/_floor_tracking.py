"""The floor of the tracking benchmark: psycopg2, WSGI and orjson, no framework, no credential, the same rows."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import orjson
import psycopg2

connection = psycopg2.connect(os.environ["FLOOR_DSN"])
connection.autocommit = True

EVENTS = """
SELECT e.public_id::text, e.lineage::text, e.revision, e.kind, e.classifier, e.happened_at, e.recorded_at,
       e.authority, e.visit_id, e.payload::text
FROM journal_entry AS e
WHERE e.container_number = %s AND e.audience = 'public'
ORDER BY e.xid, e.id
LIMIT 101
"""
MEMBERS = ("id", "lineage", "revision", "kind", "classifier", "happened_at", "recorded_at", "authority", "visit")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer ``/api/v1/containers/<number>/events/`` as bare as can be."""
    number = environ["PATH_INFO"].split("/")[4]
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, [number])
        rows = cursor.fetchall()
    events = [{**dict(zip(MEMBERS, row, strict=False)), "details": orjson.Fragment(row[9])} for row in rows]
    body = orjson.dumps({"events": events, "cursor": None, "more": False}, option=orjson.OPT_UTC_Z)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
