import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from apps.parties.actors import Actor
from apps.tracking.services import import_flow

FLOW = Path(__file__).resolve().parents[2] / "fixtures" / "demo" / "flow.csv"
LATER = datetime(2026, 11, 23, 12, tzinfo=UTC)

GOOD = {
    "container_number": "CSQU3054383",
    "size_type": "22G1",
    "laden": "yes",
    "goods": "standard",
    "gross_kg": "14000",
    "in_at": "2026-05-02T09:00:00+08:00",
    "in_mode": "rail",
    "in_vehicle": "TRN1",
    "out_at": "2026-05-04T21:30:00+08:00",
    "out_mode": "sea",
    "out_vehicle": "VSL6",
    "destination": "JPOSA",
}


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def as_csv(*stays):
    """A file of good stays, each with the changes given."""
    text = io.StringIO()
    out = csv.DictWriter(text, list(GOOD), lineterminator="\n")
    out.writeheader()
    out.writerows({**GOOD, **stay} for stay in stays)
    return text.getvalue()


@pytest.fixture
def take_in(lyg):
    """Imports text, bytes or stays told as changes to a good one."""

    def run(*stays, **options):
        text = stays[0] if stays and isinstance(stays[0], str | bytes) else as_csv(*stays)
        file = io.BytesIO(text.encode() if isinstance(text, str) else text)
        file.name = "week.csv"
        return import_flow(file=file, terminal=lyg, by=Actor.itself("import_flow"), at=LATER, **options)

    return run
