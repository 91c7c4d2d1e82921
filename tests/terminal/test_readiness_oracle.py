"""What stands in the way, told once more by a list of sentences: the same codes for ten thousand situations."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from terminal.lifecycle import Phase, Position, VisitState
from terminal.readiness import Asked, Grant, HoldFact, Owner, Requirement, Situation, Step, blockers
from terminal.readiness.facts import AnswerState, HoldKind
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
        asked=tuple(question(dice) for _ in range(dice.choice([0, 0, 1, 2]))),
    )


def hold(dice):
    kind = mostly(dice, HoldKind.HOLD, list(HoldKind))
    return HoldFact(dice.choice(list(Owner)), "storm", "H", moment(dice), dice.choice([None, *Step]), kind=kind)


def question(dice):
    state, since = dice.choice(list(AnswerState)), dice.choice([None, moment(dice)])
    return Asked(
        mostly(dice, Owner.CUSTOMS, list(Owner)), "Q", NOW + timedelta(minutes=dice.randrange(99)), state, since
    )


def grant(dice):
    owner, step = mostly(dice, Owner.CUSTOMS, list(Owner)), mostly(dice, Step.LOAD, list(Step))
    ends = [mostly(dice, None, [moment(dice)]) for _ in range(2)]
    return Grant(owner, step, "P", dice.choice([NOW - timedelta(days=1), moment(dice)]), *ends)


def needs(dice):
    age = dice.choice([None, timedelta(minutes=60), timedelta(minutes=90)])
    return Requirement(mostly(dice, Owner.CUSTOMS, list(Owner)), dice.choice(list(Step)), age)


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
        (step == "load" and s.departure_call_mode == "road", "leaves-by-road"),
        (step == "load" and call != "", f"departure-call-{call}"),
        (step == "load" and late, "cut-off-passed"),
        (heavy and not s.gross_kg, "gross-weight-missing"),
        (heavy and s.departure_call_mode in ("sea", "barge") and not s.vgm_kg, "vgm-missing"),
        *((each.step in (None, step), HELD[each.kind]) for each in s.holds),
        *((True, permission(s, owner, step)) for owner in asked(s, step)),
    ]
    return Counter(code for so, code in told if so and code)


HELD = {"hold": "hold", "inspection": "inspection-open", "seizure": "seized"}
TOLD = {"awaited": "answer-awaited", "unreadable": "answer-unreadable", "out_of_service": "office-out-of-service"}


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
    ages = [] if s.requirements is None else [n.max_age for n in s.requirements if (n.owner, n.step) == (owner, step)]
    age = min([each for each in ages if each is not None], default=None)
    if "" in [fault(each, age) for each in given]:
        return ""
    newer = [q for q in s.asked if q.owner == owner and not any(each.granted_at >= q.asked_at for each in given)]
    if waiting := sorted((q.since or q.asked_at, TOLD[q.state]) for q in newer if q.state in TOLD):
        return oldest(waiting, newer)
    if any(q.state == "refused" for q in newer):
        return "permission-refused"
    nothing = "permission-rule-unknown" if s.requirements is None else "permission-missing"
    # Of those given in the same breath the first that was not taken back counts as the last word, unless one was.
    last = [each for each in given if key(each) == key(given[-1])] if given else []
    return fault(last[0], age) if last else nothing


def oldest(waiting, newer):
    """Of those that wait equally long, the first that was told."""
    return next(TOLD[q.state] for q in newer if q.state in TOLD and (q.since or q.asked_at) == waiting[0][0])


def key(each):
    return each.granted_at, each.reference, bool(each.revoked_at and each.revoked_at <= NOW)


def fault(each, age):
    if each.revoked_at and each.revoked_at <= NOW:
        return "permission-revoked"
    if each.valid_until and each.valid_until <= NOW:
        return "permission-expired"
    if age and NOW - each.granted_at >= age:
        return "permission-stale"
    return "permission-not-yet-valid" if each.granted_at > NOW else ""


def test_ten_thousand_situations_have_in_their_way_what_the_sentences_say():
    dice, met = Random(4), Counter()
    for _ in range(MANY):
        stand, step = situation(dice), dice.choice(list(Step))
        found = Counter(each.code for each in blockers(stand, step, NOW))
        assert found == expected(stand, step), (stand, step)
        met.update(found or ["nothing"])
    assert min(met.values()) >= 30, met
    assert met["nothing"] > MANY / 20
    assert len(met) == 24
