"""The authority speaks: what it says is kept, answered and done, and nothing wrong with it ever lets a box go."""

from datetime import timedelta

import pytest

from apps.containers.models import Hold
from apps.containers.selectors import what_stands_between
from apps.containers.services import KeptByItsOffice, lift_hold
from apps.customs import services
from apps.customs.models import AuthorityMessage, Declaration
from apps.customs.services.authority import AuthorityIsOff, NoMoreUnreadable, OtherContent, hearing, retry_waiting
from apps.journal.models import Entry
from apps.parties.actors import Actor
from terminal.customs.word import UnreadableMessage
from terminal.identifiers.goods import MalformedHsCode
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.readiness import Owner, Step
from terminal.signatures import BadSignature, new_secret
from tests.factories.authority import AuthorityFactory, of_box, say, word
from tests.factories.calls import MARCH_14
from tests.factories.containers import ContainerFactory, VisitFactory
from tests.factories.customs import OfficeFactory, declarant_of, drafted, officer_of, submitted
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db
NOW = MARCH_14 + timedelta(hours=2)
WAYS = {
    "green": (("registered", {}), ("channel", {"channel": "green"}), ("paid", {}), ("released", {})),
    "yellow": (("registered", {}), ("channel", {}), ("query", {}), ("assessed", {}), ("paid", {}), ("released", {})),
    "red": (
        ("registered", {}), ("channel", {"channel": "red"}), ("inspected", {}), ("assessed", {}), ("paid", {}),
        ("released", {}),
    ),
}  # fmt: skip


def way(declaration, name):
    return [word(declaration, kind, n, NOW, **more) for n, (kind, more) in enumerate(WAYS[name], 1)]


def codes(thing, at=NOW):
    visit = thing.visits.order_by("pk").first() if isinstance(thing, Declaration) else thing
    return [each.code for each in what_stands_between(visit, Step.GATE_OUT, at) if each.owner is Owner.CUSTOMS]


def states():
    return dict(AuthorityMessage.objects.values_list("reference", "state"))


@pytest.mark.parametrize("name", sorted(WAYS))
@pytest.mark.parametrize("order", [1, -1])
def test_a_declaration_is_released_in_each_channel_in_whatever_order_it_is_told(name, order):
    declaration = submitted()
    told = way(declaration, name)
    for message in told[::order]:
        receipt = say(message, NOW)
    declaration.refresh_from_db()
    assert (declaration.status, declaration.heard, codes(declaration)) == ("released", len(told), [])
    assert (receipt.state, receipt.declaration["status"]) == ("applied", "released")
    assert receipt.boxes == [{"container": declaration.visits.get().container.number, "free": True, "codes": []}]
    assert set(states().values()) == {"applied"}
    assert Entry.objects.filter(kind="declaration-released").get().actor == "authority:lyg-customs"


def test_one_that_is_missing_keeps_the_box_and_what_came_waits():
    declaration = submitted()
    told = way(declaration, "yellow")
    for message in told[:2] + told[3:]:
        receipt = say(message, NOW)
    assert (receipt.state, receipt.fault, codes(declaration)) == (
        "waiting",
        "earlier-message-missing",
        ["answer-awaited"],
    )
    say(told[2], NOW)
    assert codes(declaration) == []


def test_what_stops_is_done_at_once_and_ends_in_its_turn():
    declaration = submitted()
    told = way(declaration, "yellow")
    ordered = word(declaration, "inspection_ordered", 3, NOW)
    rest = [word(declaration, kind, n, NOW) for n, kind in enumerate(("inspected", "assessed", "paid", "released"), 4)]
    receipt = say(ordered, NOW)
    assert (receipt.state, codes(declaration)) == ("waiting", ["hold", "answer-awaited"])
    for message in [*told[:2], *rest]:
        say(message, NOW)
    declaration.refresh_from_db()
    assert (declaration.status, codes(declaration)) == ("released", [])
    assert not Hold.objects.filter(lifted_at=None).exists()


