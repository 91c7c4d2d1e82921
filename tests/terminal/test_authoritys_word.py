"""Whatever comes twice, in another order or malformed: what is read from the authority's messages stays the same."""

import contextlib
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.customs.reading import TOLD_LATER, Deed, reading
from terminal.customs.word import OF_DECLARATION, Message, MessageKind, UnreadableMessage, parse
from terminal.errors import Refused
from terminal.lifecycle import DECLARATION, Channel, DeclarationStatus

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
K, S = MessageKind, DeclarationStatus


def message(kind, turn, reference=None, **more):
    """A message about one declaration, complete for its kind."""
    own = {"channel": more.pop("channel", Channel.YELLOW)} if kind is K.CHANNEL else {}
    own |= {"agency": "quarantine"} if kind is K.REFERRED else {}
    own |= {"reason": "papers"} if kind in (K.QUERY, K.REJECTED, K.RELEASE_REVOKED) else {}
    return Message(
        reference=reference or f"{turn}-{kind.value}", kind=kind, issued_at=NOON, office="rail", declaration="CD-1",
        turn=turn, **{**own, **more},
    )  # fmt: skip


GREEN = [
    message(K.REGISTERED, 1), message(K.CHANNEL, 2, channel=Channel.GREEN), message(K.PAID, 3), message(K.RELEASED, 4),
]  # fmt: skip
YELLOW = [
    message(kind, n) for n, kind in enumerate((K.REGISTERED, K.CHANNEL, K.QUERY, K.ASSESSED, K.PAID, K.RELEASED), 1)
]
RED = [
    message(K.REGISTERED, 1), message(K.CHANNEL, 2, channel=Channel.RED), message(K.INSPECTED, 3),
    message(K.ASSESSED, 4), message(K.PAID, 5), message(K.RELEASED, 6),
]  # fmt: skip


@pytest.mark.parametrize("story", [GREEN, YELLOW, RED], ids=["green", "yellow", "red"])
def test_each_channel_leads_to_its_release_and_nothing_short_of_it_does(story):
    assert [reading(story[:n]).releases for n in range(len(story) + 1)] == [False] * len(story) + [True]


@pytest.mark.parametrize("story", [GREEN, YELLOW, RED], ids=["green", "yellow", "red"])
def test_one_that_is_missing_keeps_the_boxes(story):
    for left_out in story:
        read = reading([each for each in story if each is not left_out])
        assert not read.releases
        assert read.waiting == tuple(each for each in story if each.turn > left_out.turn)


def test_the_order_in_which_they_come_is_of_no_matter():
    for order in permutations(GREEN):
        assert reading(order) == reading(GREEN)


@pytest.mark.parametrize("kind", [K.REJECTED, K.RELEASE_REVOKED, K.INSPECTION_ORDERED])
def test_what_stops_counts_at_once_whatever_is_missing_before_it(kind):
    for turn in (5, 9):
        stop = message(kind, turn)
        assert not reading([*GREEN, stop]).releases
    assert reading([GREEN[0], message(kind, 9)]).stops == (message(kind, 9),)


def test_a_stop_ends_with_its_own_step_in_its_turn():
    ordered = [*YELLOW[:2], message(K.INSPECTION_ORDERED, 3), message(K.INSPECTED, 4), message(K.ASSESSED, 5)]
    rest = [message(K.PAID, 6), message(K.RELEASED, 7)]
    assert reading([ordered[0], *ordered[2:]]).stops == (ordered[2],)
    assert (reading(ordered).stops, reading([*ordered, *rest]).releases) == ((), True)


def test_two_that_say_something_else_in_one_turn_are_a_contradiction():
    other = message(K.QUERY, 4, reference="other")
    assert reading([*YELLOW, other]).contested == (YELLOW[3], other)
    assert not reading([*YELLOW, other]).releases


def test_two_that_say_the_same_in_one_turn_are_one():
    assert reading([*GREEN, message(K.PAID, 3, reference="again")]).releases


def test_a_jump_leaves_its_turn_to_the_one_that_fits():
    jump = message(K.RELEASED, 3, reference="too early")
    assert (reading([*GREEN, jump]).releases, reading([*GREEN, jump]).jumps) == (True, (jump,))
    assert not reading([*GREEN[:2], jump, message(K.PAID, 4)]).releases


def test_reading_goes_on_from_where_it_was():
    for split in range(len(YELLOW)):
        before = reading(YELLOW[:split])
        after = reading(
            YELLOW, status=before.status, heard=len(before.in_turn), has_channel=before.has_channel,
            revoked=before.revoked,
        )  # fmt: skip
        assert (after.status, after.releases) == (S.RELEASED, True)


kinds = st.sampled_from(sorted(OF_DECLARATION))


def any_message(kind, turn, n, channel):
    more = {"channel": channel} if kind is K.CHANNEL else {}
    return message(kind, turn, f"{turn}-{kind.value}-{n}", **more)


