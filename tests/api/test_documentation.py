"""What integrators read names every problem there is."""

import re
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.urls import get_resolver
from django.utils import translation

from apps.common.api.catalogue import problem_catalogue


def test_the_guide_lists_every_problem_with_its_status():
    """Whatever else a process has loaded: here, what only commands answer."""
    import_module("apps.demo.management.commands.generate")
    assert get_resolver().url_patterns
    guide = (Path(settings.ROOT) / "docs" / "api.md").read_text()
    listed = set(re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", guide, re.MULTILINE))
    with translation.override("en"):
        rows = {(each.code, str(each.status)): each.meaning for each in problem_catalogue()}
    missing = [f"| `{code}` | {status} | {rows[code, status]} |" for code, status in sorted(rows.keys() - listed)]
    assert not missing, "add to the table of docs/api.md:\n" + "\n".join(missing)
