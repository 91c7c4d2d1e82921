"""Events as text, written by the standard's rules once for all that are alike.

# Note [Forms]
The boxes of a train leave in one page of events that differ in little: when, which box, which wagon, what numbers in
the papers. The rules (``terminal.dcsa``) write one of them with a mark in each of these places; its text, cut at the
marks, is a form, and the others are that form filled in. So there is one set of rules, asked once for what is alike.
What stands in a blank must be no matter to any rule, but whether anything does: that is part of what makes two events
alike. Marks are drawn anew in every process, so that no text of anybody's can hold one.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from apps.network.models import Terminal
from apps.tracking.dcsa.facts import details_of, fact_of, papers_of, place_of, reference_of
from apps.tracking.dcsa.rows import Row
from terminal.dcsa import Happened, Place, Version, event_2_2, event_3_0
from terminal.dcsa.telling import here, noted
from terminal.events import EventKind

TELLS: Final[dict[Version, Callable[[Happened], dict[str, Any] | None]]] = {
    Version.TWO: event_2_2,
    Version.THREE: event_3_0,
}
NOTED_AS: Final = {Version.TWO: "eventCreatedDateTime", Version.THREE: "eventUpdatedDateTime"}
ALIKE: Final = Row._fields.index("kind")
"""From this column on a row is like others."""

MARK: Final = secrets.token_hex(8)
MARKED: Final = re.compile(f'"{MARK}-([a-z]+[0-9]*)"')
MOST: Final = 4096
DECIDING: Final = ("owner", "kind", "result")
"""Of the details, what rules ask."""

Form = list[str]
"""Text, the name of a blank, text, the name of a blank, …, text. Empty: the version has no word for it."""

Papers = list[list[str]]


def texts_of(rows: Iterable[Row], version: Version, terminal: Terminal) -> list[str]:
    """The events of rows as JSON, without those that the version has no word for. See Note [Forms]."""
    place, zone = place_of(terminal), terminal.zone
    forms = _forms(version, terminal.code, terminal.zone_name, place)
    told = (_text(row, forms, version, terminal, place, zone) for row in rows)
    return [text for text in told if text]


@lru_cache(maxsize=64)
def _forms(*_whose: object) -> dict[Any, Form]:
    """The forms of one terminal in one version."""
    return {}


def _text(row: Row, forms: dict[Any, Form], version: Version, terminal: Terminal, place: Place, zone: ZoneInfo) -> str:
    papers, details = papers_of(row), details_of(row)
    if _is_unlike_any(row, papers):
        return _written(TELLS[version](fact_of(row, terminal, place)))
    reference = reference_of(row, details) if details else ""
    there = row.container == "", row.wagon is None, reference == "", *[kind for kind, _ in papers]
    alike = row[ALIKE:] + there + (tuple(map(details.get, DECIDING)) if details else ())
    form = forms.get(alike)
    if form is None:
        if len(forms) >= MOST:
            forms.clear()
        marked = _marked(row, papers, details)
        form = forms[alike] = _form(TELLS[version](fact_of(marked, terminal, place)), version)
    return _filled(form, row, papers, reference, zone)


def _is_unlike_any(row: Row, papers: Papers) -> bool:
    """A seal's number has to fit, a paper without one is not told, nor one number twice: it matters what is said."""
    numbers = {number for _, number in papers}
    return row.kind == EventKind.SEAL_REMOVED or len(numbers) < len(papers) or "" in numbers


def _marked(row: Row, papers: Papers, details: dict[str, Any]) -> Row:
    words = {name: value and _mark("reference") for name, value in details.items() if name in ("reference", "number")}
    return row._replace(
        event=_mark("event"),
        container=row.container and _mark("container"),
        wagon=row.wagon and _mark("wagon"),
        details=_written({**details, **words}) if details else None,
        papers=_written([[kind, _mark(f"paper{n}")] for n, (kind, _) in enumerate(papers)]),
    )


def _mark(name: str) -> str:
    return f"{MARK}-{name}"


def _form(event: dict[str, Any] | None, version: Version) -> Form:
    if event is None:
        return []
    moments = {"eventDateTime": _mark("happened"), NOTED_AS[version]: _mark("noted")}
    return MARKED.split(_written({**event, **moments}))


def _filled(form: Form, row: Row, papers: Papers, reference: str, zone: ZoneInfo) -> str:
    text = form.copy()
    for n in range(1, len(form), 2):
        name = form[n]
        if name == "event":
            text[n] = f'"{row.event}"'
        elif name == "happened":
            text[n] = f'"{here(row.happened_at.astimezone(zone))}"'
        elif name == "noted":
            text[n] = f'"{noted(row.recorded_at)}"'
        elif name == "reference":
            text[n] = _written(reference)
        elif name.startswith("paper"):
            text[n] = _written(papers[int(name[5:])][1])
        else:
            text[n] = _written(getattr(row, name))
    return "".join(text)


def _written(value: Any) -> str:
    return orjson.dumps(value).decode() if value is not None else ""
