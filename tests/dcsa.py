"""The standard's own schemas, where they are at hand, and what they say of events. Tests that need them skip else."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SCHEMAS = Path(__file__).resolve().parents[2] / "shared" / "data" / "dcsa"
needs_schemas = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the standard's schemas are not at hand")
TYPES = {"EQUIPMENT": "equipmentEvent", "SHIPMENT": "shipmentEvent", "TRANSPORT": "transportEvent"}


@cache
def document(version: str) -> dict[str, Any]:
    """The OpenAPI document of a version: 2.2 or 3.0."""
    name = "TNT_v2.2.0-resolved.json" if version == "2.2" else "TNT_v3.0.0.json"
    return json.loads((SCHEMAS / name).read_text())


@cache
def validator(version: str, schema: str):
    """A validator of one schema of a version."""
    from openapi_schema_validator import OAS30Validator, oas30_format_checker
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    resource = Resource(contents=document(version), specification=DRAFT4)
    registry = Registry().with_resource("urn:doc", resource)
    wanted = {"$ref": f"urn:doc#/components/schemas/{schema}"}
    return OAS30Validator(wanted, registry=registry, format_checker=oas30_format_checker)


def faults_2_2(event: dict[str, Any]) -> list[str]:
    """What the 2.2 schema says against an event."""
    return [each.message for each in validator("2.2", TYPES[event["eventType"]]).iter_errors(event)]


def faults_3_0(event: dict[str, Any]) -> list[str]:
    """What the 3.0 schema says against an event, and every code that its descriptions do not list."""
    said = [each.message for each in validator("3.0", "Event").iter_errors(event)]
    return said + [f"{name}: {code}" for name, code in _codes(event) if code not in listed(name)]


@cache
def listed(name: str) -> frozenset[str]:
    """The codes that the 3.0 document lists for a member, in prose: "- `DISC` - Discharged"."""
    schemas = document("3.0")["components"]["schemas"]
    said = [each["properties"][name]["description"] for each in schemas.values() if name in each.get("properties", ())]
    return frozenset(code for text in said for code in re.findall(r"^ ?[-*] `(\w+)`", text, re.M))


CODED = re.compile(
    r".*EventTypeCode|eventTypeCode|eventClassifierCode|emptyIndicatorCode|modeOfTransport|typeCode|source"
)


def _codes(value: Any):
    if isinstance(value, dict):
        for name, inner in value.items():
            if CODED.fullmatch(name) and isinstance(inner, str):
                yield name, inner
            yield from _codes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _codes(inner)
