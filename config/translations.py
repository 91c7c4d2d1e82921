"""Compile the catalogues of ``locale/`` into the product's own folder, without gettext's tools.

``python -m config.translations --check`` reads every catalogue and says what is untranslated, guessed or broken;
``--tidy`` takes out of their headings what changes with every collecting of strings.
"""

import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from config.embedded.places import PROJECT, make_folder

if TYPE_CHECKING:
    from polib import POEntry

SOURCES = PROJECT / "locale"
PLACEHOLDER: Final = re.compile(r"%%|%\(\w+\)[sdf]|%[sdf]|\{\w*\}|</?[a-z]+[^>]*>")
HEADING: Final = ("MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms")


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
    """What is wrong in the catalogues: untranslated, guessed by a tool, twice there, or with other placeholders."""
    import polib

    found = []
    for source in sorted(SOURCES.glob("*/LC_MESSAGES/*.po")):
        catalogue = polib.pofile(str(source))
        print(f"{source.relative_to(SOURCES)}: {catalogue.percent_translated()} % translated")
        found += [
            f"{source}:{entry.linenum}: {fault}: {entry.msgid}"
            for entry in catalogue
            if not entry.obsolete and (fault := _fault(entry))
        ]
        times = Counter((each.msgctxt, each.msgid) for each in catalogue)
        found += [f"{source}: twice: {msgid}" for (_context, msgid), count in times.items() if count > 1]
    return found


def _fault(entry: "POEntry") -> str:
    if entry.fuzzy:
        return "fuzzy"
    if not entry.translated():
        return "untranslated"
    allowed = {_placeholders(entry.msgid), _placeholders(entry.msgid_plural or entry.msgid)}
    said = entry.msgstr_plural.values() or [entry.msgstr]
    return "" if {_placeholders(each) for each in said} <= allowed else "placeholders differ"


def _placeholders(text: str) -> tuple[str, ...]:
    return tuple(sorted(PLACEHOLDER.findall(text)))


def tidy() -> None:
    """Leave in each heading the language and what a reader of the file needs: no dates, no names."""
    import polib

    for source in sorted(SOURCES.glob("*/LC_MESSAGES/*.po")):
        catalogue = polib.pofile(str(source), wrapwidth=0)
        language = {"Project-Id-Version": "Landbridge", "Language": source.parent.parent.name}
        catalogue.metadata = language | {name: catalogue.metadata[name] for name in HEADING}
        catalogue.header, catalogue.metadata_is_fuzzy = "", False
        catalogue.save(str(source))


if __name__ == "__main__":
    if "--tidy" in sys.argv:
        tidy()
    else:
        sys.exit("\n".join(unsound()) or 0)
