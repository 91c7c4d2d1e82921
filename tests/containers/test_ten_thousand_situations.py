"""Boxes in every state, held, allowed and planned in every way: the commands refuse exactly the right ones.

Each of 3,400 boxes and each of three steps is a situation of its own: more than ten thousand. What is right is told
here once more, from what was generated and by other means than ``terminal.readiness``.
"""

from collections import defaultdict
from datetime import timedelta
from random import Random

import pytest
from django.db.models.fields import NOT_PROVIDED

from apps.calls.models import Call
from apps.common.bulk import copy, line
from apps.containers.models import (
    Consignment,
    Container,
    Hold,
    Permission,
    PermissionRule,
    Reference,
    StopRule,
    Visit,
    Weight,
)
from apps.containers.services import leave_visits, strip_visits
from apps.journal.models import Entry
from apps.journal.services import Happening, record_many
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.lifecycle import ON_SITE, Phase, Position
from terminal.readiness import NotReady, Step
from terminal.readiness.rules import Deed
from terminal.throughput import Mode
from tests.factories.calls import MARCH_14
from tests.factories.containers import container_number
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db

BOXES = 3_400
FIRST = 1_000_000
"""What lies below is left to rows that get their numbers from the database."""

BEAT = Actor.itself("test")
NOW = MARCH_14 + timedelta(hours=4)
OWNERS = ["customs", "terminal", "carrier", "shipper"]
STEPS = [Step.LOAD, Step.GATE_OUT, Step.STRIP]
DIRECTIONS = ["inbound", "outbound", "through"]
DONE = ["container-loaded", "container-gated-out", "container-stripped"]
COMMANDS = {
    Step.LOAD: lambda visits: leave_visits(visits, step=Step.LOAD, by=BEAT, at=NOW),
    Step.GATE_OUT: lambda visits: leave_visits(visits, step=Step.GATE_OUT, by=BEAT, at=NOW),
    Step.STRIP: lambda visits: strip_visits(visits, by=BEAT, at=NOW),
}


def write(rows):
    """Rows with numbers of their own, by COPY: so many INSERTs would take longer than what is tested."""
    rows = list(rows)
    model = type(rows[0])
    fields = [each for each in model._meta.concrete_fields if each.db_default is NOT_PROVIDED]
    for number, row in enumerate(rows, 1):
        row.pk = number + FIRST
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ([getattr(row, field.attname) for field in fields] for row in rows)
    copy(f"{model._meta.db_table} ({names})", iter([line(*map(array, each)) for each in values]))
    return rows


def array(value):
    return f"{{{','.join(value)}}}" if isinstance(value, list) else value


