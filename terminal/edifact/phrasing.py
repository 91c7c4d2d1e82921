"""Facts as segments: the other way round of ``elements`` and ``gathering``."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Final

from terminal.edifact.codes import FUNCTIONS, ISSUERS, MODES, SIDES, STAGES, STANDINGS
from terminal.edifact.drafting import Draft
from terminal.edifact.elements import STOW, TRANSPORT_TEMPERATURE, UNECE
from terminal.edifact.facts import Box, Head, Location, Means, Party, Reference, Time
from terminal.edifact.opening import ISSUED
from terminal.edifact.times import write_time

FUNCTION_CODES: Final = {function: code for code, function in FUNCTIONS.items()}
STANDING_CODES: Final = {standing: code for code, standing in STANDINGS.items()}
STAGE_CODES: Final = {stage: code for code, stage in STAGES.items()}
MODE_CODES: Final = {mode: code for code, mode in MODES.items()}
ISSUER_CODES: Final = {owner: code for code, owner in ISSUERS.items()}
SIDE_CODES: Final = {side: code for code, side in SIDES.items()}
DIMENSION: Final = {"front": 2, "back": 2, "right": 3, "left": 3, "height": 4}
"""Which component of DIM says how much."""

CARRIER_CODE: Final = ("172", "20")
"""Code list of carriers, kept by the container bureau."""


class Phrasing:
    """Writes facts into a draft, with local times in one zone."""

    def __init__(self, draft: Draft, zone: tzinfo) -> None:
        self.draft = draft
        self.zone = zone

    def head(self, head: Head, code: str) -> None:
        """BGM and what follows it, but the means of transport and parties."""
        self.draft.add("BGM", code, head.document, FUNCTION_CODES[head.function])
        if head.issued_at is not None:
            self.moment(ISSUED, head.issued_at)
        self.times(head.times)
        self.remarks(head.remarks)
        self.locations(head.locations)
        self.references(head.references)

    def moment(self, kind: str, at: datetime) -> None:
        self.draft.add("DTM", (kind, write_time(at, self.zone), "203"))

    def times(self, times: Iterable[Time]) -> None:
        for each in times:
            if each.whole_day:
                self.draft.add("DTM", (each.kind, f"{each.at.astimezone(self.zone):%Y%m%d}", "102"))
            else:
                self.moment(each.kind, each.at)

    def remarks(self, remarks: Iterable[str]) -> None:
        for each in remarks:
            self.draft.add("FTX", "AAI", "", "", each)

    def references(self, references: Iterable[Reference]) -> None:
        for each in references:
            self.draft.add("RFF", (each.kind, each.value))

    def locations(self, locations: Iterable[Location]) -> None:
        for each in locations:
            codes = UNECE if each.is_un_locode else ("", "")
            self.draft.add("LOC", each.role, (each.code, *codes, each.name), each.related)
            self.times(each.times)

    def parties(self, parties: Iterable[Party]) -> None:
        for each in parties:
            self.draft.add("NAD", each.role, (each.code, each.code_list, each.agency), "", each.name)

    def means(self, means: Iterable[Means]) -> None:
        """TDT; its own times stand before its places, or they would be those of the last place."""
        for each in means:
            self.draft.add(
                "TDT",
                STAGE_CODES[each.stage],
                each.journey,
                MODE_CODES[each.mode] if each.mode else "",
                "",
                (each.carrier, *(CARRIER_CODE if each.carrier else ("", "")), each.carrier_name),
                "",
                "",
                (each.identity, each.scheme, "", each.name),
            )
            self.times(each.times)
            self.references(each.references)
            self.locations(each.locations)

    def box(self, box: Box, moved: tuple[str, datetime] | None = None) -> None:
        """EQD and everything about it. ``moved``: the kind of time of its move, and that time."""
        full = "" if box.laden is None else "5" if box.laden else "4"
        standing = STANDING_CODES[box.standing] if box.standing else ""
        size = (box.size_type, "102", "5") if box.size_type else ""
        self.draft.add("EQD", "CN", box.number, size, "", standing, full)
        self.references(box.references)
        if box.count != 1:
            self.draft.add("EQN", str(box.count))
        if moved is not None:
            self.moment(*moved)
        self.times(box.times)
        if box.stow:
            self.draft.add("LOC", STOW, (box.stow.replace("-", ""), "139", "5"))
        self.locations(box.locations)
        self._weights(box)
        self._condition(box)
        self.means(box.means)
        self.parties(box.parties)

    def _weights(self, box: Box) -> None:
        for kind, kg in (("VGM", box.vgm_kg), ("G", box.gross_kg), ("T", box.tare_kg)):
            if kg is not None:
                self.draft.add("MEA", "AAE", kind, ("KGM", str(kg)))

    def _condition(self, box: Box) -> None:
        for over in box.overhangs:
            gaps = [""] * (DIMENSION[over.side] - 2)
            self.draft.add("DIM", SIDE_CODES[over.side], ("CMT", *gaps, str(over.cm)))
        if box.celsius is not None:
            self.draft.add("TMP", TRANSPORT_TEMPERATURE, (f"{box.celsius:.1f}", "CEL"))
        for seal in box.seals:
            self.draft.add("SEL", seal.number, ISSUER_CODES[seal.owner] if seal.owner else "")
        self.remarks(box.remarks)
        for hazard in box.hazards:
            self.draft.add("DGS", "IMD", hazard.imdg_class, hazard.un_number)
