"""Recompute a statement offline: ``python -m terminal.charges statement.json``.

Needs Python 3.11 and the folder ``terminal``, nothing else. Prints each difference, or that all is right; ends with 0
when it is, 1 when it is not, 2 when there is no such document.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from terminal.charges.recomputing import recompute


def main(arguments: Sequence[str]) -> int:
    """Recompute the statement of the one file named; the exit code."""
    if len(arguments) != 1:
        print("usage: python -m terminal.charges statement.json", file=sys.stderr)
        return 2
    try:
        document = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        print(f"{arguments[0]}: {fault}", file=sys.stderr)
        return 2
    return _tell(document)


def _tell(document: Any) -> int:
    differences = recompute(document)
    for difference in differences:
        print(difference)
    if differences:
        print(f"wrong: {len(differences)} differences")
        return 1
    print(f"right: {len(document['lines'])} lines, total {document['gross']} {document['currency']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