class World:
    """The same boxes every time. Most things are as they should be, so that a good part is ready."""

    def __init__(self, terminal):
        self.dice, self.terminal = Random(20230314), terminal
        self.blocked = defaultdict(set)
        self.calls = self._calls()
        self.consignments = Consignment.objects.bulk_create(Consignment(terminal=terminal) for _ in range(60))
        self.rules = self._permission_rules()
        self.visits = self._visits()
        self.step = {visit.pk: self.dice.choice(STEPS) for visit in self.visits}
        self.papers = self._papers()
        self.permissions = self._permissions()
        self.verified = self._weights()
        self.holds = self._holds()
        self._follow_a_rule()

    def mostly(self, usual, *others, odds=6):
        return usual if self.dice.randrange(odds) else self.dice.choice(others)

    def hours(self):
        return NOW + timedelta(hours=self.dice.randint(-2, 2))

    def _calls(self):
        phases = [*Phase, Phase.IN_PROCESSING, Phase.ARRIVED] * 2
        return Call.objects.bulk_create(
            Call(
                terminal=self.terminal,
                mode=mode.value,
                number=f"{mode}-{n}",
                phase=phase.value,
                arrived_at=MARCH_14 if phase in ON_SITE else None,
                cut_off_at=self.dice.choice([None, None, MARCH_14 + timedelta(hours=n % 5)]),
            )
            for mode in Mode
            for n, phase in enumerate(phases)
        )

    def _permission_rules(self):
        """Some kinds have a rule for each step, some for a few, some none; now and then another owner is asked, too."""
        told = {}
        for regime in ("import", "export", "transit", "bonded_entry"):
            for laden in (True, False):
                for direction in DIRECTIONS:
                    for step in STEPS:
                        owner = self.mostly("customs", "carrier")
                        if self.dice.randrange(9):
                            told[regime, laden, direction, step.value, owner] = bool(self.dice.randrange(3) == 0)
        PermissionRule.objects.bulk_create(
            PermissionRule(terminal=self.terminal, regime=r, laden=la, direction=d, step=s, owner=o, required=required)
            for (r, la, d, s, o), required in told.items()
        )
        return told

    def _visits(self):
        numbers = [container_number(n, "TST") for n in range(BOXES)]
        boxes = write(Container(number=n, size_type="22G1", teu=1) for n in numbers)
        return write(self._visit(box) for box in boxes)

    def _visit(self, box):
        state = self.mostly("active", "advised", "departed", "cancelled", odds=12)
        position = self.mostly("in_yard", *(each.value for each in Position), odds=8)
        came = None if state in ("advised", "cancelled") else MARCH_14 + timedelta(hours=self.dice.choice([0, 0, 0, 2]))
        laden = self.dice.choice([True, True, False, None])
        return Visit(
            terminal=self.terminal,
            container=box,
            state=state,
            position="gone" if state == "departed" else position,
            arrived_at=came,
            departed_at=NOW if state == "departed" else None,
            advised_at=MARCH_14,
            laden=laden,
            gross_kg=self.mostly(22_000, None),
            goods=self.mostly("standard", "dangerous_goods"),
            regime=self.mostly("transit", "import", "export", "bonded_entry", "unknown", "domestic", odds=2),
            direction=self.mostly(self.dice.choice(DIRECTIONS), "unknown"),
            claimed=self.mostly([], ["regime"], ["laden"], ["direction", "laden"], odds=10),
            consignment=self.mostly(None, *self.consignments, odds=4),
            arrival_call=self.dice.choice(self.calls),
            departure_call=self.mostly(self.dice.choice(self.calls), None),
            carrier_call=self.dice.choice([None, *self.calls]) if position == "on_carrier" else None,
        )

    def _papers(self):
        rows = {
            (visit.pk, self.dice.choice(["booking", "order"]), f"N{self.dice.randrange(400)}")
            for visit in self.visits
            for _ in range(self.dice.choice([0, 0, 1, 2]))
        }
        write(Reference(visit_id=v, kind=k, value=n) for v, k, n in sorted(rows))
        found = defaultdict(set)
        for visit, kind, number in rows:
            found[visit].add((kind, number))
        return found

    def _permissions(self):
        rows = [self._permission(visit) for visit in self.visits for _ in range(self.dice.choice([0, 1, 1, 2]))]
        write(rows)
        found = defaultdict(list)
        for row in rows:
            found[row.visit_id].append(row)
        return found

    def _permission(self, visit):
        return Permission(
            visit=visit,
            owner=self.mostly("customs", *OWNERS),
            step=self.mostly(self.step[visit.pk].value, *(step.value for step in Step)),
            reference=str(self.dice.random()),
            granted_at=self.mostly(MARCH_14, self.hours()),
            valid_until=self.mostly(None, self.hours()),
            revoked_at=self.mostly(None, self.hours()),
        )

    def _weights(self):
        """The last verified weight of each visit that has one."""
        rows, found = [], {}
        for visit in self.visits:
            if self.dice.randrange(3):
                how = self.mostly("weighbridge", "declared", "vgm_method_1")
                kg = self.mostly(22_000, 21_500)
                rows.append(Weight(visit=visit, gross_kg=kg, how=how, noted_at=MARCH_14, noted_by="test"))
                if how != "declared":
                    found[visit.pk] = kg
        write(rows)
        return found

    def _holds(self):
        visits = self.dice.sample(self.visits, BOXES // 8)
        held = [self._hold(visit=visit) for visit in visits]
        held += [self._hold(consignment=each) for each in self.dice.sample(self.consignments, 20)]
        held += [self._hold(call=each, side=self.dice.choice(["arriving", "departing", "both"]))
                 for each in self.dice.sample(self.calls, 12)]  # fmt: skip
        numbers = [f"N{n}" for n in self.dice.sample(range(500), 60)]
        held += [self._hold(paper_kind=self.dice.choice(["booking", "order"]), paper_number=n) for n in numbers]
        elsewhere = TerminalFactory(khorgos=True)
        held += [self._hold(terminal=elsewhere, paper_kind="booking", paper_number=f"N{n}") for n in range(400)]
        return write(held)

    def _hold(self, **on):
        about = {"terminal": self.terminal, "placed_at": MARCH_14, "placed_by": "test", "reason": "storm"} | on
        return Hold(
            **about,
            owner=self.dice.choice(OWNERS),
            step=self.dice.choice(["", *(step.value for step in Step)]),
            lifted_at=self.mostly(None, NOW),
        )

    def _follow_a_rule(self):
        """A rule stops dangerous goods when something was changed, of the first six hundred visits."""
        StopRule.objects.create(
            terminal=self.terminal, name="papers first", event=EventKind.VISIT_CHANGED.value, goods="dangerous_goods",
            deed=Deed.PLACE_HOLD.value, reason="papers to be seen",
        )  # fmt: skip
        self.changed = self.visits[:600]
        about = {"kind": EventKind.VISIT_CHANGED, "terminal_id": self.terminal.pk, "at": MARCH_14, "actor": "test"}
        record_many(Happening(visit_id=visit.pk, **about) for visit in self.changed)


class Oracle:
    """What stands in whose way, as a person with the lists in hand would find out."""

    def __init__(self, world):
        self.world = world
        self.stopped = defaultdict(list)
        by_call, by_consignment, by_paper = defaultdict(list), defaultdict(list), defaultdict(list)
        for visit in world.visits:
            by_call["arriving", visit.arrival_call_id].append(visit.pk)
            by_call["departing", visit.departure_call_id].append(visit.pk)
            by_consignment[visit.consignment_id].append(visit.pk)
            for paper in world.papers[visit.pk]:
                by_paper[paper].append(visit.pk)
        for hold in world.holds:
            if hold.lifted_at or hold.terminal_id != world.terminal.pk:
                continue
            reached = set(by_paper[hold.paper_kind, hold.paper_number]) if hold.paper_kind else set()
            reached |= {hold.visit_id} if hold.visit_id else set()
            reached |= set(by_consignment[hold.consignment_id]) if hold.consignment_id else set()
            for side in ("arriving", "departing"):
                reached |= set(by_call[side, hold.call_id]) if hold.side in (side, "both") else set()
            for visit in reached:
                self.stopped[visit].append(hold.step)
        for visit in world.changed:
            if visit.goods == "dangerous_goods" and visit.state in ("advised", "active"):
                self.stopped[visit.pk].append("")

    def codes(self, visit, step):
        found = []
        found += self._place(visit, step)
        found += ["hold" for held in self.stopped[visit.pk] if held in ("", step.value)]
        found += ["permission" for owner in self._asked(visit, step) if not self._allowed(visit, owner, step)]
        if step is Step.LOAD:
            found += self._loading(visit)
        return sorted(found)

    def _place(self, visit, step):
        if visit.state == "advised":
            return ["not-arrived"]
        if visit.state != "active":
            return ["visit-is-over"]
        on_a_truck = visit.position == "on_carrier" and visit.carrier_call and visit.carrier_call.mode == "road"
        fine = visit.position in ("in_yard", "in_warehouse") or (step is Step.GATE_OUT and on_a_truck)
        return [] if fine else ["wrong-position"]

    def _asked(self, visit, step):
        """Whose permission is needed: what nobody said for certain is taken as the worst."""
        laden = not (visit.laden is False and "laden" not in visit.claimed)
        sure = visit.direction != "unknown" and "direction" not in visit.claimed
        ways = [visit.direction] if sure else DIRECTIONS
        of_kind = {
            (way, kind[3], kind[4]): required
            for kind, required in self.world.rules.items()
            for way in ways
            if kind[:3] == (visit.regime, laden, way)
        }
        if "regime" in visit.claimed or not of_kind:
            return {"customs"}
        said = [of_kind.get((way, step.value, "customs")) for way in ways]
        asked = {owner for (_way, at, owner), required in of_kind.items() if at == step.value and required}
        return asked | ({"customs"} if None in said else set())

    def _allowed(self, visit, owner, step):
        return any(
            row.owner == owner
            and row.step == step.value
            and row.granted_at <= NOW
            and not (row.valid_until and row.valid_until <= NOW)
            and not (row.revoked_at and row.revoked_at <= NOW)
            for row in self.world.permissions[visit.pk]
        )

    def _loading(self, visit):
        found, call = [], visit.departure_call
        if call and call.mode == "road":
            found.append("leaves-by-road")
        if call is None or call.phase not in ("arrived", "in_processing"):
            found.append("departure-call")
        if call and call.cut_off_at and (visit.arrived_at or NOW) > call.cut_off_at:
            found.append("cut-off-passed")
        if visit.laden is not False:
            found += [] if visit.gross_kg else ["gross-weight-missing"]
            weighed = self.world.verified.get(visit.pk)
            afloat = call and call.mode in ("sea", "barge")
            found += ["vgm-missing"] if afloat and (weighed is None or weighed != visit.gross_kg) else []
        return found


def plain(code):
    """Permissions and calls have several codes; which one it is says ``tests/terminal/test_readiness.py``."""
    return next((short for short in ("permission", "departure-call") if code.startswith(short)), code)


@pytest.fixture
def world(lyg):
    return World(lyg)


def test_the_commands_refuse_exactly_what_is_not_ready_of_ten_thousand(world):
    oracle, ready = Oracle(world), {}
    for step in STEPS:
        expected = {box.container.number: codes for box in world.visits if (codes := oracle.codes(box, step))}
        assert refused(world.visits, step) == expected
        ready[step] = [
            box for box in world.visits if box.container.number not in expected and world.step[box.pk] is step
        ]
    for step in STEPS:
        assert len(ready[step]) > BOXES / 60, step
        COMMANDS[step](ready[step])
    assert Entry.objects.filter(kind__in=DONE).count() == sum(map(len, ready.values()))


def refused(visits, step):
    """What a command says of each box it is refused for; all or none go, so all others have nothing in their way."""
    told = defaultdict(list)
    with pytest.raises(NotReady) as no:
        COMMANDS[step](visits)
    for each in no.value.facts["blockers"]:
        told[each["container"]].append(plain(each["code"]))
    return {number: sorted(codes) for number, codes in told.items()}
