"""What stands in the way, told once more by a list of sentences: the same codes for ten thousand situations."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from terminal.lifecycle import Phase, Position, VisitState
from terminal.readiness import Grant, HoldFact, Owner, Requirement, Situation, Step, blockers
from terminal.throughput import Mode

MANY = 10_000
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def moment(dice):
    return NOW + timedelta(minutes=dice.choice([-90, -60, -1, 0, 1, 60]))


def mostly(dice, usual, others):
    return usual if dice.random() < 0.75 else dice.choice(others)


def situation(dice) -> Situation:
    maybe = [None, moment(dice), moment(dice)]
    return Situation(
        state=mostly(dice, VisitState.ACTIVE, list(VisitState)),
        position=mostly(dice, Position.IN_YARD, list(Position)),
        laden=dice.choice([True, False, None]),
        holds=tuple(hold(dice) for _ in range(dice.choice([0, 0, 0, 1, 2]))),
        grants=tuple(grant(dice) for _ in range(dice.randrange(4))),
        requirements=None if dice.random() < 0.1 else tuple(needs(dice) for _ in range(dice.randrange(3))),
        departure_call_phase=mostly(dice, Phase.IN_PROCESSING, [None, *Phase]),
        departure_call_mode=mostly(dice, Mode.RAIL, [None, *Mode]),
        cut_off_at=dice.choice(maybe),
        received_at=mostly(dice, NOW - timedelta(days=1), maybe),
        carrier_mode=dice.choice([None, *Mode]),
        gross_kg=mostly(dice, 22_000, [None]),
        vgm_kg=dice.choice([None, 22_000]),
        open_inspection=dice.random() < 0.05,
    )


def hold(dice):
    return HoldFact(dice.choice(list(Owner)), "storm", "H", moment(dice), dice.choice([None, *Step]))


def grant(dice):
    owner, step = mostly(dice, Owner.CUSTOMS, list(Owner)), mostly(dice, Step.LOAD, list(Step))
    ends = [mostly(dice, None, [moment(dice)]) for _ in range(2)]
    return Grant(owner, step, "P", dice.choice([NOW - timedelta(days=1), moment(dice)]), *ends)


def needs(dice):
    return Requirement(mostly(dice, Owner.CUSTOMS, list(Owner)), dice.choice(list(Step)))


def expected(s: Situation, step: Step) -> Counter:
    """Each sentence by itself: a fact, and the code it stands for."""
    on_ground = s.position in (Position.IN_YARD, Position.IN_WAREHOUSE)
    driven_out = s.position == "on_carrier" and s.carrier_mode == "road" and step == "gate_out"
    there = on_ground or driven_out or (step == "release" and s.position != "gone")
    heavy = s.laden in (True, None) and step == "load"
    phase = s.departure_call_phase
    call = {None: "unknown", "cancelled": "cancelled", "arrived": "", "in_processing": ""}.get(phase, "not-workable")
    late = s.cut_off_at is not None and (s.received_at or NOW) > s.cut_off_at
    told = [
        (s.state == "advised", "not-arrived"),
        (s.state in ("departed", "cancelled", "joined"), "visit-is-over"),
        (s.state == "active" and not there, "wrong-position"),
        (s.open_inspection, "inspection-open"),
        (step == "load" and s.departure_call_mode == "road", "leaves-by-road"),
        (step == "load" and call != "", f"departure-call-{call}"),
        (step == "load" and late, "cut-off-passed"),
        (heavy and not s.gross_kg, "gross-weight-missing"),
        (heavy and s.departure_call_mode in ("sea", "barge") and not s.vgm_kg, "vgm-missing"),
        *((each.step in (None, step), "hold") for each in s.holds),
        *((True, permission(s, owner, step)) for owner in asked(s, step)),
    ]
    return Counter(code for so, code in told if so and code)


def asked(s, step):
    if s.requirements is None:
        return {Owner.CUSTOMS}
    return {each.owner for each in s.requirements if each.step == step}


def permission(s, owner, step):
    """Nothing, when one given is in force; else what is wrong with the one given last."""
    given = sorted(
        (each for each in s.grants if (each.owner, each.step) == (owner, step)),
        key=lambda each: (each.granted_at, each.reference, bool(each.revoked_at and each.revoked_at <= NOW)),
    )
    faults = [fault(each) for each in given]
    if "" in faults:
        return ""
    nothing = "permission-rule-unknown" if s.requirements is None else "permission-missing"
    # Of those given in the same breath the first that was not taken back counts as the last word, unless one was.
    last = [each for each in given if key(each) == key(given[-1])] if given else []
    return fault(last[0]) if last else nothing


def key(each):
    return each.granted_at, each.reference, bool(each.revoked_at and each.revoked_at <= NOW)


def fault(each):
    if each.revoked_at and each.revoked_at <= NOW:
        return "permission-revoked"
    if each.valid_until and each.valid_until <= NOW:
        return "permission-expired"
    return "permission-not-yet-valid" if each.granted_at > NOW else ""


def test_ten_thousand_situations_have_in_their_way_what_the_sentences_say():
    dice, met = Random(4), Counter()
    for _ in range(MANY):
        stand, step = situation(dice), dice.choice(list(Step))
        found = Counter(each.code for each in blockers(stand, step, NOW))
        assert found == expected(stand, step), (stand, step)
        met.update(found or ["nothing"])
    assert min(met.values()) >= 40, met
    assert met["nothing"] > MANY / 20
    assert len(met) == 18
