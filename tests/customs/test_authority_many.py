"""Many messages at once are what they are one by one, whatever is wrong with some of them."""

import re
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.common.ids import uuid7
from apps.containers.models import Hold, Permission, Question, StopRule, Visit
from apps.customs import services
from apps.customs.models import Authority, AuthorityMessage, Declaration, RegimeTerms, ReleaseTime
from apps.customs.services.authority import AuthorityIsOff, hear_many, hearing, many, retrying
from apps.journal.models import Entry
from terminal.customs.word import parse
from terminal.errors import Refused
from terminal.lifecycle import VisitState
from tests.factories.authority import AuthorityFactory, of_box, say, word
from tests.factories.calls import MARCH_14
from tests.factories.cargo import stocked
from tests.factories.containers import ContainerFactory
from tests.factories.customs import OfficeFactory, declarant_of, officer_of, submitted
from tests.factories.declaring import YARN

pytestmark = pytest.mark.django_db
NOW = MARCH_14 + timedelta(hours=2)
GREEN = (("registered", {}), ("channel", {"channel": "green"}), ("paid", {}), ("released", {}))
DUE = {"duty": {"amount": 123450, "currency": "CNY"}}
UNTIL = {"valid_until": (NOW + timedelta(days=30)).isoformat()}
YELLOW = (("registered", {}), ("channel", {}), ("assessed", {"reason": "as invoiced"}), ("paid", {}),
          ("released", UNTIL))  # fmt: skip
RED = (("registered", {}), ("channel", {"channel": "red"}), ("inspected", {}), ("assessed", {}), ("paid", {}),
       ("released", {}))  # fmt: skip


def told(declaration, *steps):
    return [
        word(declaration, kind, n, MARCH_14 + timedelta(minutes=10 * n), **more)
        for n, (kind, more) in enumerate(steps, 1)
    ]


def renamed(message, **changed):
    return {**message, "reference": f"{message['reference']}-other", **changed}


def an_import(declaration):
    Declaration.objects.filter(pk=declaration.pk).update(regime="import")


def with_goods(declaration):
    row = {name: getattr(YARN, name) for name in YARN.__dataclass_fields__}
    declaration.lines.create(line=1, **row)


def one_gone(declaration):
    first = declaration.visits.order_by("pk").first()
    Visit.objects.filter(pk=first.pk).update(state=VisitState.CANCELLED.value)


def is_permitted(declaration):
    visit = declaration.visits.first()
    Permission.objects.create(
        visit=visit, owner="customs", step="gate_out", reference=declaration.number, granted_at=NOW, granted_by="x"
    )


def is_being_amended(declaration):
    declaration.amendments.create(number=1, changes={}, before={}, reason="typo", asked_at=NOW, asked_by="x")


def is_registered(declaration):
    services.register(declaration, by=officer_of(declaration.office), at=MARCH_14 + timedelta(minutes=1))


def was_told_before(declaration):
    say(word(declaration, "paid", 3, MARCH_14, reference=f"{declaration.number}-early"), NOW)


def was_told_when_nobody_knew_it(declaration):
    was_told_before(declaration)
    AuthorityMessage.objects.filter(declaration=declaration).update(declaration=None, fault="unknown-declaration")


def with_a_channel(declaration):
    Declaration.objects.filter(pk=declaration.pk).update(channel="yellow")


def was_heard_of(declaration):
    Declaration.objects.filter(pk=declaration.pk).update(heard=1)


def without_a_clock(declaration):
    declaration.periods.update(ended_at=MARCH_14)


def withdrawn(declaration):
    services.withdraw(declaration, by=declarant_of(declaration), at=NOW, reason="x")


def is_bonded(declaration):
    Declaration.objects.filter(pk=declaration.pk).update(regime="bonded_entry")


def ends_an_earlier(declaration):
    Declaration.objects.filter(pk=declaration.pk).update(earlier=submitted())


def with_a_lot(declaration):
    an_import(declaration)
    declaration.declared_lots.create(lot=stocked(), packages=1)