@pytest.mark.parametrize("kind", ["rejected", "release_revoked", "inspection_ordered"])
def test_after_a_release_what_stops_stops_even_with_a_gap(kind):
    declaration = submitted()
    for message in way(declaration, "green"):
        say(message, NOW)
    say(word(declaration, kind, 9, NOW), NOW)
    assert codes(declaration) == ["hold"]


def test_a_release_taken_back_in_its_turn_takes_the_permission_back():
    declaration = submitted()
    for message in [*way(declaration, "green"), word(declaration, "release_revoked", 5, NOW)]:
        say(message, NOW)
    declaration.refresh_from_db()
    assert (declaration.release_revoked_at, codes(declaration)) == (NOW, ["permission-revoked"])


def test_a_decision_told_late_is_as_old_as_it_is():
    declaration = submitted()
    decided = MARCH_14 + timedelta(hours=1)
    for message in way(declaration, "green"):
        say({**message, "issued_at": decided.isoformat()}, NOW + timedelta(days=3))
    declaration.refresh_from_db()
    assert declaration.released_at == decided


class TestTheSameAgain:
    def test_it_is_answered_as_the_first_time_and_counted(self):
        declaration = submitted()
        first = way(declaration, "green")[0]
        assert not say(first, NOW).known
        again = say(dict(reversed(first.items())), NOW)
        assert (again.known, again.state, AuthorityMessage.objects.get().times) == (True, "applied", 2)

    def test_another_content_under_its_reference_changes_nothing_and_is_kept(self):
        declaration = submitted()
        first = way(declaration, "green")[0]
        say(first, NOW)
        with pytest.raises(OtherContent):
            say({**first, "kind": "rejected", "reason": "other"}, NOW)
        declaration.refresh_from_db()
        assert declaration.status == "registered"
        assert sorted(states().values()) == ["applied", "refused"]

    def test_another_message_of_a_turn_that_is_taken_up_is_refused_and_stops_the_boxes(self):
        declaration = submitted()
        for message in way(declaration, "green"):
            say(message, NOW)
        receipt = say(word(declaration, "query", 3, NOW), NOW)
        assert (receipt.state, receipt.fault, codes(declaration)) == ("refused", "doubled-turn", ["hold"])

    def test_the_same_decision_under_another_reference_says_nothing_new(self):
        declaration = submitted()
        told = way(declaration, "green")
        for message in told:
            say(message, NOW)
        receipt = say({**told[2], "reference": "again"}, NOW)
        assert (receipt.state, receipt.fault, codes(declaration)) == ("superseded", "said-before", [])


