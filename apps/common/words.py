"""Words the code puts together at run time, written out here so that the translation catalogues hold them.

Every status and kind of a domain enum as ``apps.common.models.choices`` labels it, and the names of what the journal
notes down, as a timeline shows them; what is not ours is in ``apps.common.frame``. ``sentence`` says a refusal or a
blocker with such words in the reader's language.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext, gettext_noop

LABELS: Final = (
    # VisitState
    gettext_noop("advised"),
    gettext_noop("active"),
    gettext_noop("departed"),
    gettext_noop("cancelled"),
    gettext_noop("joined"),
    # Position
    gettext_noop("inbound"),
    gettext_noop("on carrier"),
    gettext_noop("in yard"),
    gettext_noop("in warehouse"),
    gettext_noop("gone"),
    # Phase
    gettext_noop("scheduled"),
    gettext_noop("announced"),
    gettext_noop("arrived"),
    gettext_noop("in processing"),
    gettext_noop("ready"),
    gettext_noop("closed"),
    # OrderState
    gettext_noop("dispatched"),
    gettext_noop("in progress"),
    gettext_noop("done"),
    gettext_noop("quarantined"),
    # Work
    gettext_noop("discharge"),
    gettext_noop("receive"),
    gettext_noop("deliver"),
    gettext_noop("transfer"),
    gettext_noop("shift"),
    gettext_noop("rehandle"),
    gettext_noop("rule"),
    # Outlook
    gettext_noop("held"),
    gettext_noop("customs missing"),
    gettext_noop("other missing"),
    gettext_noop("unplanned"),
    gettext_noop("leaves today"),
    # Finding
    gettext_noop("missing"),
    gettext_noop("elsewhere"),
    gettext_noop("not booked"),
    # CaseState
    gettext_noop("open"),
    gettext_noop("corrected"),
    gettext_noop("dismissed"),
    # Machine
    gettext_noop("rail gantry"),
    gettext_noop("quay crane"),
    gettext_noop("reach stacker"),
    gettext_noop("empty handler"),
    # Cause
    gettext_noop("not found"),
    gettext_noop("wrong box"),
    gettext_noop("box damaged"),
    gettext_noop("place taken"),
    gettext_noop("blocked"),
    gettext_noop("too heavy"),
    gettext_noop("not released"),
    gettext_noop("machine down"),
    # AppointmentStatus
    gettext_noop("booked"),
    gettext_noop("in trouble"),
    gettext_noop("turned away"),
    # Trouble
    gettext_noop("no appointment"),
    gettext_noop("too early"),
    gettext_noop("too late"),
    gettext_noop("other truck"),
    gettext_noop("no right"),
    gettext_noop("not ready"),
    gettext_noop("damage"),
    gettext_noop("seal"),
    gettext_noop("papers"),
    # Condition
    gettext_noop("sound"),
    gettext_noop("worn"),
    gettext_noop("damaged"),
    # LineState
    gettext_noop("listed"),
    gettext_noop("short"),
    # Undone
    gettext_noop("remains on board"),
    gettext_noop("shut out"),
    # Trouble
    gettext_noop("no such box"),
    gettext_noop("another line"),
    gettext_noop("planned elsewhere"),
    gettext_noop("past cut off"),
    # Deviation
    gettext_noop("over"),
    gettext_noop("not worked"),
    gettext_noop("other seal"),
    gettext_noop("other weight"),
    gettext_noop("other stow"),
    gettext_noop("remarked"),
    # BookingStatus
    gettext_noop("requested"),
    gettext_noop("waiting"),
    gettext_noop("confirmed"),
    gettext_noop("checked in"),
    gettext_noop("completed"),
    gettext_noop("rejected"),
    gettext_noop("expired"),
    gettext_noop("no show"),
    # DeclarationStatus
    gettext_noop("draft"),
    gettext_noop("submitted"),
    gettext_noop("registered"),
    gettext_noop("documentary check"),
    gettext_noop("inspection ordered"),
    gettext_noop("inspected"),
    gettext_noop("assessed"),
    gettext_noop("paid"),
    gettext_noop("released"),
    gettext_noop("query"),
    gettext_noop("withdrawn"),
    # Channel
    gettext_noop("green"),
    gettext_noop("yellow"),
    gettext_noop("red"),
    # AlertState
    gettext_noop("normal"),
    gettext_noop("pending"),
    gettext_noop("alerting"),
    gettext_noop("recovering"),
    gettext_noop("no data"),
    # Level
    gettext_noop("ok"),
    gettext_noop("warn"),
    gettext_noop("raise"),
    gettext_noop("unknown"),
    # Classifier
    gettext_noop("planned"),
    gettext_noop("estimated"),
    gettext_noop("actual"),
    # Audience
    gettext_noop("public"),
    gettext_noop("staff"),
    gettext_noop("owner"),
    # Authority
    gettext_noop("own"),
    gettext_noop("reported"),
    # EventKind
    gettext_noop("call announced"),
    gettext_noop("call arrived"),
    gettext_noop("call work started"),
    gettext_noop("call ready"),
    gettext_noop("call departed"),
    gettext_noop("call closed"),
    gettext_noop("call cancelled"),
    gettext_noop("call time changed"),
    gettext_noop("call message refused"),
    gettext_noop("consist received"),
    gettext_noop("track taken"),
    gettext_noop("track left"),
    gettext_noop("visit advised"),
    gettext_noop("visit changed"),
    gettext_noop("visit cancelled"),
    gettext_noop("container discharged"),
    gettext_noop("container loaded"),
    gettext_noop("container gated in"),
    gettext_noop("container gated out"),
    gettext_noop("container moved"),
    gettext_noop("container stripped"),
    gettext_noop("hold placed"),
    gettext_noop("hold lifted"),
    gettext_noop("hold override proposed"),
    gettext_noop("hold overridden"),
    gettext_noop("permission granted"),
    gettext_noop("permission revoked"),
    gettext_noop("rule not undone"),
    gettext_noop("position corrected"),
    gettext_noop("work order planned"),
    gettext_noop("work order dispatched"),
    gettext_noop("work order started"),
    gettext_noop("work order done"),
    gettext_noop("work order handed back"),
    gettext_noop("work order quarantined"),
    gettext_noop("work order resumed"),
    gettext_noop("work order cancelled"),
    gettext_noop("stowage list received"),
    gettext_noop("stowage line cancelled"),
    gettext_noop("stowage line reinstated"),
    gettext_noop("tally seen"),
    gettext_noop("tally short"),
    gettext_noop("tally over"),
    gettext_noop("appointment booked"),
    gettext_noop("appointment changed"),
    gettext_noop("appointment arrived"),
    gettext_noop("appointment in trouble"),
    gettext_noop("appointment completed"),
    gettext_noop("appointment turned away"),
    gettext_noop("appointment cancelled"),
    gettext_noop("appointment closed"),
    gettext_noop("appointment no show"),
    gettext_noop("truck admitted"),
    gettext_noop("trouble resolved"),
    gettext_noop("box left behind"),
    gettext_noop("container inspected"),
    gettext_noop("delivery order issued"),
    gettext_noop("delivery order revoked"),
    gettext_noop("pin issued"),
    gettext_noop("pin revoked"),
    gettext_noop("collection refused"),
    gettext_noop("booking requested"),
    gettext_noop("booking waiting"),
    gettext_noop("booking confirmed"),
    gettext_noop("booking checked in"),
    gettext_noop("booking completed"),
    gettext_noop("booking cancelled"),
    gettext_noop("booking rejected"),
    gettext_noop("booking expired"),
    gettext_noop("booking no show"),
    gettext_noop("declaration drafted"),
    gettext_noop("declaration submitted"),
    gettext_noop("declaration registered"),
    gettext_noop("declaration channelled"),
    gettext_noop("declaration assigned"),
    gettext_noop("declaration moved"),
    gettext_noop("declaration queried"),
    gettext_noop("declaration answered"),
    gettext_noop("declaration released"),
    gettext_noop("declaration rejected"),
    gettext_noop("declaration withdrawn"),
    gettext_noop("alert raised"),
    gettext_noop("alert cleared"),
    gettext_noop("alert acknowledged"),
    gettext_noop("retracted"),
    gettext_noop("seal affixed"),
    gettext_noop("seal removed"),
    gettext_noop("weight noted"),
    gettext_noop("hazard noted"),
    gettext_noop("set point noted"),
    gettext_noop("temperature noted"),
    gettext_noop("damage noted"),
    gettext_noop("damage repaired"),
    gettext_noop("number allowed"),
    gettext_noop("number joined"),
    gettext_noop("visit joined"),
    # Step
    gettext_noop("load"),
    gettext_noop("gate out"),
    gettext_noop("strip"),
    gettext_noop("release"),
    # Owner
    gettext_noop("customs"),
    gettext_noop("terminal"),
    gettext_noop("carrier"),
    gettext_noop("shipper"),
    # Regime
    gettext_noop("domestic"),
    gettext_noop("import"),
    gettext_noop("export"),
    gettext_noop("transit"),
    gettext_noop("bonded entry"),
    gettext_noop("bonded processing"),
    gettext_noop("bonded removal"),
    gettext_noop("temporary"),
    gettext_noop("return"),
    # Direction
    gettext_noop("outbound"),
    gettext_noop("through"),
    gettext_noop("in"),
    gettext_noop("out"),
    # Goods
    gettext_noop("standard"),
    gettext_noop("empty"),
    gettext_noop("reefer"),
    gettext_noop("dangerous goods"),
    # Mode
    gettext_noop("rail"),
    gettext_noop("road"),
    gettext_noop("sea"),
    gettext_noop("barge"),
    # WagonScheme
    gettext_noop("CN7"),
    gettext_noop("CIS8"),
    gettext_noop("UIC12"),
    # WagonKind
    gettext_noop("covered"),
    gettext_noop("flat"),
    gettext_noop("gondola"),
    gettext_noop("tank"),
    gettext_noop("isothermal"),
    gettext_noop("other"),
    # Group
    gettext_noop("general"),
    gettext_noop("ventilated"),
    gettext_noop("bulk"),
    gettext_noop("named cargo"),
    gettext_noop("thermal"),
    gettext_noop("open top"),
    gettext_noop("platform"),
    gettext_noop("air"),
    # Deed
    gettext_noop("place hold"),
    gettext_noop("lift holds"),
    gettext_noop("grant permission"),
    gettext_noop("revoke permission"),
    # Way
    gettext_noop("party"),
    gettext_noop("consist"),
    gettext_noop("booking"),
    # SealAct
    gettext_noop("affixed"),
    gettext_noop("removed"),
    # Weighing
    gettext_noop("declared"),
    gettext_noop("vgm method 1"),
    gettext_noop("vgm method 2"),
    gettext_noop("weighbridge"),
    # Reading
    gettext_noop("set point"),
    gettext_noop("measured"),
    # Side
    gettext_noop("doors"),
    gettext_noop("front"),
    gettext_noop("left"),
    gettext_noop("right"),
    gettext_noop("roof"),
    gettext_noop("floor"),
    gettext_noop("underside"),
    gettext_noop("corners"),
    gettext_noop("inside"),
    gettext_noop("machine"),
    # Harm
    gettext_noop("dent"),
    gettext_noop("hole"),
    gettext_noop("cut"),
    gettext_noop("crack"),
    gettext_noop("bent"),
    gettext_noop("corrosion"),
    gettext_noop("missing part"),
    gettext_noop("leak"),
    gettext_noop("dirt"),
    gettext_noop("seal broken"),
    # Severity
    gettext_noop("minor"),
    gettext_noop("major"),
    gettext_noop("unsafe"),
)

BLOCKERS: Final = (
    gettext_noop("not arrived"),
    gettext_noop("visit is over"),
    gettext_noop("wrong position"),
    gettext_noop("inspection open"),
    gettext_noop("hold"),
    gettext_noop("permission missing"),
    gettext_noop("permission rule unknown"),
    gettext_noop("permission revoked"),
    gettext_noop("permission expired"),
    gettext_noop("permission not yet valid"),
    gettext_noop("cut off passed"),
    gettext_noop("gross weight missing"),
    gettext_noop("vgm missing"),
    gettext_noop("departure call unknown"),
    gettext_noop("departure call cancelled"),
    gettext_noop("departure call not workable"),
)
"""What stands in the way, in two or three words."""

THINGS: Final = (
    gettext_noop("visit"),
    gettext_noop("call"),
    gettext_noop("train"),
    gettext_noop("list line"),
    gettext_noop("ship"),
    gettext_noop("stowage list"),
    gettext_noop("booking"),
    gettext_noop("declaration"),
    gettext_noop("truck appointment"),
    gettext_noop("alert"),
    gettext_noop("new"),
    gettext_noop("arrive"),
    gettext_noop("change times"),
    gettext_noop("consist"),
)
"""What can change its status, what it was before it had one, and the messages about it that may be refused."""

NOTED: Final = (
    gettext_noop("plate"),
    gettext_noop("hour"),
    gettext_noop("condition"),
    gettext_noop("damages"),
    gettext_noop("container"),
    gettext_noop("why"),
    gettext_noop("haulier"),
    gettext_noop("issued by"),
    gettext_noop("trouble"),
    gettext_noop("resolution"),
    gettext_noop("area m2"),
    gettext_noop("celsius"),
    gettext_noop("certificate"),
    gettext_noop("corrects"),
    gettext_noop("deviation"),
    gettext_noop("former number"),
    gettext_noop("harm"),
    gettext_noop("how"),
    gettext_noop("imdg class"),
    gettext_noop("plugged"),
    gettext_noop("position"),
    gettext_noop("remark"),
    gettext_noop("retracts"),
    gettext_noop("right number"),
    gettext_noop("severity"),
    gettext_noop("side"),
    gettext_noop("tolerance"),
    gettext_noop("un number"),
    gettext_noop("verified by"),
    gettext_noop("visits joined"),
    gettext_noop("wrong"),
    gettext_noop("boxes"),
    gettext_noop("by rule"),
    gettext_noop("call"),
    gettext_noop("capacity"),
    gettext_noop("channel"),
    gettext_noop("departure call"),
    gettext_noop("destination"),
    gettext_noop("direction"),
    gettext_noop("estimated arrival at"),
    gettext_noop("estimated departure at"),
    gettext_noop("event"),
    gettext_noop("figure"),
    gettext_noop("from"),
    gettext_noop("from m"),
    gettext_noop("gross kg"),
    gettext_noop("laden"),
    gettext_noop("message"),
    gettext_noop("mode"),
    gettext_noop("number"),
    gettext_noop("on"),
    gettext_noop("owner"),
    gettext_noop("peak"),
    gettext_noop("phase"),
    gettext_noop("reading"),
    gettext_noop("reason"),
    gettext_noop("reference"),
    gettext_noop("regime"),
    gettext_noop("rehandle"),
    gettext_noop("scheduled arrival at"),
    gettext_noop("scheduled departure at"),
    gettext_noop("size type"),
    gettext_noop("status"),
    gettext_noop("step"),
    gettext_noop("teu"),
    gettext_noop("to"),
    gettext_noop("to m"),
    gettext_noop("track"),
    gettext_noop("unannounced"),
    gettext_noop("valid until"),
    gettext_noop("wagons"),
    gettext_noop("zone"),
    gettext_noop("new lines"),
    gettext_noop("changed lines"),
    gettext_noop("dropped lines"),
    gettext_noop("list"),
    gettext_noop("seals"),
    gettext_noop("stow"),
    gettext_noop("flags"),
)
"""What a journal entry notes down, as a timeline names it."""

SPOKEN: Final = frozenset(
    [
        "thing", "present", "wanted", "possible", "workable", "owner", "phase", "state", "position", "channel", "step",
        "goods", "homes", "kind", "what", "codes", "on",
    ]
)  # fmt: skip
"""The facts of a refusal or blocker that are words. All others are numbers, names and codes, the same everywhere."""


def label(value: str) -> str:
    """A stored value as the catalogues know it: ``in_yard`` → ``in yard``."""
    return value.replace("_", " ").replace("-", " ")


def word(value: str) -> str:
    """A stored value in the reader's language; as it stands where the catalogues do not know it."""
    known = label(value)
    said = gettext(known) if known else value
    return value if said == known else said


def sentence(message: str, facts: Mapping[str, Any]) -> str:
    """The sentence in the reader's language, with its facts.

    Values that a caller is to write himself (one kind out of the possible ones) stay as they are written.
    """
    to_be_written = {"kind", "possible"} <= facts.keys()
    return gettext(message) % (facts if to_be_written else {name: _spoken(name, fact) for name, fact in facts.items()})


def _spoken(name: str, fact: Any) -> Any:
    if name not in SPOKEN or not isinstance(fact, str):
        return fact
    return ", ".join(word(each) for each in fact.split(", "))