STORIES = {
    "green": (None, lambda d: told(d, *GREEN), True),
    "yellow": (None, lambda d: told(d, *YELLOW), True),
    "begun": (None, lambda d: told(d, *YELLOW[:3]), True),
    "with duty": (an_import, lambda d: told(d, *YELLOW[:2], ("assessed", DUE), *YELLOW[3:]), True),
    "as fast as time runs back": (None, lambda d: [m | {"issued_at": MARCH_14.isoformat()} for m in told(d, *GREEN)],
                                  True),
    "one box gone": (one_gone, lambda d: told(d, *GREEN), True),
    "turned round": (None, lambda d: told(d, *YELLOW)[::-1], True),
    "red": (None, lambda d: told(d, *RED), False),
    "red turned round": (None, lambda d: told(d, *RED)[::-1], False),
    "gapped": (None, lambda d: [*told(d, *YELLOW)[:2], *told(d, *YELLOW)[3:]], False),
    "doubled": (None, lambda d: [*told(d, *GREEN), told(d, *GREEN)[1]], True),
    "said twice": (None, lambda d: [*told(d, *GREEN), renamed(told(d, *GREEN)[1])], False),
    "contradictory": (None, lambda d: [*told(d, *GREEN), renamed(told(d, *YELLOW)[1])], False),
    "contradicted first": (None, lambda d: [renamed(told(d, *RED)[1]), *told(d, *GREEN)], False),
    "another content": (None, lambda d: [*told(d, *GREEN), told(d, *GREEN)[0] | {"reason": "other"}], True),
    "ahead": (None, lambda d: [*told(d, *GREEN)[:3], told(d, *GREEN)[3] | {"issued_at": "2095-01-01T00:00:00+08:00"}],
              True),
    "revoked": (None, lambda d: told(d, *GREEN, ("release_revoked", {})), False),
    "jumping": (None, lambda d: told(d, GREEN[0], GREEN[3]), False),
    "of a wrong office": (None, lambda d: [*told(d, *GREEN)[:3], told(d, *GREEN)[3] | {"office": "port-patrol"}],
                          False),
    "of a wrong office alone": (None, lambda d: [m | {"office": "port-patrol"} for m in told(d, *GREEN)], False),
    "unknown": (None, lambda d: [m | {"declaration": "CD-2099-000001"} for m in told(d, *GREEN)], False),
    "with a guarantee": (with_goods, lambda d: told(d, *GREEN), False),
    "with duty in transit": (None, lambda d: told(d, *YELLOW[:2], ("assessed", DUE), *YELLOW[3:]), False),
    "permitted": (is_permitted, lambda d: told(d, *GREEN), False),
    "being amended": (is_being_amended, lambda d: told(d, *GREEN), False),
    "registered here": (is_registered, lambda d: told(d, *GREEN), False),
    "told before": (was_told_before, lambda d: told(d, *GREEN), False),
    "told when nobody knew it": (was_told_when_nobody_knew_it, lambda d: told(d, *GREEN), False),
    "with a channel": (with_a_channel, lambda d: told(d, GREEN[0]), False),
    "heard of": (was_heard_of, lambda d: told(d, GREEN[0]), False),
    "without a clock": (without_a_clock, lambda d: told(d, GREEN[0]), False),
    "into bond": (is_bonded, lambda d: told(d, *GREEN[:3]), True),
    "released into bond": (is_bonded, lambda d: told(d, *GREEN), False),
    "withdrawn": (withdrawn, lambda d: told(d, *GREEN), False),
}  # fmt: skip
"""What was the case before, what is told, and whether it is plain."""

INCIDENTS = ("red turned round", "contradictory", "contradicted first", "told before", "told when nobody knew it")
"""Of those that are not plain, so many are compared: they are heard by what hears one alone."""


def another(row, **other):
    """A row like this one, but for what is said."""
    copy = type(row).objects.get(pk=row.pk)
    own = {"public_id": uuid7()} if hasattr(copy, "public_id") else {}
    for name, value in {"pk": None, **own, **other}.items():
        setattr(copy, name, value)
    copy._state.adding = True
    copy.save()
    return copy


