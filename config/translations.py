"""Compile the catalogues of ``locale/`` into the product's own folder, without gettext's tools.

``python -m config.translations --check`` reads every catalogue and says how much of it is translated.
"""

import os
import sys
from pathlib import Path

from config.embedded.places import PROJECT, make_folder

SOURCES = PROJECT / "locale"


def compile_catalogues(var: Path) -> None:
    """Bring ``<var>/locale`` up to ``locale/``; costs nothing when it is."""
    for source in sorted(SOURCES.glob("*/LC_MESSAGES/*.po")):
        target = var / "locale" / source.relative_to(SOURCES).with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)


def _compile(source: Path, target: Path) -> None:
    import polib  # only where there is something to compile: every command passes here

    make_folder(target.parent)
    draft = target.with_suffix(f".{os.getpid()}")
    polib.pofile(str(source)).save_as_mofile(str(draft))
    draft.replace(target)


def unsound() -> list[str]:
    """What is wrong with the catalogues: unreadable, or guessed translations nobody has looked at."""
    import polib

    found = []
    for source in sorted(SOURCES.glob("*/LC_MESSAGES/*.po")):
        catalogue = polib.pofile(str(source))
        print(f"{source.relative_to(SOURCES)}: {catalogue.percent_translated()} % translated")
        found += [f"{source}:{entry.linenum}: fuzzy" for entry in catalogue if entry.fuzzy and not entry.obsolete]
    return found


if __name__ == "__main__":
    sys.exit("\n".join(unsound()) or 0)
