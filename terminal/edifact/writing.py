"""From facts to bytes: what the terminal reports and answers, in the dialect that was agreed."""

from collections.abc import Mapping, Sequence
from typing import Final

from terminal.edifact.acknowledging import Objection, Receipt, draft_objection, draft_receipt
from terminal.edifact.codes import STATUS_CODES, STATUSES
from terminal.edifact.drafting import Draft, Letter, write_interchange
from terminal.edifact.facts import Gate, GateReport, Head, Move, ShipReport, ShipWork, StatusReport, StatusTold
from terminal.edifact.phrasing import Phrasing
from terminal.edifact.profile import COMMON, Profile

Written = GateReport | ShipReport | StatusReport | Receipt | Objection
"""What we write."""

OLD: Final = "D.95B"
DOCUMENT_CODES: Final[Mapping[Gate | ShipWork, tuple[str, str]]] = {
    Gate.IN: ("34", "109"),
    Gate.OUT: ("36", "111"),
    ShipWork.DISCHARGED: ("44", "119"),
    ShipWork.LOADED: ("46", "122"),
}
"""The guides' codes of D.95B, and the directory's own later."""

STATUS_DOCUMENT: Final = "44"
"""Transport status report."""


def write(told: Sequence[Written], letter: Letter, profile: Profile = COMMON) -> bytes:
    """One interchange with a message for each. What is written is read back as the same facts."""
    return write_interchange([_draft(each, profile) for each in told], letter, profile)


def _draft(told: Written, profile: Profile) -> Draft:
    if isinstance(told, GateReport):
        return _moves(told.head, told.way, told, profile)
    if isinstance(told, ShipReport):
        return _moves(told.head, told.work, told, profile)
    if isinstance(told, StatusReport):
        return _statuses(told, profile)
    return draft_receipt(told) if isinstance(told, Receipt) else draft_objection(told, profile.zone)


def _begin(head: Head, profile: Profile) -> Phrasing:
    version, _, release = head.dialect.partition(".")
    draft = Draft(head.type.value, version, release, head.association, head.reference)
    return Phrasing(draft, profile.zone)


def _moves(head: Head, meaning: Gate | ShipWork, told: GateReport | ShipReport, profile: Profile) -> Draft:
    """CODECO and COARRI: the same segments. D.95B calls the time of a move effective, later it is executed."""
    old = head.dialect == OLD
    phrasing = _begin(head, profile)
    phrasing.head(head, head.code or DOCUMENT_CODES[meaning][not old])
    phrasing.means(told.means)
    phrasing.parties(head.parties)
    for move in told.moves:
        phrasing.box(move.box, ("7" if old and isinstance(meaning, Gate) else "203", move.at))
    return _counted(phrasing, told.moves)


def _counted(phrasing: Phrasing, moves: Sequence[Move]) -> Draft:
    phrasing.draft.add("CNT", ("16", str(len(moves))))
    return phrasing.draft


def _statuses(told: StatusReport, profile: Profile) -> Draft:
    phrasing = _begin(told.head, profile)
    phrasing.head(told.head, told.head.code or STATUS_DOCUMENT)
    phrasing.parties(told.head.parties)
    phrasing.draft.add("CNI", "1")
    for status in told.statuses:
        _status(phrasing, status)
    return phrasing.draft


def _status(phrasing: Phrasing, told: StatusTold) -> None:
    phrasing.draft.add("STS", "1", (told.code or status_code(told), "", "", told.said))
    phrasing.references(told.references)
    phrasing.moment("334", told.at)
    phrasing.times(told.times)
    phrasing.remarks(told.remarks)
    phrasing.parties(told.parties)
    phrasing.locations(told.locations)
    phrasing.means(told.means)
    for box in told.boxes:
        phrasing.box(box)


def status_code(told: StatusTold) -> str:
    """The code carriers use for a status by its means of transport, else the common one."""
    mode = told.means[0].mode if told.means else None
    by_mode = STATUS_CODES.get((told.status, mode)) or STATUS_CODES.get((told.status, None))
    return by_mode or next(code for code, status in STATUSES.items() if status is told.status)