def like(declaration, number):
    """A declaration like this one, over boxes of its own: quicker than to draft it and hand it in."""
    copy = another(declaration, number=number)
    for visit in declaration.visits.order_by("pk"):
        box = another(visit, container=ContainerFactory())
        copy.containers.create(visit=box)
        for question in visit.questions.all():
            another(question, visit=box, reference=number)
    for period in declaration.periods.all():
        another(period, declaration=copy)
    return copy


def made():
    """Every story: its declaration, and what is told of it."""
    first = {True: submitted(boxes=2), False: submitted()}
    for n, (name, (before, tell, is_plain)) in enumerate(STORIES.items()):
        declaration = like(first[is_plain], f"CD-2098-{n:06}")
        if before:
            before(declaration)
        yield name, (declaration, tell(declaration))


def heard_alone(messages):
    for message in messages:
        try:
            yield shown(say(message, NOW))
        except Refused as refusal:
            yield refusal.code()


def heard_together(messages):
    read = [(parse(message), orjson.dumps(message).decode()) for message in messages]
    return [shown(each) for each in hear_many(read, AuthorityFactory(), NOW)]


def shown(became):
    return became.code() if isinstance(became, Refused) else (became.state, became.fault, became.known)


class Left:
    """Everything that was left behind of a declaration, its number and keys apart."""

    def __init__(self, declaration):
        self.row = Declaration.objects.get(pk=declaration.pk)
        self.boxes = {pk: n for n, pk in enumerate(self.row.visits.order_by("pk").values_list("pk", flat=True))}

    def all(self):
        numbered = {"declaration_number": self.row.number}
        known = AuthorityMessage.objects.filter(reference__startswith=self.row.number)
        boxes = {"visit__in": self.boxes}
        return {
            "declaration": self.rows(Declaration.objects.filter(pk=self.row.pk)),
            "messages": self.rows(known.filter(**numbered) | known, "body", "sha256", "version"),
            "holds": self.rows(Hold.objects.filter(**boxes)),
            "permissions": self.rows(Permission.objects.filter(**boxes)),
            "questions": self.rows(Question.objects.filter(**boxes)),
            "clocks": self.rows(self.row.periods.all()),
            "took": self.rows(ReleaseTime.objects.filter(declaration=self.row)),
            "journal": self.rows(
                (Entry.objects.filter(declaration_id=self.row.pk) | Entry.objects.filter(visit_id__in=self.boxes))
                .exclude(kind="declaration-assigned"),
                "recorded_at", "xid", "lineage", "container_number",
            ),
        }  # fmt: skip

    def rows(self, found, *but):
        left_out = {"id", "public_id", "number", "declaration", *but}
        names = [each.attname for each in found.model._meta.concrete_fields if each.name not in left_out]
        return [[self.plain(name, getattr(row, name)) for name in names] for row in found.order_by("pk")]

    def plain(self, name, value):
        if name == "visit_id":
            return self.boxes.get(value)
        if name == "declaration_id":
            return value is not None
        text = repr(sorted(value.items())) if isinstance(value, dict) else str(value)
        its = re.sub(rf"{self.row.number}(/\d+-\d+)?", "ITS NUMBER", text.split("~")[0])
        return re.sub(r"[A-Z]{1,3}-\d{4}-\d+", "A NUMBER", its)


def sorted_messages(left):
    return left | {"messages": sorted(left["messages"])}


def unlike(ours, theirs):
    return [each for each in ours if each not in theirs], [each for each in theirs if each not in ours]


@pytest.fixture
def one_by_one(monkeypatch):
    """Each story heard message by message, undone at once: what was answered last, and what was left."""
    monkeypatch.setattr(hearing, "_boxes", lambda *_: [])
    AuthorityFactory()

    def tell(declaration, messages):
        with transaction.atomic():
            *_, answer = heard_alone(messages)
            left = sorted_messages(Left(declaration).all())
            transaction.set_rollback(True)
        return answer, left

    return tell


