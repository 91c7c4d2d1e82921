"""Whether a statement is right: every line computed anew from the document, and each figure that differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from terminal.charges.reading import NotAStatement, OtherFormat, statement_from_json
from terminal.charges.writing import checksum, statement_as_json


class _Nothing:
    """What stands where nothing stands."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING: Final = _Nothing()


@dataclass(frozen=True, slots=True)
class Difference:
    """A place of the document (a JSON pointer), what it says there, and what follows from what it gives."""

    pointer: str
    said: Any
    computed: Any

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: says {self.said!r}, computed {self.computed!r}"


def recompute(document: Any) -> list[Difference]:
    """Everything in the document that is not as computed from it; nothing: it is right to the last digit.

    A place that cannot be read is one difference, with the reason as what was computed.
    """
    try:
        again = statement_as_json(statement_from_json(document))
    except (NotAStatement, OtherFormat) as refusal:
        return [Difference(refusal.facts.get("pointer", "/format"), NOTHING, str(refusal))]
    except ArithmeticError:
        return [Difference("", NOTHING, "not to be computed: it gives a number too large or too fine")]
    # The checksum of the document as it is: one that is as it was issued may be wrong, and one that was changed right.
    seal = checksum(document)
    if again["checksum"] == seal == document.get("checksum"):
        return []
    return list(_differences("", document, {**again, "checksum": seal}))


def _differences(pointer: str, said: Any, computed: Any) -> Iterator[Difference]:
    if isinstance(said, Mapping) and isinstance(computed, Mapping):
        for key in dict.fromkeys([*computed, *said]):
            yield from _differences(f"{pointer}/{_escaped(key)}", said.get(key, NOTHING), computed.get(key, NOTHING))
    elif isinstance(said, list) and isinstance(computed, list):
        for number in range(max(len(said), len(computed))):
            one, other = (each[number] if number < len(each) else NOTHING for each in (said, computed))
            yield from _differences(f"{pointer}/{number}", one, other)
    elif type(said) is not type(computed) or said != computed:
        yield Difference(pointer, said, computed)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
