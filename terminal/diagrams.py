"""The lifecycles as diagrams: the page `docs/lifecycles.md`, written from the tables."""

from collections.abc import Iterator

from terminal.lifecycle import LIFECYCLES, Lifecycle

HEADER = """# Lifecycles

Every status a thing at the terminal can have, and which may follow which. This page is written from the tables in
`terminal/lifecycle.py`, and a test refuses any difference. After a change of a table:

    python -c "from terminal.diagrams import page; print(page(), end='')" > docs/lifecycles.md
"""


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([HEADER, *(_section(each) for each in LIFECYCLES.values())])


def diagram(lifecycle: Lifecycle) -> str:
    """One lifecycle as a Mermaid state diagram: where it starts, every step, where it ends."""
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in _arrows(lifecycle))])


def _section(lifecycle: Lifecycle) -> str:
    return f"## {lifecycle.thing.capitalize()}\n\n```mermaid\n{diagram(lifecycle)}\n```\n"


def _arrows(lifecycle: Lifecycle) -> Iterator[str]:
    yield from (f"[*] --> {start}" for start in lifecycle.starts)
    for present, after in lifecycle.steps.items():
        yield from (f"{present} --> {wanted}" for wanted in lifecycle.steps if wanted in after)
    yield from (f"{status} --> [*]" for status in lifecycle.steps if lifecycle.is_final(status))
