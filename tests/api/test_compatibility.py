"""What programs count on stays: the description is compared with what was released, and what goes says so before."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from apps.common.api.deprecation import Deprecated, Deprecation, deprecation_of
from apps.common.api.schema import Schema

DOCS = Path(settings.ROOT) / "docs"
RELEASED = DOCS / "api-released.json"


def promises(document: dict[str, Any]) -> dict[str, list[str]]:
    """What a program can count on, by operation: what it may send, what it must, and what it is answered."""
    return {
        f"{method} {path}": sorted(_promised(operation, document))
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def _promised(operation: dict[str, Any], document: dict[str, Any]):
    for each in operation.get("parameters", []):
        if each["in"] != "path":
            yield f"{'must' if each.get('required') else 'may'} send {each['in']} {each['name']}"
    for media in operation.get("requestBody", {}).get("content", {}).values():
        for at, schema, required in _members(media["schema"], document):
            yield f"{'must' if required else 'may'} send {at}"
            yield from (f"may send {at} = {value}" for value in schema.get("enum", []))
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            media = answer.get("content", {}).get("application/json", {})
            yield from (f"is answered {status} {at}" for at, _, _ in _members(media.get("schema", {}), document))


def _members(schema: dict[str, Any], document: dict[str, Any], at: str = "", depth: int = 0, must: bool = True):
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if at:
        yield at, schema, must
    if depth > 6:
        return
    for inner in (*schema.get("allOf", []), *schema.get("oneOf", []), *schema.get("anyOf", [])):
        yield from (
            (name, each, needed) for name, each, needed in _members(inner, document, at, depth + 1, must) if name != at
        )
    if "items" in schema:
        yield from _members(schema["items"], document, f"{at}/*", depth + 1, must)
    for name, inner in schema.get("properties", {}).items():
        yield from _members(inner, document, f"{at}/{name}", depth + 1, must and name in schema.get("required", []))


def broken(before: dict[str, list[str]], now: dict[str, list[str]], deprecated: set[str]) -> list[str]:
    """What of the promises does not hold any more. An operation that was deprecated may go."""
    faults = []
    for operation, promised in before.items():
        if operation not in now:
            faults += [] if operation in deprecated else [f"{operation} is gone"]
            continue
        kept = set(now[operation])
        widened = {each.replace("must send", "may send") for each in kept}
        faults += [
            f"{operation}: {each}"
            for each in promised
            if each not in kept and each.replace("must", "may") not in widened
        ]
        new = kept - set(promised)
        faults += [f"{operation}: {each} (new)" for each in sorted(new) if each.startswith("must send")]
    return faults


def described() -> dict[str, Any]:
    return yaml.safe_load((DOCS / "openapi.yaml").read_text())


def test_nothing_that_was_promised_is_taken_back():
    """A break that is meant is told in docs/api-changelog.md, and docs/api-released.json is written anew:

    ``python manage.py shell -c "from tests.api.test_compatibility import release; release()"``
    """
    released = json.loads(RELEASED.read_text())
    faults = broken(released["promises"], promises(described()), set(released["deprecated"]))
    assert not faults, "breaks programs:\n" + "\n".join(faults)


@pytest.mark.parametrize(
    ("now", "fault"),
    [
        ([], "get /a: is answered 200 /id"),
        (["is answered 200 /id", "must send query day"], "get /a: must send query day (new)"),
        (["is answered 200 /id"], "get /a: may send query colour"),
    ],
)
def test_a_break_is_found(now, fault):
    before = {"get /a": ["is answered 200 /id", "may send query colour"]}
    assert fault in broken(before, {"get /a": now}, set())


def test_what_is_added_or_made_optional_breaks_nobody():
    before = {"post /a": ["must send /box", "is answered 201 /id"], "get /old": []}
    now = {"post /a": ["may send /box", "may send /note", "is answered 201 /id", "is answered 201 /more"], "get /b": []}
    assert broken(before, now, {"get /old"}) == []
    assert broken(before, now, set()) == ["get /old is gone"]


class Old(Deprecated, APIView):
    permission_classes = [AllowAny]
    authentication_classes = []
    deprecations = {
        "GET": Deprecation(
            since=datetime(2026, 9, 1, tzinfo=UTC), ends=datetime(2027, 3, 1, tzinfo=UTC), successor="/api/v1/new/"
        )
    }

    @extend_schema(responses=dict)
    def get(self, request, missing: bool = False):
        if missing:
            raise NotFound
        return Response({})

    def post(self, request):
        return Response({})


@pytest.mark.parametrize("missing", [False, True])
def test_what_will_be_gone_says_so_in_every_answer_also_when_it_says_no(missing):
    answer = Old.as_view()(APIRequestFactory().get("/"), missing=missing)
    assert answer["Deprecation"] == "@1788220800"
    assert answer["Sunset"] == "Mon, 01 Mar 2027 00:00:00 GMT"
    assert answer["Link"] == (
        '</api/docs/>; rel="deprecation"; type="text/html", </api/v1/new/>; rel="successor-version"'
    )


def test_only_the_method_that_goes_says_so():
    assert "Deprecation" not in Old.as_view()(APIRequestFactory().post("/"))
    assert deprecation_of(Old(), "POST") is None


def test_the_description_calls_it_deprecated():
    schema = Schema()
    schema.view = Old()
    told = []
    for schema.method in ("GET", "POST"):
        told.append(schema.is_deprecated())
    assert told == [True, False]


def release() -> None:
    """Promise what the description says now."""
    document = described()
    operations = [f"{m} {p}" for p, item in document["paths"].items() for m, o in item.items() if o.get("deprecated")]
    RELEASED.write_text(json.dumps({"deprecated": operations, "promises": promises(document)}, indent=0) + "\n")
