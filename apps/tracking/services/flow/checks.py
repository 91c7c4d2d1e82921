"""What is wrong between lines of a file, or between the file and what is known already."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from apps.common.bulk import ask, known_as, run
from apps.containers.models import VisitRole
from apps.network.models import Place
from apps.tracking.services.flow.report import MOST_PROBLEMS, Problem, Worst
from terminal.identifiers import nearest


def _shown(moment: str) -> str:
    return f"to_char({moment} AT TIME ZONE %(zone)s, %(form)s)"


CARRIED: Final = """
    SELECT in_vehicle AS vehicle, in_mode AS mode, in_at AS at, line, 'in_mode' AS mode_column FROM flow_stay
    UNION ALL
    SELECT out_vehicle, out_mode, out_at, line, 'out_mode' FROM flow_stay WHERE out_at IS NOT NULL
"""

TWO_MODES: Final = f"""
WITH carried AS ({CARRIED}), twofold AS (
    SELECT vehicle FROM carried GROUP BY vehicle HAVING min(mode) <> max(mode)
), told AS (
    SELECT DISTINCT ON (vehicle, mode) vehicle, mode, line, mode_column
    FROM carried JOIN twofold USING (vehicle) ORDER BY vehicle, mode, line
), first AS (
    SELECT DISTINCT ON (vehicle) vehicle, mode, line FROM told ORDER BY vehicle, line, mode
)
SELECT told.line, told.mode_column, told.mode, vehicle, first.mode, first.line
FROM told JOIN first USING (vehicle) WHERE told.mode <> first.mode ORDER BY told.line LIMIT {MOST_PROBLEMS}
"""

KNOWN_BY_ANOTHER_MODE: Final = f"""
WITH carried AS ({CARRIED})
SELECT DISTINCT ON (carried.vehicle) carried.line, mode_column, carried.mode, carried.vehicle, call.mode
FROM carried JOIN calls_call call ON {known_as("call", "carried.vehicle")}
WHERE call.mode <> carried.mode ORDER BY carried.vehicle, carried.line LIMIT {MOST_PROBLEMS}
"""

OVERLAPS: Final = f"""
WITH suspect AS (
    SELECT DISTINCT number FROM (
        SELECT number, in_at, max(coalesce(out_at, 'infinity')) OVER (
            PARTITION BY number ORDER BY in_at, line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
        FROM flow_stay) ordered
    WHERE in_at < until
)
SELECT greatest(one.line, two.line), least(one.line, two.line), number
FROM flow_stay one JOIN suspect USING (number) JOIN flow_stay two USING (number)
WHERE (one.in_at, one.line) < (two.in_at, two.line) AND two.in_at < coalesce(one.out_at, 'infinity')
ORDER BY 1, 2 LIMIT {MOST_PROBLEMS}
"""

TWICE_BY_ONE_VEHICLE: Final = f"""
SELECT line, first, in_vehicle FROM (
    SELECT line, number, in_vehicle, in_at,
           first_value(line) OVER arrivals AS first, lag(out_at) OVER arrivals AS left_at
    FROM flow_stay WINDOW arrivals AS (PARTITION BY number, in_vehicle ORDER BY in_at, line)) told
WHERE first <> line AND in_at >= left_at ORDER BY line LIMIT {MOST_PROBLEMS}
"""

TWO_LENGTHS: Final = f"""
SELECT line, size_type, number, first, on_line FROM (
    SELECT line, size_type, teu, number, first_value(size_type) OVER told AS first,
           first_value(line) OVER told AS on_line, first_value(teu) OVER told AS first_teu
    FROM flow_stay WINDOW told AS (PARTITION BY number ORDER BY line)) stay
WHERE teu <> first_teu ORDER BY line LIMIT {MOST_PROBLEMS}
"""

KNOWN_WITH_ANOTHER_LENGTH: Final = f"""
SELECT stay.line, stay.size_type, stay.number, box.size_type
FROM flow_stay stay JOIN containers_container box ON box.number = stay.number
WHERE box.teu <> stay.teu ORDER BY stay.line LIMIT {MOST_PROBLEMS}
"""

UNKNOWN_SHIPPERS: Final = f"""
SELECT line, shipper FROM flow_stay
WHERE shipper IS NOT NULL AND NOT EXISTS (SELECT FROM parties_party party WHERE party.code = shipper)
ORDER BY line LIMIT {MOST_PROBLEMS}
"""

KNOWN: Final = f"""
FROM flow_stay stay
JOIN containers_visit visit ON {known_as("visit", "stay.number || '/' || stay.in_vehicle")}
"""

SHIPPED_BY: Final = f"""
SELECT party.code FROM containers_visitrole role JOIN parties_party party ON party.id = role.party_id
WHERE role.visit_id = visit.id AND role.role = '{VisitRole.Role.SHIPPER}' ORDER BY party.code <> stay.shipper LIMIT 1
"""

CHANGED: Final = f"""
SELECT stay.line, told.name, told.now, told.before {KNOWN}
LEFT JOIN calls_call departure ON departure.id = visit.departure_call_id
CROSS JOIN LATERAL (VALUES
    ('laden', CASE WHEN stay.laden THEN 'yes' ELSE 'no' END, CASE WHEN visit.laden THEN 'yes' ELSE 'no' END),
    ('goods', stay.goods, visit.goods),
    ('gross_kg', stay.gross_kg::text, visit.gross_kg::text),
    ('in_at', {_shown("stay.in_at")}, {_shown("visit.arrived_at")}),
    ('out_at', {_shown("stay.out_at")}, {_shown("visit.departed_at")}),
    ('out_vehicle', stay.out_vehicle,
     CASE WHEN departure.source = %(source)s THEN departure.source_ref ELSE departure.number END),
    ('destination', stay.destination, visit.destination),
    ('advised_at', {_shown("stay.advised_at")}, {_shown("visit.advised_at")}),
    ('regime', stay.regime, visit.regime),
    ('direction', stay.direction, visit.direction),
    ('shipper', stay.shipper, CASE WHEN stay.shipper IS NOT NULL THEN ({SHIPPED_BY}) END)
) AS told(name, now, before)
WHERE told.now IS DISTINCT FROM told.before AND (stay.out_at IS NOT NULL OR told.name NOT LIKE 'out%%')
  AND (told.now IS NOT NULL OR told.name NOT IN ('advised_at', 'regime', 'direction', 'shipper'))
ORDER BY stay.line LIMIT {MOST_PROBLEMS}
"""

FORGET_KNOWN: Final = f"DELETE FROM flow_stay WHERE line IN (SELECT stay.line {KNOWN})"

OVERLAPS_KNOWN: Final = f"""
SELECT stay.line, stay.number, {_shown("visit.arrived_at")}, coalesce({_shown("visit.departed_at")}, '')
FROM flow_stay stay
JOIN containers_container box ON box.number = stay.number
JOIN containers_visit visit ON visit.container_id = box.id AND visit.terminal_id = %(terminal)s
WHERE visit.arrived_at < coalesce(stay.out_at, 'infinity') AND coalesce(visit.departed_at, 'infinity') > stay.in_at
ORDER BY stay.line LIMIT {MOST_PROBLEMS}
"""

UNKNOWN_PLACES: Final = """
SELECT min(line), destination, count(*) FROM flow_stay
WHERE destination <> '' AND NOT EXISTS (SELECT FROM network_place WHERE un_locode = destination)
GROUP BY destination ORDER BY 1
"""

NOT_YET: Final = "SELECT min(line), count(*) FROM flow_stay WHERE in_at > %(at)s OR out_at > %(at)s"


def check_within(problems: Worst) -> None:
    """What lines of the file say against each other."""
    for line, column, mode, vehicle, first, on_line in ask(TWO_MODES):
        reason = _("%(vehicle)s comes by %(first)s on line %(on_line)d; one vehicle has one mode.") % {
            "vehicle": vehicle, "first": first, "on_line": on_line}  # fmt: skip
        problems.add(line, column, mode, reason, _("Correct the mode, or give the two vehicles two names."))
    for line, other, number in ask(OVERLAPS):
        reason = _("this stay overlaps the stay of the same box on line %(other)d.") % {"other": other}
        problems.add(line, "container_number", number, reason, _("Check the times and the number on both lines."))
    for line, first, vehicle in ask(TWICE_BY_ONE_VEHICLE):
        reason = _("%(vehicle)s brought this box on line %(first)d already; one call brings a box once.") % {
            "vehicle": vehicle, "first": first}  # fmt: skip
        problems.add(line, "in_vehicle", vehicle, reason, _("Give the second call a name of its own."))
    for line, code, number, first, on_line in ask(TWO_LENGTHS):
        reason = _("%(number)s is a %(first)s on line %(on_line)d; a box does not change its length.") % {
            "number": number, "first": first, "on_line": on_line}  # fmt: skip
        problems.add(line, "size_type", code, reason, _("Check which of the two it is."))
    for line, code in ask(UNKNOWN_SHIPPERS):
        problems.add(line, "shipper", code, _("no party has this code."), _("Enter the party first, or correct it."))


def check_against_known(problems: Worst, known: dict[str, Any]) -> int:
    """What the file says against what is known; afterwards ``flow_stay`` holds only new stays.

    Returns how many were known already. ``known`` gives terminal, source, zone and form of a time.
    """
    for line, column, mode, vehicle, before in ask(KNOWN_BY_ANOTHER_MODE, known):
        reason = _("%(vehicle)s is known to come by %(before)s.") % {"vehicle": vehicle, "before": before}
        problems.add(line, column, mode, reason, _("Correct the mode, or give the vehicle another name."))
    for line, code, number, before in ask(KNOWN_WITH_ANOTHER_LENGTH, known):
        reason = _("%(number)s is known as %(before)s; a box does not change its length.") % {
            "number": number, "before": before}  # fmt: skip
        problems.add(line, "size_type", code, reason, _("Check which of the two it is."))
    for line, column, now, before in ask(CHANGED, known):
        reason = _("this stay was reported before with “%(before)s”.") % {"before": before or "—"}
        remedy = _("History is not overwritten: correct the visit at the terminal, or send the line as it was.")
        problems.add(line, column, now or "", reason, remedy)
    already_known = run(FORGET_KNOWN, known)
    for line, number, came, left in ask(OVERLAPS_KNOWN, known):
        reason = _("the box is known to have been here from %(came)s to %(left)s.") % {
            "came": came, "left": left or _("now")}  # fmt: skip
        problems.add(line, "container_number", number, reason, _("Check the times and the number."))
    return already_known


def warnings(known: dict[str, Any]) -> Iterator[Problem]:
    """What is strange about the new stays, but no reason to refuse them."""
    if places := list(Place.objects.values_list("un_locode", flat=True)):
        for line, code, many in ask(UNKNOWN_PLACES):
            reason = _("this place is on no list here (%(many)d stays).") % {"many": many}
            near = ", ".join(nearest(code, places))
            yield Problem(
                line, "destination", code, reason, _("Did you mean %(near)s?") % {"near": near} if near else ""
            )
    for line, many in ask(NOT_YET, known):
        if many:
            reason = _("%(many)d stays are reported as actual, but lie in the future.") % {"many": many}
            yield Problem(line, "in_at", "", reason, _("Check the clock and the offsets."))
