"""The script as tables of `docs/sandbox.md`. A test holds the page against them."""

from collections.abc import Iterator

from apps.sandbox.script import BOXES, SCRIPT


def cast_table() -> str:
    """The boxes: the last two digits before the check digit, and what happens to each."""
    return "\n".join(["| box | digits | what happens to it |", "|---|---|---|", *_cast()])


def script_table() -> str:
    """What can be seen, minute by minute."""
    return "\n".join(["| minute | about | what can be seen |", "|---|---|---|", *_cues()])


def _cast() -> Iterator[str]:
    for box in BOXES.values():
        yield f"| `{box.name}` | {box.place:02d} | {box.story} |"


def _cues() -> Iterator[str]:
    last = None
    for cue in SCRIPT:
        if cue.told:
            minute = "" if cue.minute == last else f"{cue.minute:g}"
            yield f"| {minute} | {f'`{cue.about}`' if cue.about else ''} | {cue.told} |"
            last = cue.minute