def test_together_they_leave_what_they_leave_one_by_one(one_by_one, monkeypatch):
    OfficeFactory(anti_smuggling=True)
    told = dict(made())
    alone = {name: one_by_one(*told[name]) for name in STORIES if STORIES[name][2] or name in INCIDENTS}
    plain = set[int]()
    take_plain = many.take_plain
    monkeypatch.setattr(many, "take_plain", lambda *args: plain.update(took := take_plain(*args)) or took)
    answers = iter(heard_together([each for _, messages in told.values() for each in messages]))
    answered = {name: [next(answers) for _ in messages][-1] for name, (_, messages) in told.items()}
    other = [name for name, (declaration, _) in told.items() if (declaration.pk in plain) is not STORIES[name][2]]
    for name, (answer, theirs) in alone.items():
        ours = sorted_messages(Left(told[name][0]).all()) | {"answer": [answered[name]]}
        theirs |= {"answer": [answer]}
        other += [(name, what, *unlike(ours[what], theirs[what])) for what in ours if ours[what] != theirs[what]]
    assert other == []


@pytest.mark.parametrize("before", [with_a_lot, ends_an_earlier])
def test_what_a_release_does_besides_its_boxes_is_done_one_by_one(before, monkeypatch):
    declaration = submitted()
    before(declaration)
    plain, take_plain = set[int](), many.take_plain
    monkeypatch.setattr(many, "take_plain", lambda *args: plain.update(took := take_plain(*args)) or took)
    heard_together(told(declaration, *GREEN))
    assert plain == set()


def test_the_same_file_again_changes_nothing_but_the_count():
    declaration = submitted()
    file = [*told(declaration, *GREEN), of_box("hold", "CSQU3054383", "clearance", NOW)]
    assert [each[2] for each in heard_together(file)] == [False] * 5
    before = Entry.objects.count()
    assert [each[2] for each in heard_together(file)] == [True] * 5
    assert (Entry.objects.count(), set(AuthorityMessage.objects.values_list("times", flat=True))) == (before, {2})


def test_where_a_rule_follows_on_permissions_it_follows():
    declaration = submitted()
    StopRule.objects.create(
        terminal=declaration.terminal, name="permitted", event="permission-granted", deed="place_hold",
        owner="terminal", reason="to be weighed",
    )  # fmt: skip
    heard_together(told(declaration, *GREEN))
    assert Hold.objects.get().reason == "to be weighed"


def test_terms_that_ask_for_nothing_need_no_guarantee(monkeypatch):
    declaration = submitted()
    with_goods(declaration)
    RegimeTerms.objects.create(terminal=declaration.terminal, regime="transit", guarantee_percent=Decimal(0))
    heard_together(told(declaration, *GREEN))
    declaration.refresh_from_db()
    assert declaration.status == "released"


def test_plain_ones_take_as_many_statements_however_many_there_are(django_assert_max_num_queries):
    AuthorityFactory()
    file = [each for _ in range(8) for each in told(submitted(), *YELLOW)]
    read = [(parse(message), orjson.dumps(message).decode()) for message in file]
    with django_assert_max_num_queries(34):
        hear_many(read, AuthorityFactory(), NOW)
    assert set(Declaration.objects.values_list("status", flat=True)) == {"released"}


def test_a_reference_that_a_hold_has_used_is_no_step_and_the_hold_stands():
    declaration = submitted()
    number = declaration.visits.get().container.number
    step = told(declaration, *GREEN)[0]
    hold = of_box("hold", number, "clearance", NOW, reference=step["reference"])
    assert heard_together([hold, step]) == [("applied", "", False), "other-content"]
    assert Hold.objects.get().lifted_at is None


def test_a_hold_in_a_file_stands_before_anything_in_it_is_released(monkeypatch):
    declaration = submitted()
    number = declaration.visits.get().container.number
    seen, take_plain = [], many.take_plain

    def looked(*args):
        seen.extend(Hold.objects.values_list("reference", flat=True))
        return take_plain(*args)

    monkeypatch.setattr(many, "take_plain", looked)
    stops = [
        of_box(kind, number, "clearance", NOW, reference=kind, hold=kind) for kind in ("hold_lifted", "hold", "seizure")
    ]
    answers = heard_together([*told(declaration, *GREEN), *stops])
    assert seen == ["hold", "seizure"]
    assert [answer[:2] for answer in answers[4:]] == [("waiting", "unknown-hold"), ("applied", ""), ("applied", "")]