class TestBadInput:
    def test_a_lifecycle_jump_is_refused_and_leaves_its_turn(self):
        declaration = submitted()
        receipt = say(word(declaration, "released", 1, NOW), NOW)
        assert (receipt.state, receipt.fault) == ("refused", "lifecycle-jump")
        for message in way(declaration, "green"):
            say(message, NOW)
        assert codes(declaration) == []

    def test_an_office_where_the_declaration_does_not_lie_is_refused(self):
        declaration = submitted()
        OfficeFactory(code="rail")
        for office in ("rail", "nowhere"):
            receipt = say(word(declaration, "registered", 1, NOW, office=office, reference=office), NOW)
            assert (receipt.state, receipt.fault) == ("refused", "wrong-office")
        declaration.refresh_from_db()
        assert declaration.status == "submitted"

    def test_an_unknown_declaration_waits_and_a_draft_too(self):
        declaration = drafted()
        receipt = say(word(declaration, "registered", 1, NOW), NOW)
        assert (receipt.state, receipt.fault) == ("waiting", "not-submitted")
        Declaration.objects.update(number="CD-2099-000001")
        receipt = say(word(declaration, "registered", 2, NOW), NOW)
        assert (receipt.state, receipt.fault, receipt.boxes) == ("waiting", "unknown-declaration", [])

    def test_a_declaration_of_another_terminal_is_not_known_here(self, khorgos_authority):
        declaration = submitted()
        receipt = say(word(declaration, "registered", 1, NOW), NOW, khorgos_authority)
        assert (receipt.fault, receipt.declaration) == ("unknown-declaration", None)

    def test_a_bad_signature_is_kept_as_unreadable_and_does_nothing(self):
        declaration = submitted()
        for _ in range(2):
            with pytest.raises(BadSignature):
                say(way(declaration, "green")[0], NOW, secret=new_secret(b"x" * 32))
        row = AuthorityMessage.objects.get()
        assert (row.state, row.authority, row.times, row.fault) == ("unreadable", None, 2, "bad-signature")
        assert codes(declaration) == ["answer-awaited"]

    @pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b'{"kind": "released"}', b"{" * 5000, b"\x00"])
    def test_what_nobody_can_read_is_kept_by_its_checksum(self, raw):
        with pytest.raises(UnreadableMessage):
            say(raw, NOW)
        assert AuthorityMessage.objects.get().state == "unreadable"

    def test_a_malformed_hs_code_makes_a_message_unreadable(self):
        declaration = submitted()
        with pytest.raises(MalformedHsCode):
            say({**way(declaration, "green")[0], "hs_codes": ["52O5"]}, NOW)
        assert (set(states().values()), codes(declaration)) == ({"unreadable"}, ["answer-awaited"])

    def test_no_more_than_so_many_unreadable_ones_are_kept(self, monkeypatch):
        monkeypatch.setattr(hearing, "UNREADABLE_AN_HOUR", 2)
        for n in range(2):
            with pytest.raises(UnreadableMessage):
                say(b"%d" % n, NOW)
        with pytest.raises(NoMoreUnreadable):
            say(b"[3]", NOW)
        assert AuthorityMessage.objects.count() == 2

    def test_what_strangers_send_does_not_use_up_what_is_kept_of_the_authoritys(self, monkeypatch):
        monkeypatch.setattr(hearing, "UNREADABLE_AN_HOUR", 1)
        with pytest.raises(BadSignature):
            say(b"[1]", NOW, secret=new_secret(b"x" * 32))
        with pytest.raises(UnreadableMessage):
            say(b"[2]", NOW)
        with pytest.raises(NoMoreUnreadable):
            say(b"[3]", NOW, secret=new_secret(b"x" * 32))

    def test_a_decision_of_tomorrow_is_refused(self):
        declaration = submitted()
        with pytest.raises(hearing.FromTheFuture):
            say(word(declaration, "registered", 1, NOW + timedelta(days=1)), NOW)

    def test_a_system_that_is_switched_off_is_not_heard(self):
        declaration = submitted()
        with pytest.raises(AuthorityIsOff):
            say(way(declaration, "green")[0], NOW, AuthorityFactory(active=False))

    def test_a_former_secret_counts_until_it_ends(self):
        declaration = submitted()
        former, told = new_secret(b"y" * 32), way(declaration, "green")
        authority = AuthorityFactory(previous_secret=former, previous_until=NOW + timedelta(hours=1))
        say(told[0], NOW, authority, secret=former)
        with pytest.raises(BadSignature):
            say(told[1], NOW + timedelta(hours=1), authority, secret=former)


@pytest.fixture
def khorgos_authority():
    return AuthorityFactory(code="khorgos", terminal__khorgos=True)


