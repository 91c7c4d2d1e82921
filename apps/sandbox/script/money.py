"""Storage: free time that is over, invoices in every status, a dispute."""

from typing import Final

from apps.sandbox.script.cues import cue

MONEY: Final = (
    cue(0, "charge", "demurrage", "one box has been charged: its free time ended days ago", days=6, through=-7),
    cue(0, "invoice", "first", "and invoiced", days=6),
    cue(0, "pay", "first", "that invoice was paid", days=5),
    cue(0, "charge", "demurrage", days=4, through=-5),
    cue(0, "invoice", "second", "a second invoice of it is open", days=4),
    cue(12, "pay_part", "second", "half of it is paid"),
    cue(22, "pay", "second", "and the rest"),
    cue(2, "charge", "demurrage", through=-3),
    cue(3, "invoice", "third", "a third invoice is issued"),
    cue(17, "credit", "third", "and credited in full"),
    cue(18, "charge", "demurrage", through=-2),
    cue(19, "invoice", "fourth", "a fourth"),
    cue(21, "object_to", "fourth", "to which its payer objects"),
    cue(26, "refuse_objection", "fourth", "in vain: the dispute is rejected"),
    cue(28, "charge", "demurrage", through=-1),
    cue(29, "invoice", "fifth", "a fifth"),
    cue(31, "object_to", "fifth", "to which its payer objects, too"),
    cue(37, "uphold", "fifth", "with success: it is credited"),
)  # fmt: skip
