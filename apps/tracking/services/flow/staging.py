"""The lines of a file in a temporary table: the database sorts, joins and compares them, however many they are."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from apps.common.bulk import copy, endless_uuid7_texts, escaped, line, run, uuid7_texts
from apps.tracking.services.flow.rows import Stay

STAYS: Final = """
DROP TABLE IF EXISTS flow_stay, flow_call, flow_visit, flow_id;
CREATE TEMPORARY TABLE flow_stay (
    line integer, number varchar(11), size_type varchar(4), teu numeric(4, 2), laden boolean, goods varchar(20),
    gross_kg integer, in_at timestamptz, in_mode varchar(5), in_vehicle varchar(40), out_at timestamptz,
    out_mode varchar(5), out_vehicle varchar(40), destination varchar(5),
    box_uuid uuid, visit_uuid uuid, in_uuid uuid, out_uuid uuid, advised_uuid uuid,
    advised_at timestamptz, regime varchar(20), direction varchar(10), shipper text, in_told_at timestamptz,
    out_told_at timestamptz
) ON COMMIT DROP
"""

IDS: Final = """
CREATE TEMPORARY TABLE flow_id (n bigint, row_uuid uuid, arrived_uuid uuid, departed_uuid uuid) ON COMMIT DROP
"""


def stage(stays: Iterable[Stay]) -> None:
    """Write the stays into ``flow_stay``, with the identifiers of the rows they will become."""
    run(STAYS)
    new = endless_uuid7_texts()
    copy("flow_stay", (_line(stay, new) for stay in stays))
    run("ANALYZE flow_stay")


def stage_ids(many: int) -> None:
    """Fill ``flow_id`` with three new identifiers for each ``n`` from 1."""
    run(IDS)
    new = uuid7_texts(3 * many)
    copy("flow_id", ("\t".join((str(n), *islice(new, 3))) + "\n" for n in range(1, many + 1)))
    run("ANALYZE flow_id")


def _line(stay: Stay, new: Iterator[str]) -> str:
    gross = r"\N" if stay.gross_kg is None else str(stay.gross_kg)
    out_at = r"\N" if stay.out_at is None else stay.out_at.isoformat()
    return "\t".join(
        (
            str(stay.line), stay.number, stay.size_type, str(stay.teu), "t" if stay.laden else "f", stay.goods, gross,
            stay.in_at.isoformat(), stay.in_mode, escaped(stay.in_vehicle), out_at, stay.out_mode,
            escaped(stay.out_vehicle), stay.destination, *islice(new, 5), _more(stay),
        )
    )  # fmt: skip


def _more(stay: Stay) -> str:
    return line(stay.advised_at, stay.regime, stay.direction, stay.shipper, stay.in_told_at, stay.out_told_at)