class TestBoxes:
    @pytest.fixture
    def box(self):
        OfficeFactory(anti_smuggling=True)
        return VisitFactory(active=True)

    def test_a_hold_needs_no_declaration_and_only_its_office_ends_it(self, box):
        say(of_box("hold", box.container.number, "port-patrol", NOW), NOW)
        hold = Hold.objects.get()
        assert (hold.kept_by, hold.reference, hold.kind, hold.placed_by) == (
            "port-patrol", "H-1", "hold", "authority:lyg-customs",
        )  # fmt: skip
        with pytest.raises(KeptByItsOffice):
            lift_hold(hold, by=Actor.person(staff("containers.lift_customs_hold", username="li.na")), at=NOW)
        OfficeFactory(code="rail")
        other = say(of_box("hold_lifted", box.container.number, "rail", NOW, reference="other"), NOW)
        assert (other.fault, "hold" in codes(box)) == ("wrong-office", True)
        assert say(of_box("hold_lifted", box.container.number, "port-patrol", NOW), NOW).state == "applied"
        assert "hold" not in codes(box)

    def test_what_is_seized_is_not_given_back_by_a_lift(self, box):
        number = box.container.number
        say(of_box("seizure", number, "port-patrol", NOW), NOW)
        receipt = say(of_box("hold_lifted", number, "port-patrol", NOW), NOW)
        assert (receipt.fault, "seized" in codes(box)) == ("seized", True)

    def test_a_lift_that_comes_before_its_hold_ends_it(self, box):
        number = box.container.number
        assert say(of_box("hold_lifted", number, "port-patrol", NOW), NOW).fault == "unknown-hold"
        assert say(of_box("hold", number, "port-patrol", NOW), NOW).state == "superseded"
        assert (set(states().values()), "hold" in codes(box)) == ({"applied", "superseded"}, False)

    def test_a_reference_of_a_hold_is_used_once(self, box):
        number = box.container.number
        for name in ("hold", "hold_lifted"):
            say(of_box(name, number, "port-patrol", NOW), NOW)
        assert say(of_box("hold", number, "port-patrol", NOW, reference="late copy"), NOW).fault == "hold-known"

    def test_an_unknown_box_is_waited_for_and_held_when_it_is_advised(self, box):
        number = ContainerFactory.build().number
        assert say(of_box("hold", number, "port-patrol", NOW), NOW).fault == "unknown-container"
        assert retry_waiting(NOW) == 0
        visit = VisitFactory(container=ContainerFactory(number=number))
        assert (retry_waiting(NOW), "hold" in codes(visit)) == (1, True)

    def test_an_unknown_office_holds_nothing(self, box):
        receipt = say(of_box("hold", box.container.number, "nowhere", NOW), NOW)
        assert (receipt.fault, Hold.objects.count()) == ("wrong-office", 0)


def test_what_waited_for_its_declaration_is_taken_up_once_that_is_handed_in():
    declaration = drafted()
    for message in way(declaration, "green"):
        say(message, NOW)
    services.submit(declaration, by=declarant_of(declaration), at=NOW)
    assert retry_waiting(NOW) == 1
    assert (set(states().values()), codes(declaration)) == ({"applied"}, [])


def test_what_an_officer_did_here_already_is_heard_in_its_turn_and_the_rest_follows():
    declaration = submitted()
    officer = officer_of(declaration.office)
    services.register(declaration, channel=Channel.RED, by=officer, at=MARCH_14)
    services.move(declaration, DeclarationStatus.INSPECTED, by=officer, at=MARCH_14)
    states = [
        (kind, say(word(declaration, kind, turn, NOW, **more), NOW).state)
        for turn, (kind, more) in enumerate(
            [
                ("registered", {}), ("channel", {"channel": "red"}), ("inspected", {}), ("assessed", {}), ("paid", {}),
                ("released", {}),
            ],
            start=1,
        )
    ]  # fmt: skip
    assert states == [
        ("registered", "superseded"), ("channel", "superseded"), ("inspected", "superseded"), ("assessed", "applied"),
        ("paid", "applied"), ("released", "applied"),
    ]  # fmt: skip
    declaration.refresh_from_db()
    assert declaration.status == "released"


def test_what_was_done_here_is_told_once_and_a_second_time_is_a_jump():
    declaration = submitted()
    services.register(declaration, by=officer_of(declaration.office), at=MARCH_14)
    assert say(word(declaration, "registered", 1, NOW), NOW).state == "superseded"
    assert say(word(declaration, "registered", 2, NOW), NOW).fault == "lifecycle-jump"
    other = say(word(declaration, "channel", 2, NOW, channel="green"), NOW)
    assert other.state == "applied"
