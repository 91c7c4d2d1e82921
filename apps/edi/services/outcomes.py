"""What became of an interchange, as it is kept: plain JSON, sentences still to be said in a reader's language."""

from collections.abc import Iterable
from typing import Any, Protocol

from apps.edi.services.cases import Case
from apps.edi.services.opening import named
from terminal.edifact.faults import MalformedInterchange
from terminal.edifact.segments import Segment

PLACED = ("segment", "tag", "element", "component", "found", "expected")


class Told(Protocol):
    """Something to be said of a place: ``Warned`` or ``LeftUndone``."""

    @property
    def template(self) -> str: ...

    @property
    def facts(self) -> dict[str, str | int]: ...


def fault_of(fault: MalformedInterchange, message: Segment | None) -> dict[str, Any]:
    """A refusal with its place, and the message (its UNH) in which that is."""
    return {
        "code": fault.code(), "error": fault.syntax_error, "template": fault.message, **fault.facts,
        "message": message.get(1) if message else "",
    }  # fmt: skip


def said(noted: Iterable[Told]) -> list[dict[str, Any]]:
    """Warnings, each with its place."""
    return [{"template": each.template, **each.facts} for each in noted]


def message_of(case: Case) -> dict[str, Any]:
    """A message that was taken: what was done, and what was left. ``call`` stands beside them for who asks by it."""
    call = next((each["call"] for each in case.did if "call" in each), "")
    return {**named(case.message), "call": call, "done": case.did, "left": said(case.left)}
