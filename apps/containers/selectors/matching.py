"""Which of the advised visits of a box is the one that now arrives."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from apps.calls.models import Call
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.identifiers import require_container_number
from terminal.lifecycle import VisitState

Known = tuple[str, str]
"""A reference as (kind, value)."""


def match_arrival(
    *,
    terminal: Terminal,
    number: str,
    call: Call | None = None,
    references: Iterable[Known] = (),
    party: Party | None = None,
    at: datetime | None = None,
) -> Visit | None:
    """The advised visit the arriving box belongs to, or None. See ``match_arrivals``.

    Raises ``MalformedContainerNumber`` and the other refusals of a number.
    """
    known = {require_container_number(number): list(references)}
    return next(iter(match_arrivals(terminal=terminal, boxes=known, call=call, party=party, at=at).values()), None)


def match_arrivals(
    *,
    terminal: Terminal,
    boxes: Mapping[str, Sequence[Known]],
    call: Call | None = None,
    party: Party | None = None,
    at: datetime | None = None,
) -> dict[str, Visit]:
    """For each container number (with the references of its papers) the advised visit that arrives, if any.

    By call first, then by a shared reference, then by a role of the party in force at ``at`` (not ended, when no moment
    is given). Of equally good ones the oldest, if the same parties have them; if not, none: a stranger's advice must
    not be told from the right one by chance. Three queries, however many boxes.
    """
    found: dict[str, list[tuple[tuple[bool, ...], Visit]]] = defaultdict(list)
    for visit in _advised(terminal, boxes):
        number = visit.container.number
        score = (_by_call(visit, call), _by_reference(visit, boxes[number]), _by_party(visit, party, at))
        if any(score):
            found[number].append((score, visit))
    best = {number: _best(candidates) for number, candidates in found.items()}
    return {number: visit for number, visit in best.items() if visit is not None}


def _advised(terminal: Terminal, numbers: Iterable[str]) -> Iterable[Visit]:
    return (
        Visit.objects.filter(terminal=terminal, state=VisitState.ADVISED.value, container__number__in=sorted(numbers))
        .select_related("container")
        .prefetch_related("references", "roles")
        .order_by("pk")
    )


def _by_call(visit: Visit, call: Call | None) -> bool:
    return call is not None and visit.arrival_call_id == call.pk


def _by_reference(visit: Visit, references: Sequence[Known]) -> bool:
    wanted = {(str(kind), value) for kind, value in references}
    return any((each.kind, each.value) in wanted for each in visit.references.all())


def _by_party(visit: Visit, party: Party | None, at: datetime | None) -> bool:
    return party is not None and any(
        role.party_id == party.pk and (role.until is None or (at is not None and role.since <= at < role.until))
        for role in visit.roles.all()
    )


def _best(candidates: list[tuple[tuple[bool, ...], Visit]]) -> Visit | None:
    top = max(score for score, _ in candidates)
    equal = [visit for score, visit in candidates if score == top]
    parties = {frozenset(role.party_id for role in visit.roles.all()) for visit in equal}
    return equal[0] if len(parties) == 1 else None
