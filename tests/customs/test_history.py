"""Declarations that were told leave behind what declarations leave that were worked here, step by step."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from apps.common.integrity import violated_constraint
from apps.containers.models import Hold, Permission
from apps.containers.selectors import what_stands_between
from apps.containers.services import HoldBelongsTo
from apps.customs import services
from apps.customs.models import Declaration, DeclaredContainer, ReleaseTime
from apps.customs.services import NoSuchOffice, TakenDeclarations
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.parties.selectors import NoSuchParty
from terminal.lifecycle import DeclarationStatus
from terminal.readiness import Owner, Step
from tests.customs.stories import GREEN, RED, STORIES, YELLOW, hours, reported_visit, told, until, worked
from tests.factories.customs import OFFICERS_RIGHTS, OfficeFactory, officer_of
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, UserFactory, staff

pytestmark = pytest.mark.django_db
SISTER = Actor.itself("sister")
NOW = hours(100)


@pytest.fixture(autouse=True)
def _people(lyg):
    OfficeFactory()
    PartyFactory(code="almaty-cotton")
    PartyFactory(code="suwei-brokers")


def take_in(*declarations, by=SISTER, at=NOW, source="sister", terminal=None):
    site = terminal or TerminalFactory()
    return services.take_in_declarations(iter(declarations), terminal=site, source=source, by=by, at=at)


class Seen:
    """Everything a declaration left behind, its number and keys apart."""

    def __init__(self, declaration):
        self.row = Declaration.objects.get(pk=declaration.pk)
        self.boxes = {visit.pk: visit for visit in self.row.visits.order_by("pk")}
        self.place = {None: None} | {pk: n for n, pk in enumerate(self.boxes)}

    def all(self):
        return (
            self.fields(),
            self.stops(Hold),
            self.stops(Permission),
            self.entries(),
            self.way(),
            self.clocks(),
            self.looks(),
        )

    def fields(self):
        keys = {"id", "public_id", "version", "number"}
        return {each.name: getattr(self.row, each.attname) for each in self.row._meta.concrete_fields
                if each.name not in keys}  # fmt: skip

    def stops(self, model):
        keys = {"id", "public_id", "version", "visit", "placed_by", "lifted_by", "granted_by"}
        names = [each.attname for each in model._meta.concrete_fields if each.name not in keys]
        rows = model.objects.filter(visit__in=self.boxes).order_by("visit_id", "step", "pk")
        return [[self.place[row.visit_id], *(self.plain(getattr(row, name)) for name in names)] for row in rows]

    def looks(self):
        rows = self.row.inspections.order_by("visit_id")
        return [
            (self.place[row.visit_id], row.kind, row.status, row.ordered_at, row.done_at, row.result) for row in rows
        ]

    def clocks(self):
        keys = {"id", "declaration"}
        took = ReleaseTime.objects.filter(declaration=self.row)
        return [
            [{each.name: getattr(row, each.attname) for each in row._meta.concrete_fields if each.name not in keys}
             for row in rows]
            for rows in (self.row.periods.order_by("began_at", "pk"), took)
        ]  # fmt: skip

    def entries(self):
        about = Entry.objects.filter(declaration_id=self.row.pk) | Entry.objects.filter(visit_id__in=self.boxes)
        about = about.exclude(kind__startswith="customs-inspection-")
        return sorted(
            (each.happened_at, each.kind, str(self.place[each.visit_id]), self.names_its_box(each), each.audience,
             each.classifier, repr(sorted(self.payload(each).items())))
            for each in about
        )  # fmt: skip

    def names_its_box(self, entry):
        box = self.boxes.get(entry.visit_id)
        return entry.container_number == (box.container.number if box else "")

    def payload(self, entry):
        told = {name: self.plain(value) for name, value in entry.payload.items()}
        if entry.kind == "declaration-assigned":
            told["reason"] = bool(told["reason"])
        return told

    def way(self):
        """Its own steps, in the order in which a reader of the journal meets them."""
        own = Entry.objects.filter(declaration_id=self.row.pk).exclude(kind__startswith="customs-inspection-")
        return list(own.order_by("id").values_list("kind", "happened_at"))

    def plain(self, value):
        return "ITS NUMBER" if value == self.row.number else value


@pytest.mark.parametrize("name", sorted(STORIES))
def test_told_is_as_done_whenever_it_is_looked_at(name):
    for moment in range(11):
        story = until(STORIES[name], hours(moment))
        reported, own = ([reported_visit() for _ in range(1 + moment % 3)] for _ in range(2))
        taken = take_in(told(*reported, reference=reported[0].source_ref, **story))
        assert (taken.declarations, taken.known, taken.missing_visits, taken.left_out) == (1, 0, 0, 0)
        one = Declaration.objects.latest("pk")
        entries = Entry.objects.filter(source_ref__startswith=reported[0].source_ref)
        assert (entries.count(), set(entries.values_list("authority", flat=True))) == (taken.entries, {"reported"})
        assert Seen(one).all() == Seen(worked(own, story)).all(), moment


def test_the_number_is_of_the_series_and_of_the_year_of_drafting():
    first, second = reported_visit(), reported_visit()
    take_in(
        told(first, reference="D-2", drafted_at=hours(1) - timedelta(days=365)),
        told(second, reference="D-1", drafted_at=hours(0)),
    )
    numbers = list(Declaration.objects.order_by("drafted_at").values_list("number", flat=True))
    assert [number[:8] for number in numbers] == ["CD-2022-", "CD-2023-"]
    assert int(numbers[0][8:]) + 1 == int(numbers[1][8:])


def test_each_step_was_known_when_it_was_taken_but_not_after_the_telling():
    visit = reported_visit()
    take_in(told(visit, **RED), at=hours(4))
    late = Entry.objects.filter(happened_at__gt=hours(4))
    assert late.count() == 6
    assert set(late.values_list("recorded_at", flat=True)) == {hours(4)}
    early = Entry.objects.filter(happened_at__lte=hours(4))
    assert [entry.recorded_at for entry in early] == [entry.happened_at for entry in early]


def test_told_twice_it_is_known_and_stays_as_it_was():
    visit, other = reported_visit(), reported_visit()
    before, after = told(visit, **until(YELLOW, hours(2))), told(visit, **YELLOW)
    assert take_in(before, after, before) == TakenDeclarations(1, 2, 6, 0, 0)
    assert take_in(after, told(other, reference="D-2")) == TakenDeclarations(1, 1, 1, 0, 0)
    assert Declaration.objects.get(visits=visit).status == "documentary_check"
    assert DeclaredContainer.objects.count() == 2


def test_two_sources_may_use_one_reference():
    take_in(told(reported_visit()))
    taken = take_in(told(reported_visit(source="cousin")), source="cousin")
    assert (taken.declarations, taken.known) == (1, 0)


def test_a_visit_that_is_not_there_is_counted_and_the_rest_is_declared():
    visit = reported_visit()
    taken = take_in(told(visit, "CSQU3054383/X9014", **GREEN))
    assert (taken.declarations, taken.missing_visits, taken.left_out) == (1, 1, 0)
    assert [box.visit for box in DeclaredContainer.objects.all()] == [visit]
    assert set(Permission.objects.values_list("visit_id", flat=True)) == {visit.pk}


def test_without_any_visit_it_is_left_out_until_one_is_there():
    strangers = reported_visit(source="cousin")
    abroad = reported_visit(active=True, terminal=TerminalFactory(khorgos=True))
    lonely = told(strangers, abroad, **GREEN)
    assert take_in(lonely) == TakenDeclarations(0, 0, 0, 2, 1)
    assert not Declaration.objects.exists()
    strangers.source = "sister"
    strangers.save()
    assert take_in(lonely).declarations == 1


def test_a_visit_named_twice_is_declared_once():
    visit = reported_visit()
    take_in(told(visit, visit, **GREEN))
    assert (DeclaredContainer.objects.count(), Permission.objects.count()) == (1, 3)


def test_customs_decides_nothing_about_a_box_that_was_gone():
    gone = reported_visit(departed=True, departed_at=hours(2), arrived_at=hours(-9))
    left = reported_visit(departed=True, departed_at=hours(6), arrived_at=hours(-9))
    off = reported_visit(state="cancelled")
    here = reported_visit()
    take_in(told(gone, left, off, here, **RED))
    assert DeclaredContainer.objects.count() == 4
    assert set(Hold.objects.values_list("visit", "lifted_at")) == {(left.pk, hours(4)), (here.pk, hours(4))}
    assert set(Permission.objects.values_list("visit", flat=True)) == {here.pk}


def test_a_box_that_left_uninspected_left_with_its_hold():
    left = reported_visit(departed=True, departed_at=hours(3.5), arrived_at=hours(-9))
    take_in(told(left, **RED))
    hold = Hold.objects.get()
    assert (hold.lifted_at, hold.lifted_by) == (None, "")
    assert not Entry.objects.filter(kind="hold-lifted").exists()


def test_a_box_may_go_after_the_release_as_if_it_had_been_given_here():
    visit = reported_visit()

    def customs_blockers(at):
        return [each.code for each in what_stands_between(visit, Step.LOAD, at) if each.owner is Owner.CUSTOMS]

    take_in(told(visit, **until(RED, hours(3))))
    assert customs_blockers(hours(3)) == ["inspection-open", "answer-awaited"]
    take_in(told(visit, reference="D-2", **GREEN))
    Hold.objects.update(lifted_at=hours(4))
    assert [customs_blockers(hours(n)) for n in (5, 240)] == [[], ["permission-expired"]]


def test_what_is_still_to_be_looked_at_is_looked_at_here_and_let_go():
    take_in(told(reported_visit(), **until(RED, hours(3))))
    declaration = Declaration.objects.get()
    services.move(declaration, DeclarationStatus.INSPECTED, by=officer_of(declaration.office), at=hours(5))
    assert not Hold.objects.filter(lifted_at=None).exists()


def test_a_channel_that_is_not_given_yet_is_not_known():
    take_in(told(reported_visit(), submitted_at=hours(1), channel="red"))
    assert Declaration.objects.get().channel == ""


@pytest.mark.parametrize(
    ("slip", "refusal"),
    [({"office": "rail"}, NoSuchOffice), ({"declarant": "wheat"}, NoSuchParty), ({"broker": "wheat"}, NoSuchParty)],
)
def test_whom_nobody_knows_is_named_and_nothing_is_taken_in(slip, refusal):
    OfficeFactory(code="rail", terminal=TerminalFactory(khorgos=True))
    with pytest.raises(refusal) as refused:
        take_in(told(reported_visit()), told(reported_visit(), reference="D-2", **slip))
    assert refused.value.facts == {refused.value.code().removeprefix("no-such-"): next(iter(slip.values()))}
    assert not Declaration.objects.exists()


def test_without_a_broker_there_is_none():
    take_in(replace(told(reported_visit()), broker=""))
    assert Declaration.objects.get().broker is None


def test_released_and_rejected_at_once_is_refused_by_the_database():
    with pytest.raises(IntegrityError) as refused:
        take_in(told(reported_visit(), **GREEN, rejected_at=hours(4)))
    assert violated_constraint(refused.value) == "a_released_declaration_says_when"


def test_only_who_declares_decides_and_speaks_for_customs_may_tell():
    everything = ("customs.add_declaration", *OFFICERS_RIGHTS)
    for n, lacking in enumerate(("customs.add_declaration", "customs.change_declaration")):
        rights = [each for each in everything if each != lacking]
        with pytest.raises(NotYours):
            take_in(told(reported_visit()), by=Actor.person(staff(*rights, username=f"half-{n}")))
    no_customs = [each for each in everything if each != "containers.lift_customs_hold"]
    root = UserFactory(username="root", is_superuser=True)
    for person in (staff(*no_customs, username="clerk"), root):
        with pytest.raises(HoldBelongsTo):
            take_in(told(reported_visit()), by=Actor.person(person))
    with pytest.raises(NotYours):
        take_in(told(reported_visit()), by=Actor.program(PartyFactory(code="almaty-cotton"), "key"))
    assert take_in(told(reported_visit()), by=Actor.person(staff(*everything, username="li"))).declarations == 1


def test_nothing_told_is_nothing_taken_in():
    assert take_in() == TakenDeclarations(0, 0, 0, 0, 0)