anything = st.builds(any_message, kinds, st.integers(1, 8), st.integers(0, 1), st.sampled_from(Channel))
heard = st.builds(
    lambda story, upto, more: [*story[:upto], *more],
    st.sampled_from([GREEN, YELLOW, RED]), st.integers(0, 6), st.lists(anything, max_size=5),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(heard, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_what_is_read(messages, dice):
    again = [*messages, *dice.choices(messages, k=3)] if messages else []
    dice.shuffle(again)
    assert reading(again) == reading(messages)


def correct(messages) -> bool:
    """Whether the boxes may go, told once more: one message a turn from 1 on, each a step, and no stop left over."""
    status, channel, revoked, turn, open_stops = S.SUBMITTED, None, False, 1, []
    after = {"green": S.ASSESSED, "yellow": S.DOCUMENTARY_CHECK, "red": S.INSPECTION_ORDERED}
    distinct = {(each.turn, each.facts()): each for each in sorted(messages, key=lambda m: m.reference, reverse=True)}
    ways = {"referred": S.REFERRED, "query": S.QUERY}

    def follows(m):
        if revoked:
            return None
        if m.kind == "release_revoked":
            return S.RELEASED if status == S.RELEASED else None
        if m.kind == "channel":
            return after[m.channel] if status == S.REGISTERED and channel is None else None
        wanted = S(m.kind.value)
        if wanted == S.ASSESSED and channel is None:
            return None
        froms = {status} | ({S.DOCUMENTARY_CHECK} if status in ways.values() else set())
        return wanted if any(DECLARATION.can_step(each, wanted) for each in froms) else None

    taken = []
    while True:
        able = [m for (at, _), m in distinct.items() if at == turn and follows(m) is not None]
        if len(able) != 1:
            clash = len(able) > 1
            break
        (m,) = able
        status, revoked = follows(m), revoked or m.kind == "release_revoked"
        channel = m.channel or channel
        taken.append(m)
        turn += 1
    open_stops = [m for m in distinct.values() if m not in taken and m.is_restrictive]
    return status == S.RELEASED and not revoked and not open_stops and not clash


@settings(max_examples=400, deadline=None)
@given(heard, st.randoms(use_true_random=False))
def test_after_any_part_of_any_arrival_the_boxes_go_only_where_a_correct_reading_lets_them(messages, dice):
    dice.shuffle(messages)
    for n in range(len(messages) + 1):
        part = messages[:n]
        assert reading(part).releases == correct(part)
        if reading(part).releases:
            in_turn = reading(part).in_turn
            assert [each.turn for each in in_turn] == list(range(1, len(in_turn) + 1))
            stops = [each for each in part if each.is_restrictive and each.facts() not in {m.facts() for m in in_turn}]
            assert stops == []


@settings(max_examples=200, deadline=None)
@given(heard, anything)
def test_one_more_message_frees_nothing_that_was_stopped_out_of_turn(messages, more):
    before, after = reading(messages), reading([*messages, more])
    if not before.releases and after.releases:
        assert more in after.in_turn


def done_by(*messages):
    """What officers did that is as these messages tell it: how it stands since, and their deeds."""
    read = reading(messages)
    assert len(read.in_turn) == len(messages)
    deeds = {
        Deed(each.kind, each.channel, each.valid_until, each.duty_minor, each.currency)
        for each in messages if each.kind in TOLD_LATER
    }  # fmt: skip
    return {"status": read.status, "has_channel": read.has_channel, "done": frozenset(deeds)}


here = st.builds(lambda story, upto: done_by(*story[:upto]), st.sampled_from([GREEN, YELLOW, RED]), st.integers(0, 6))


@settings(max_examples=200, deadline=None)
@given(heard, here, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_what_is_read_beside_what_officers_did(messages, here, dice):
    again = [*messages, *dice.choices(messages, k=3)] if messages else []
    dice.shuffle(again)
    assert reading(again, **here) == reading(messages, **here)


def fed(messages, status, has_channel, done):
    """One by one, as they come: whether the boxes may go after each."""
    taken, waiting, stopped, revoked = [], [], set(), False
    for each in messages:
        if len(taken) >= each.turn:
            stopped |= {each} - {other for other in taken if other.facts() == each.facts()}
        elif each.facts() not in {other.facts() for other in waiting}:
            waiting.append(each)
        read = reading(
            waiting, status=status, heard=len(taken), has_channel=has_channel, revoked=revoked,
            done=frozenset(deed for deed in done if deed.kind not in {other.kind for other in taken}),
        )  # fmt: skip
        taken, status, has_channel, revoked = [*taken, *read.in_turn], read.status, read.has_channel, read.revoked
        stopped = (stopped | {*read.stops, *read.contested}) - {*read.in_turn}
        waiting = list(read.waiting)
        yield status is S.RELEASED and not revoked and not stopped


@settings(max_examples=400, deadline=None)
@given(heard, here, st.randoms(use_true_random=False))
def test_taken_up_one_by_one_nothing_goes_that_is_not_let_go_by_all_that_was_heard(messages, here, dice):
    dice.shuffle(messages)
    for n, goes in enumerate(fed(messages, **here), 1):
        assert not goes or reading(messages[:n], **here).releases


@pytest.mark.parametrize("story", [GREEN, YELLOW, RED], ids=["green", "yellow", "red"])
def test_what_officers_did_changes_nothing_when_it_is_told_and_only_that_does(story):
    for upto in range(len(story) + 1):
        here = done_by(*story[:upto])
        told = [message(each.kind, n, channel=each.channel) for n, each in enumerate(
            (each for each in story[:upto] if each.kind in TOLD_LATER), 1)]  # fmt: skip
        read = reading(told, **here)
        assert (read.in_turn, read.status) == (tuple(told), here["status"])
        assert reading(told, **here | {"done": frozenset()}).in_turn == ()


RELEASE = Deed(K.RELEASED, valid_until=NOON + timedelta(days=1))
ASSESSED = Deed(K.ASSESSED, duty_minor=5000, currency="CNY")


@pytest.mark.parametrize(
    ("deed", "kind", "told", "is_covered"),
    [
        (RELEASE, K.RELEASED, {"valid_until": NOON + timedelta(days=1)}, True), (RELEASE, K.RELEASED, {}, False),
        (RELEASE, K.RELEASED, {"valid_until": NOON + timedelta(hours=1)}, False),
        (Deed(K.RELEASED), K.RELEASED, {"valid_until": NOON + timedelta(days=1)}, False),
        (ASSESSED, K.ASSESSED, {}, True), (ASSESSED, K.ASSESSED, {"duty_minor": 5000, "currency": "CNY"}, True),
        (ASSESSED, K.ASSESSED, {"duty_minor": 5001, "currency": "CNY"}, False),
        (ASSESSED, K.ASSESSED, {"duty_minor": 5000, "currency": "USD"}, False),
        (Deed(K.CHANNEL, Channel.GREEN), K.CHANNEL, {"channel": Channel.RED}, False),
        (Deed(K.CHANNEL, Channel.GREEN), K.CHANNEL, {"channel": Channel.GREEN}, True),
    ],
)  # fmt: skip
def test_a_deed_covers_what_says_no_more_than_it(deed, kind, told, is_covered):
    assert deed.covers(message(kind, 1, **told)) is is_covered


PLAIN = {
    "reference": "LYGC-1", "kind": "released", "issued_at": "2026-05-01T12:00:00+08:00", "office": "rail",
    "declaration": "CD-2026-000017", "turn": 4,
}  # fmt: skip


def test_a_message_is_read_as_it_is_documented():
    read = parse({**PLAIN, "valid_until": "2026-05-08T12:00:00+08:00", "hs_codes": ["5205"]})
    assert (read.kind, read.turn, read.declaration, read.hs_codes) == (K.RELEASED, 4, "CD-2026-000017", ("5205",))


BOX = {"kind": "hold", "reason": "x-ray", "declaration": None, "turn": None, "hold": "H-1"}


@pytest.mark.parametrize(
    "change",
    [
        {"reference": ""}, {"reference": "a" * 81}, {"reference": "Ж-1"}, {"reference": 7}, {"kind": "free"},
        {"kind": None}, {"issued_at": "2026-05-01T12:00:00"}, {"issued_at": "yesterday"}, {"issued_at": None},
        {"turn": 0}, {"turn": -1}, {"turn": 1000}, {"turn": "4"}, {"turn": True}, {"turn": None}, {"turn": 4.0},
        {"declaration": ""}, {"office": None}, {"office": " rail"}, {"valid_until": "2026-04-01T12:00:00+08:00"},
        {"hs_codes": ["52O5"]}, {"hs_codes": ["5"]}, {"hs_codes": "5205"}, {"hs_codes": [5205]}, {"free": True},
        {"container": "CSQU3054383"}, {"channel": "green"}, {"duty": {"amount": 5, "currency": "CNY"}}, {"report": "1"},
        {"kind": "channel"}, {"kind": "query"}, {"kind": "referred"}, {"kind": "assessed", "duty": {"amount": 5}},
        {"kind": "assessed", "duty": {"amount": -5, "currency": "CNY"}}, {"kind": "assessed", "duty": []},
        {**BOX, "container": "MSKU1234567"}, {**BOX, "container": "CSQU3054383", "hold": ""}, {**BOX, "reason": ""},
        {"reason": "a\x00b"},
    ],
)  # fmt: skip
def test_what_is_not_in_the_agreed_form_says_nothing(change):
    with pytest.raises(Refused):
        parse({**PLAIN, **change})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        max_leaves=8,
    )
)
def test_no_json_at_all_makes_it_fail_in_any_other_way(told):
    with pytest.raises(UnreadableMessage):
        parse(told)


@given(st.sampled_from(sorted(PLAIN)), st.none() | st.integers() | st.text() | st.lists(st.text()))
def test_a_wrong_value_in_any_field_is_refused_or_read(name, value):
    with contextlib.suppress(Refused):
        parse({**PLAIN, name: value})


def test_an_old_decision_is_as_old_as_it_says():
    late = message(K.RELEASED, 4, valid_until=NOON + timedelta(hours=1))
    assert late.issued_at == NOON
