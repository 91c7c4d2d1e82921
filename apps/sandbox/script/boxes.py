"""The boxes of a sandbox's day. Each is under another number every day, and ends in the same two digits."""

from dataclasses import dataclass
from typing import Any, Final

from terminal.identifiers import check_digit

OWNER: Final = "LSBU"
DAYS: Final = 10_000
"""After so many days the numbers begin again."""


@dataclass(frozen=True)
class Box:
    """A box of the cast: ``place`` are the last two digits before the check digit of its number."""

    name: str
    place: int
    story: str
    regime: str = "import"
    direction: str = "inbound"
    size_type: str = "45G1"
    goods: str = "standard"
    gross_kg: int | None = 18_400
    destination: str = ""
    laden: bool = True

    def number(self, day: int) -> str:
        """Its container number on this day of the sandbox."""
        body = f"{OWNER}{day % DAYS:04d}{self.place:02d}"
        return body + check_digit(body)


_OUT: Final[dict[str, Any]] = {"regime": "export", "direction": "outbound", "destination": "KZALA"}
_THROUGH: Final[dict[str, Any]] = {"regime": "transit", "direction": "through", "destination": "KZALA"}

BOXES: Final = {
    box.name: box
    for box in (
        Box("smooth", 1, "comes by train, is released at once (green), leaves by truck"),
        Box("delayed", 2, "comes by a train that is late twice, and waits for an hour at the gate"),
        Box("query", 3, "customs looks at its papers (yellow), asks, is answered, releases it"),
        Box("inspected", 4, "customs looks inside (red): ordered, presented, done, released; a seal differs"),
        Box("rejected", 5, "customs refuses it; it is declared anew and released"),
        Box("withdrawn", 6, "its declaration is drafted, handed in and withdrawn; nobody asks for the permission"),
        Box("referred", 7, "quarantine has it, then it is released, and the release is revoked again"),
        Box("silent", 8, "customs does not answer, its office goes out of service, its answer is unreadable",
            regime="temporary"),
        Box("expired", 9, "its release runs out before it is collected, and is renewed"),
        Box("early", 10, "its permission is given, but not yet in force"),
        Box("stale", 11, "its permission is older than counts", **_THROUGH),
        Box("unruled", 12, "nobody stated its regime, so customs' permission is needed", regime="unknown",
            direction="unknown"),
        Box("damaged", 13, "a damage found makes the terminal hold it, until it was surveyed", **_OUT),
        Box("unpaid", 14, "its carrier holds it for unpaid freight"),
        Box("disputed", 15, "its shipper holds it"),
        Box("seized", 16, "customs seizes it, and lets it go"),
        Box("demurrage", 17, "stands since long: free time over, charged, invoiced, paid in parts, credited in part"),
        Box("export", 18, "gated in, weighed, loaded; its train leaves two hours late", gross_kg=None, **_OUT),
        Box("too-late", 19, "comes after the cut-off and rolls over to the next train", **_OUT),
        Box("stranded", 20, "its train is cancelled", **_OUT),
        Box("unplanned", 21, "nobody has said by what it leaves", **_OUT),
        Box("seagoing", 22, "leaves by ship, which takes it only on a verified gross mass",
            regime="export", direction="outbound", destination="JPOSA"),
        Box("unpacked", 23, "is unpacked at the warehouse; two packages are missing", regime="domestic"),
        Box("at-the-dock", 24, "came straight to a dock of the warehouse", regime="domestic"),
        Box("given-up", 25, "is advised and then cancelled"),
        Box("misread", 26, "stands under a wrong number, which is put right"),
        Box("retracted", 27, "its arrival was a mistake, is taken back and told anew", regime="domestic"),
        Box("chilled", 28, "a reefer that gets too warm", size_type="45R1", goods="reefer", regime="domestic"),
        Box("hazardous", 29, "carries flammable liquids", goods="dangerous_goods", regime="domestic"),
        Box("called-for", 30, "a truck comes for it without the right to it", regime="domestic"),
        Box("missed", 31, "its truck never comes; another does", regime="domestic"),
        Box("turned-away", 32, "its truck is turned away", regime="domestic"),
        Box("empty", 33, "an empty box, which needs nobody's permission", laden=False, goods="empty",
            gross_kg=3_800, regime="temporary"),
        Box("held-with-all", 34, "is held with all boxes of its train"),
    )
}  # fmt: skip

NUMBER_MISREAD: Final = 35
"""The place of the number under which one box is misread."""


def misread(day: int) -> str:
    """The wrong, but possible number under which the box "misread" comes."""
    return Box("", NUMBER_MISREAD, "").number(day)
