"""The floor of the tracking benchmarks: psycopg2, WSGI and orjson, no framework, no credential, the same rows."""

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

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


MANY = """
SELECT c.number, e.xid::text, e.id, e.public_id::text, e.lineage::text, e.revision, e.kind, e.classifier,
       e.happened_at, e.recorded_at, e.authority, e.visit_id, e.payload::text
FROM containers_container AS c
JOIN containers_visit AS v ON v.container_id = c.id
JOIN journal_entry AS e ON e.visit_id = v.id
WHERE c.number = ANY(%s) AND e.audience = 'public'
ORDER BY e.xid, e.id
LIMIT %s
"""
STATES = """
SELECT c.number, v.public_id::text, c.size_type, v.state, v.position, v.laden, v.destination, v.advised_at,
       v.arrived_at, v.departed_at
FROM containers_container AS c JOIN containers_visit AS v ON v.container_id = c.id WHERE c.number = ANY(%s)
"""
STATE_MEMBERS = (
    "container", "id", "size_type", "state", "position", "laden", "destination", "advised_at", "arrived_at",
    "departed_at",
)  # fmt: skip
PAGE = """
SELECT e.lineage::text, e.revision, e.kind, e.classifier, e.happened_at, e.recorded_at, c.number, c.size_type, v.laden,
       e.payload->>'mode', call.public_id::text, call.number,
       (SELECT json_agg(json_build_array(p.kind, p.value)) FROM containers_reference AS p WHERE p.visit_id = v.id)::text
FROM journal_entry AS e
JOIN containers_visit AS v ON v.id = e.visit_id
JOIN containers_container AS c ON c.id = v.container_id
LEFT JOIN calls_call AS call ON call.id = e.call_id
WHERE e.audience = 'public' AND e.kind = ANY(%s) AND e.terminal_id = %s
ORDER BY e.xid, e.id LIMIT 101
"""
PAGE_MEMBERS = (
    "event", "revision", "kind", "classifier", "happened_at", "recorded_at", "container", "size_type", "laden", "mode",
    "call", "voyage", "papers",
)  # fmt: skip


def one(environ: dict[str, Any]) -> Any:
    """The events of one container."""
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, [environ["PATH_INFO"].split("/")[4]])
        rows = cursor.fetchall()
    return {"events": [_event(row) for row in rows], "cursor": None, "more": False}


def many(environ: dict[str, Any]) -> Any:
    """How a thousand containers stand, and their events."""
    asked = orjson.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    with connection.cursor() as cursor:
        cursor.execute(STATES, [asked["containers"]])
        states = {row[0]: dict(zip(STATE_MEMBERS, row, strict=True)) for row in cursor.fetchall()}
        cursor.execute(MANY, [asked["containers"], asked["limit"] + 1])
        rows = cursor.fetchall()
    events: dict[str, list[Any]] = {number: [] for number in asked["containers"]}
    for number, _xid, _id, *row in rows[: asked["limit"]]:
        events[number].append(_event(row))
    told = [{"container": each, "visit": states.get(each), "events": events[each]} for each in asked["containers"]]
    return {"containers": told, "cursor": None, "more": len(rows) > asked["limit"]}


def page(environ: dict[str, Any]) -> Any:
    """The first hundred events of some kinds."""
    kinds, terminal = (parse_qs(environ["QUERY_STRING"])[name][0] for name in ("kinds", "terminal"))
    with connection.cursor() as cursor:
        cursor.execute(PAGE, [kinds.split(","), terminal])
        rows = cursor.fetchall()
    return {"events": [dict(zip(PAGE_MEMBERS, row, strict=True)) for row in rows[:100]]}


def _event(row: Any) -> dict[str, Any]:
    return {**dict(zip(MEMBERS, row, strict=False)), "details": orjson.Fragment(row[9])}


ROUTES = {"/api/v1/containers/": one, "/api/v1/tracking/": many, "/dcsa/": page}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as bare as can be."""
    answer = next(answer for start, answer in ROUTES.items() if environ["PATH_INFO"].startswith(start))
    body = orjson.dumps(answer(environ), option=orjson.OPT_UTC_Z)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
