"""How much of each block, track and zone was used between two moments, out of the records."""

from typing import Final

OVERLAP: Final = "greatest(0, extract(epoch FROM least(coalesce({until}, {end}), {end}) - greatest({since}, {start})))"
BETWEEN: Final = {"start": "%(start)s::timestamptz", "end": "%(end)s::timestamptz"}

BLOCKS: Final = f"""
WITH here AS MATERIALIZED (
    SELECT visit.id, box.teu, visit.departed_at
    FROM containers_visit visit JOIN containers_container box ON box.id = visit.container_id
    WHERE visit.terminal_id = %(terminal)s AND visit.state = ANY(%(here)s)
      AND visit.arrived_at < %(end)s AND (visit.departed_at IS NULL OR visit.departed_at > %(start)s)
), moves AS MATERIALIZED (
    SELECT moved.visit_id, moved.went_to, moved.done_at AS since,
           lead(moved.done_at) OVER (PARTITION BY moved.visit_id ORDER BY moved.done_at, moved.id) AS until
    FROM yard_workorder moved JOIN here ON here.id = moved.visit_id WHERE moved.done_at IS NOT NULL
), spells AS (
    SELECT block.id AS block_id, moves.visit_id, moves.since, moves.until
    FROM moves JOIN yard_block block
        ON block.terminal_id = %(terminal)s AND block.code = regexp_replace(moves.went_to, '(-[0-9]+){{3}}$', '')
    WHERE moves.went_to <> block.code
    UNION ALL
    SELECT standing.block_id, standing.visit_id, standing.placed_at, NULL
    FROM yard_standing standing JOIN here ON here.id = standing.visit_id
    WHERE NOT EXISTS (
        SELECT FROM moves WHERE moves.visit_id = standing.visit_id AND moves.since >= standing.placed_at)
)
SELECT spells.block_id,
       sum(here.teu * {OVERLAP.format(since="spells.since", until="least(spells.until, here.departed_at)", **BETWEEN)})
       / extract(epoch FROM {BETWEEN["end"]} - {BETWEEN["start"]})
FROM spells JOIN here ON here.id = spells.visit_id
GROUP BY spells.block_id
"""
"""TEU in each block on average. Orders tell where a box went; what no order brought stands since it was placed."""

TRACKS: Final = f"""
SELECT track.id, coalesce(sum((to_m - from_m) * seconds), 0) / 3600 AS metre_hours,
       coalesce(sum(seconds), 0) / 3600 AS place_hours
FROM trains_track track LEFT JOIN (
    SELECT track_id, from_m, to_m, {OVERLAP.format(since="since", until="until", **BETWEEN)} AS seconds
    FROM trains_trackstay WHERE since < %(end)s AND (until IS NULL OR until > %(start)s)
) stay ON stay.track_id = track.id
WHERE track.terminal_id = %(terminal)s AND NOT track.closed
GROUP BY track.id
"""