def test_what_stops_a_box_by_another_declaration_before_it_in_a_file_stands_when_it_is_released(monkeypatch):
    declaration = submitted()
    other = like(declaration, "CD-2098-000001")
    other.containers.update(visit=declaration.visits.get())
    stop = word(other, "inspection_ordered", 3, MARCH_14)
    standing, act = [], retrying.act

    def watched(row, message, *more):
        standing.append((message.kind.value, Hold.objects.filter(lifted_at=None).count()))
        act(row, message, *more)

    monkeypatch.setattr(retrying, "act", watched)
    heard_together([stop, *told(declaration, *GREEN)])
    assert standing[0] == ("inspection_ordered", 0)
    assert ("released", 1) in standing


def test_a_lift_in_a_file_ends_the_hold_of_the_same_file_wherever_it_stands():
    declaration = submitted()
    number = declaration.visits.get().container.number
    lift, hold = (of_box(kind, number, "clearance", NOW, reference=kind) for kind in ("hold_lifted", "hold"))
    assert heard_together([lift, *told(declaration, *GREEN), hold])[0] == ("applied", "", False)
    assert Hold.objects.get().lifted_at == NOW


def test_a_system_that_is_off_is_not_heard():
    authority = AuthorityFactory()
    Authority.objects.update(active=False)
    authority.refresh_from_db()
    with pytest.raises(AuthorityIsOff):
        hear_many([], authority, NOW)


class TestAFile:
    def run(self, tmp_path, *lines, system="lyg-customs"):
        AuthorityFactory()
        path, out = tmp_path / "night.jsonl", StringIO()
        path.write_bytes(b"\n".join(each if isinstance(each, bytes) else orjson.dumps(each) for each in lines))
        try:
            call_command("hear_customs", str(path), system=system, stdout=out)
        except CommandError as refusal:
            out.write(str(refusal))
        return out.getvalue().splitlines()

    def test_it_is_told_line_by_line_what_became_of_it(self, tmp_path):
        declaration = submitted()
        first, second, third, fourth = told(declaration, *GREEN)
        lines = self.run(tmp_path, first, b"", b"{", second, fourth, first | {"reason": "other"})
        assert [line.split(":")[0] for line in lines] == ["1", "3", "4", "5", "6", "Heard"]
        assert "applied" in lines[0]
        assert "refused, unreadable-message" in lines[1]
        assert "waiting, earlier-message-missing" in lines[3]
        assert "refused, other-content" in lines[4]
        assert lines[-1] == "Heard: 2 applied, 2 refused, 1 waiting."
        assert AuthorityMessage.objects.filter(state="unreadable").count() == 1
        assert self.run(tmp_path, third)[-1] == "Heard: 1 applied."

    def test_what_is_longer_than_a_message_may_be_is_not_heard(self, tmp_path):
        declaration = submitted()
        long = orjson.dumps(told(declaration, *GREEN)[0])[:-1] + b" " * 65_536 + b"}"
        assert "refused, unreadable-message" in self.run(tmp_path, long)[0]

    def test_a_system_nobody_knows_and_a_file_that_is_not_there_are_said(self, tmp_path):
        assert "No system of customs" in self.run(tmp_path, system="nobody")[0]
        AuthorityFactory()
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("hear_customs", str(tmp_path / "none"), system="lyg-customs")


def test_one_that_moves_on_between_look_and_lock_is_not_taken_twice(monkeypatch):
    declaration = submitted()
    keep = many.keep

    def slowly(*args):
        kept = keep(*args)
        services.reject(declaration, by=officer_of(declaration.office), at=NOW, reason="forged")
        return kept

    monkeypatch.setattr(many, "keep", slowly)
    heard_together(told(declaration, *GREEN))
    declaration.refresh_from_db()
    assert (declaration.status, Permission.objects.count()) == ("rejected", 0)
