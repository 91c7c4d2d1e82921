"""Every admin page opens for whoever may see it and for nobody else; a row's page asks a fixed number of questions."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from apps.alerts.models import (
    Alert,
    Escalation,
    Hook,
    HookMessage,
    Inhibition,
    Rule,
    Silence,
    Subscription,
    Watch,
)
from apps.common.ids import uuid7
from apps.common.models import Attachment
from apps.containers.models import Consignment, Damage, Hazard, Seal, Temperature, Weight
from apps.containers.services import NewDamage, NewHazard, NewSeal, NewTemperature, NewWeight, note
from apps.customs.models import ExpectedMinutes, OfficeClosure, Officer, RegimeTerms, RiskRule
from apps.customs.services import duty, smuggling
from apps.gate.models import GateClosure, GateRules
from apps.journal.models import Entry
from apps.journal.services import record
from apps.network.models import Corridor
from apps.notices.models import Heartbeat, RefusedAddress, TaskTally
from apps.parties.actors import Actor
from apps.parties.models import ApiAccess, ApiClient, PartyKey, User
from apps.reports.models import DailyThroughput
from apps.sandbox.services import open_sandbox
from apps.tracking.models import FlowImport
from apps.trains.models import GaugeTransfer, LoadingRuleSet, TrackStay, TrainService, Wagon, WagonLoad
from apps.warehouse.services.stock import Counted, count_stock
from apps.webhooks import services as webhooks
from apps.webhooks.models import Attempt
from apps.yard import services as yard
from apps.yard.models import Downtime, HeldCell, SegregationTable, Standing
from apps.yard.services import counting
from terminal.damages import Harm, Severity, Side
from terminal.reefers import Reading
from terminal.seals import SealOwner
from terminal.weights import Weighing
from terminal.work import Work
from tests.factories.alerts import AlertFactory
from tests.factories.authority import AuthorityFactory, say, word
from tests.factories.billing import calendar_2025, everything_billed, tariff, version
from tests.factories.bonded import a_run
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.cargo import OrderFactory, declared, stocked
from tests.factories.containers import (
    ContainerFactory,
    HoldFactory,
    PermissionFactory,
    PermissionRuleFactory,
    ReferenceFactory,
    StopRuleFactory,
    VisitFactory,
    VisitRoleFactory,
)
from tests.factories.customs import OfficeFactory, a_stop_of_goods, an_inspection, officer_of, submitted
from tests.factories.declaring import guarantee, named
from tests.factories.edi import PartnerFactory, sample, take
from tests.factories.gate import QuotaFactory, a_truck_with_everything, order_for, pin_for, released_box
from tests.factories.journal import crossing, may
from tests.factories.network import PlaceFactory, TerminalFactory
from tests.factories.notices import NoticeFactory
from tests.factories.parties import PartyFactory, RoleFactory, UserFactory, staff
from tests.factories.places import book_places, bookable_train
from tests.factories.ships import ShipCallFactory, StowageLineFactory
from tests.factories.trains import TrackFactory, TrainVisitFactory
from tests.factories.warehouse import (
    ClosureFactory,
    DockDoorFactory,
    DockDurationFactory,
    ZoneFactory,
    book,
    book_again,
    book_door,
)
from tests.factories.webhooks import webhook_of
from tests.factories.yard import BlockClosureFactory, BlockFactory, EquipmentFactory

OURS = [model for model in admin.site._registry if model.__module__.startswith("apps.")]
MOST_QUERIES = 30
"""On any row's page, menu, rights, related rows and timeline included."""

MANY_TABLES = {"containers_visit": 45}
"""Pages that show ten tables and more: a visit with its stops, parties and all that is noted of its box."""


def names(model):
    return f"{model._meta.app_label}_{model._meta.model_name}"


def a_smuggling_case():
    """A case that the superuser may read because they are an officer of the branch, and for no other reason."""
    patrol = OfficeFactory(anti_smuggling=True)
    for each in User.objects.filter(is_superuser=True):
        Officer.objects.create(user=each, office=patrol)
    officer = officer_of(patrol, "officer-of-patrol")
    return smuggling.open_case(patrol, title="cigarettes", by=officer, at=MARCH_14, visits=[VisitFactory()])


def a_message():
    declaration = submitted()
    say(word(declaration, "registered", 1, MARCH_14), MARCH_14)
    return declaration.messages.get()


def a_tally_report():
    ship = a_ship_with_lists(8)
    VisitFactory(arrival_call=ship.call, active=True, unannounced=True, advised_at=timezone.now())
    return duty.make_tally_report(ship.call, by=Actor.itself("test"), at=timezone.now())


@pytest.fixture
def superuser(db):
    return UserFactory(is_staff=True, is_superuser=True)


def boxes_on_a_train(n):
    train = TrainVisitFactory(consist_received_at=timezone.now())
    TrackStay.objects.create(track=TrackFactory(), train=train, from_m=0, to_m=800, since=timezone.now())
    for place in range(1, n + 1):
        wagon = Wagon.objects.create(train=train, sequence=place, scheme="CN7", number=f"{5270000 + place}")
        WagonLoad.objects.create(wagon=wagon, visit=VisitFactory(in_yard=True, arrival_call=train.call), leg="arriving")
    return train


def a_gauge_change():
    train = boxes_on_a_train(1)
    load = WagonLoad.objects.get()
    onto = Wagon.objects.create(train=train, sequence=2, scheme="CIS8", number="24548885")
    return GaugeTransfer.objects.create(
        visit=load.visit, wagon_out=load.wagon, wagon_in=onto, transferred_at=timezone.now(), transferred_by="test"
    )


def a_ship_with_lists(n=8):
    ship = ShipCallFactory(working=True)
    StowageLineFactory.create_batch(n, ship=ship, state="done", done_at=timezone.now())
    for to_load in (False, True):
        StowageLineFactory.create_batch(n, ship=ship, to_load=to_load)
    return ship


def a_box_with_everything():
    visit = VisitFactory(in_yard=True, arrival_call=CallFactory(arrived=True), departure_call=CallFactory())
    for _ in range(3):
        HoldFactory(visit=visit)
        PermissionFactory(visit=visit)
        ReferenceFactory(visit=visit)
        VisitRoleFactory(visit=visit)
        record(crossing(visit.terminal, may(4), visit_id=visit.pk, container_number=visit.container.number))
    return visit


def a_dock_appointment():
    door = DockDoorFactory()
    DockDurationFactory(terminal=door.terminal)
    return book_door(door.terminal)


def a_booking():
    at = timezone.now()
    return book(ZoneFactory(), 300, at + timedelta(days=1), at + timedelta(days=2), at=at)


def a_stock_count():
    lot, at = stocked(), timezone.now()
    figure = Counted(lot=lot, packages=99, reason="torn")
    return count_stock(lot.zone, [figure], began_at=at, by=Actor.itself("test"), at=at)


def a_rule(metric=Rule.Metric.YARD_TEU):
    return Rule.objects.create(terminal=TerminalFactory(), metric=metric)


def a_hook():
    return Hook.objects.create(terminal=TerminalFactory(), url="https://desk.example/alerts", secret="sealed")


def an_entry():
    record(crossing(TerminalFactory(), may(4)))
    return Entry.objects.get()


def a_standing():
    visit = VisitFactory(in_yard=True)
    block = BlockFactory(terminal=visit.terminal)
    yard.place(visit, block, 1, 1, 1, by=Actor.itself("test"), at=timezone.now())
    return Standing.objects.get()


def an_order():
    standing = a_standing()
    new = yard.NewOrder(kind=Work.SHIFT, visit=standing.visit, reason="order in the yard")
    return yard.plan_orders([new], by=Actor.itself("test"), at=timezone.now())[0]


def a_held_cell():
    order = an_order()
    yard.hand_out(order, equipment=EquipmentFactory(), by=Actor.itself("test"), at=timezone.now())
    return HeldCell.objects.get()


def a_case():
    standing = a_standing()
    by, at = Actor.itself("test"), timezone.now()
    count = counting.start_count(standing.block, by=by, at=at)
    counting.note_seen(count, [counting.Seen(1, 1, 1)], by=by, at=at)
    return counting.close_count(count, by=by, at=at)[0]


def an_import():
    terminal = TerminalFactory()
    file = Attachment.objects.create(name="flow.csv", media_type="text/csv", size_bytes=1, sha256="0" * 64)
    facts = {"stays": 3, "added": 2, "already_known": 1, "imported_at": timezone.now(), "imported_by": "user:wang"}
    return FlowImport.objects.create(terminal=terminal, file=file, source="flow:cnlyg", **facts)


def a_note(model):
    """One note of a kind, on a box that has one of each."""
    visit = VisitFactory(in_yard=True, container=ContainerFactory(size_type="45R1"))
    said = [
        NewSeal(visit=visit, number="CN1", owner=SealOwner.CUSTOMS),
        NewWeight(visit=visit, gross_kg=23_000, how=Weighing.WEIGHBRIDGE),
        NewHazard(visit=visit, un_number="1203", imdg_class="3"),
        NewTemperature(visit=visit, celsius=Decimal(-18), reading=Reading.SET_POINT),
        NewDamage(visit=visit, side=Side.DOORS, harm=Harm.DENT, severity=Severity.MINOR),
    ]
    note(said, by=Actor.itself("test"), at=timezone.now())
    return model.objects.order_by("pk").last()


def a_webhook():
    return webhook_of(PartyFactory(), "https://93.184.216.34/hook")[0]


def a_webhook_delivery():
    delivery = webhooks.test_webhook(a_webhook(), by=Actor.itself("test"), at=timezone.now())
    Attempt.objects.create(delivery=delivery, at=timezone.now(), took_ms=5000, answer="no answer in time")
    return delivery


def a_corridor():
    """From Almaty to the sea, in two legs."""
    corridor = Corridor.objects.create(code="short", name="Short way")
    for sequence, (start, end) in enumerate([("KZALA", "KZHOR"), ("KZHOR", "CNLYG")]):
        corridor.legs.create(
            sequence=sequence, start=start, end=end, mode="rail", km=1, hours_least=1, hours_most=2, usd_per_teu=1
        )
    return corridor


ROWS = {
    "network_terminal": TerminalFactory,
    "network_place": PlaceFactory,
    "network_corridor": a_corridor,
    "parties_user": lambda: staff("calls.view_call", username="wang"),
    "parties_party": PartyFactory,
    "parties_role": lambda: RoleFactory(rights=["calls.view_call"]),
    "parties_partykey": lambda: PartyKey.objects.create_key(
        name="desk", party=PartyFactory(), terminal=TerminalFactory()
    )[0],
    "parties_apiclient": lambda: ApiClient.objects.create(
        name="desk", party=PartyFactory(), terminal=TerminalFactory(), client_type="confidential",
        authorization_grant_type="client-credentials",
    ),
    "parties_apiaccess": lambda: ApiAccess.objects.create(
        public_id=uuid7(), terminal=TerminalFactory(), party=PartyFactory(), credential="key:ifg7CJGg",
        at=timezone.now(), method="GET", path="/api/v1/warehouse/zones/", status=200, took_ms=12,
    ),
    "edi_partner": PartnerFactory,
    "edi_interchange": lambda: take(sample("codeco_gate_in")),
    "sandbox_stage": open_sandbox,
    "webhooks_webhook": a_webhook,
    "webhooks_delivery": a_webhook_delivery,
    "notices_notice": NoticeFactory,
    "notices_tasktally": lambda: TaskTally.objects.create(
        task="apps.notices.tasks.beat_heart", runs=3, failures=1, seconds=1.5, last_ended_at=timezone.now()
    ),
    "notices_heartbeat": lambda: Heartbeat.objects.create(process="worker", seen_at=timezone.now()),
    "calls_call": lambda: CallFactory(ready=True),
    "containers_visit": a_box_with_everything,
    "containers_hold": HoldFactory,
    "containers_seal": lambda: a_note(Seal),
    "containers_weight": lambda: a_note(Weight),
    "containers_hazard": lambda: a_note(Hazard),
    "containers_temperature": lambda: a_note(Temperature),
    "containers_damage": lambda: a_note(Damage),
    "containers_permission": PermissionFactory,
    "containers_permissionrule": PermissionRuleFactory,
    "containers_stoprule": StopRuleFactory,
    "containers_consignment": lambda: Consignment.objects.create(terminal=TerminalFactory(), description="cotton yarn"),
    "yard_block": BlockFactory,
    "yard_standing": a_standing,
    "yard_blockclosure": BlockClosureFactory,
    "yard_equipment": EquipmentFactory,
    "yard_downtime": lambda: Downtime.objects.create(
        equipment=EquipmentFactory(), since=timezone.now(), reason="inspection"
    ),
    "yard_workorder": an_order,
    "yard_heldcell": a_held_cell,
    "yard_count": lambda: a_case().count,
    "yard_discrepancy": a_case,
    "yard_segregationtable": lambda: SegregationTable.objects.create(name="IMDG 41-22", valid_from="2023-01-01"),
    "tracking_flowimport": an_import,
    "containers_container": lambda: VisitFactory(in_yard=True).container,
    "trains_trainvisit": lambda: boxes_on_a_train(8),
    "trains_slotbooking": lambda: book_places(bookable_train(KZALA=4), 2),
    "trains_trainquota": lambda: bookable_train(KZALA=4).quotas.last(),
    "trains_loadingruleset": lambda: LoadingRuleSet.objects.create(name="China–Europe block trains"),
    "trains_track": TrackFactory,
    "trains_trainservice": lambda: TrainService.objects.create(terminal=TerminalFactory(), code="X9014", name="Almaty"),
    "trains_trackstay": lambda: boxes_on_a_train(1).stays.get(),
    "trains_gaugetransfer": a_gauge_change,
    "trains_wagon": lambda: boxes_on_a_train(1).wagons.get(),
    "ships_shipcall": a_ship_with_lists,
    "ships_stowageline": lambda: StowageLineFactory(),
    "warehouse_booking": a_booking,
    "warehouse_bondedentry": lambda: a_run().entry,
    "warehouse_zone": lambda: a_booking().zone,
    "warehouse_cargoorder": lambda: declared(OrderFactory()).order,
    "warehouse_lot": stocked,
    "warehouse_stockcount": a_stock_count,
    "warehouse_closure": ClosureFactory,
    "warehouse_dockdoor": DockDoorFactory,
    "warehouse_dockduration": DockDurationFactory,
    "warehouse_dockappointment": a_dock_appointment,
    "warehouse_bookingseries": book_again,
    "billing_calendaryear": calendar_2025,
    "billing_tariff": tariff,
    "billing_tariffversion": version,
    "billing_storageaccount": lambda: everything_billed().account,
    "billing_pause": lambda: everything_billed().account.visit.pauses.get(),
    "billing_chargeline": everything_billed,
    "billing_invoice": lambda: everything_billed().invoice,
    "billing_payment": lambda: everything_billed().invoice.allocations.get().payment,
    "billing_creditnote": lambda: everything_billed().invoice.credit_notes.get(),
    "billing_dispute": lambda: everything_billed().disputes.get(),
    "billing_statement": lambda: everything_billed().statement,
    "customs_case": a_smuggling_case,
    "customs_authority": AuthorityFactory,
    "customs_authoritymessage": a_message,
    "customs_dutyreport": a_tally_report,
    "customs_declaration": lambda: submitted(boxes=4),
    "customs_inspection": an_inspection,
    "customs_goodsstop": a_stop_of_goods,
    "customs_office": lambda: submitted().office,
    "customs_riskrule": lambda: RiskRule.objects.create(terminal=TerminalFactory(), name="textiles", channel="yellow"),
    "customs_expectedminutes": lambda: ExpectedMinutes.objects.create(
        terminal=TerminalFactory(), regime="import", channel="red", minutes=240
    ),
    "customs_officeclosure": lambda: OfficeClosure.objects.create(
        terminal=TerminalFactory(), first_on="2026-05-01", last_on="2026-05-05", reason="Labour Day"
    ),
    "customs_guarantee": guarantee,
    "customs_mandate": named,
    "customs_regimeterms": lambda: RegimeTerms.objects.create(
        terminal=TerminalFactory(), regime="transit", guarantee_percent=30
    ),
    "gate_appointment": a_truck_with_everything,
    "gate_appointmentbox": lambda: a_truck_with_everything().boxes.first(),
    "gate_inspection": lambda: a_truck_with_everything().boxes.first().inspections.get(),
    "gate_troublecase": lambda: a_truck_with_everything().troubles.first(),
    "gate_deliveryorder": lambda: order_for(released_box()),
    "gate_releasepin": lambda: pin_for(released_box())[0],
    "gate_gatehour": lambda: a_truck_with_everything().terminal.gate_hours.get(),
    "gate_weeklyquota": QuotaFactory,
    "gate_gaterules": lambda: GateRules.objects.create(terminal=TerminalFactory()),
    "gate_gateclosure": lambda: GateClosure.objects.create(
        terminal=TerminalFactory(), start_at=timezone.now(), end_at=timezone.now() + timedelta(days=1), reason="storm"
    ),
    "journal_entry": an_entry,
    "reports_dailythroughput": lambda: DailyThroughput.objects.create(
        terminal=TerminalFactory(), on="2026-05-04", counted_at=timezone.now()
    ),
    "notices_refusedaddress": lambda: RefusedAddress.objects.create(
        address="gone@terminal.example", since=timezone.now(), last_at=timezone.now()
    ),
    "alerts_rule": a_rule,
    "alerts_watch": lambda: Watch.objects.create(rule=a_rule(), since=timezone.now(), observed_at=timezone.now()),
    "alerts_alert": lambda: Alert.objects.create(
        rule=a_rule(), opened_at=timezone.now(), reading=4200, capacity=4936, peak=4300
    ),
    "alerts_silence": lambda: Silence.objects.create(
        terminal=TerminalFactory(), start_at=timezone.now(), end_at=timezone.now() + timedelta(hours=1), reason="works"
    ),
    "alerts_inhibition": lambda: Inhibition.objects.create(
        terminal=TerminalFactory(), by=a_rule(), rule=a_rule(metric=Rule.Metric.TRAIN_PLACES)
    ),
    "alerts_escalation": lambda: Escalation.objects.create(user=UserFactory(), terminal=TerminalFactory()),
    "alerts_hook": a_hook,
    "alerts_hookmessage": lambda: HookMessage.objects.create(
        hook=a_hook(), alert=AlertFactory(), body={}, created_at=timezone.now(), next_attempt_at=timezone.now()
    ),
    "alerts_subscription": lambda: Subscription.objects.create(
        user=UserFactory(), terminal=TerminalFactory(), what="digest"
    ),
}  # fmt: skip


def test_there_is_a_row_for_every_page():
    assert {names(model) for model in OURS} <= set(ROWS)


@pytest.mark.parametrize("model", OURS, ids=names)
def test_a_rows_page_opens_with_few_queries(client, superuser, django_assert_max_num_queries, model):
    row = ROWS[names(model)]()
    client.force_login(superuser)
    address = reverse(f"admin:{names(model)}_change", args=[row.pk])
    client.get(address)
    with django_assert_max_num_queries(MANY_TABLES.get(names(model), MOST_QUERIES)):
        page = client.get(address)
    assert page.status_code == 200, page.headers.get("location")


@pytest.mark.parametrize("n", [2, 12])
def test_a_trains_page_asks_no_more_for_a_long_train(client, superuser, django_assert_max_num_queries, n):
    train = boxes_on_a_train(n)
    client.force_login(superuser)
    with django_assert_max_num_queries(14):
        page = client.get(reverse("admin:trains_trainvisit_change", args=[train.pk]))
    assert page.content.decode().count("527000") + page.content.decode().count("527001") >= n


@pytest.mark.parametrize("n", [2, 12])
def test_a_ships_page_asks_no_more_for_long_lists(client, superuser, django_assert_max_num_queries, n):
    ship = a_ship_with_lists(n)
    client.force_login(superuser)
    with django_assert_max_num_queries(22):
        page = client.get(reverse("admin:ships_shipcall_change", args=[ship.pk]))
    assert page.content.decode().count("✓ ") >= min(n, 8)  # a page of the lists shows twenty lines


def test_where_nothing_can_be_changed_there_is_no_field_to_type_in(client, superuser):
    client.force_login(superuser)
    page = client.get(reverse("admin:containers_visit_change", args=[a_box_with_everything().pk])).content.decode()
    form = page[page.index('id="visit_form"') : page.index('id="timeline"')]
    typed = [tag for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", form) if 'type="hidden"' not in tag]
    assert typed == []


def test_the_timeline_tells_what_happened_when_and_who(client, superuser):
    visit = a_box_with_everything()
    client.force_login(superuser)
    page = client.get(reverse("admin:containers_visit_change", args=[visit.pk]))
    (first, *_others) = page.context["happenings"]
    assert (first.who, first.overtaken) == ("wang", False)
    assert first.what
    assert "2026-05-04 12:00" in page.content.decode()


@pytest.mark.parametrize("model", OURS, ids=names)
def test_the_list_opens(client, superuser, lyg, model):
    client.force_login(superuser)
    assert client.get(reverse(f"admin:{names(model)}_changelist")).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=names)
def test_the_list_is_closed_to_a_person_without_a_role(client, db, model):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(reverse(f"admin:{names(model)}_changelist")).status_code == 403


@pytest.mark.parametrize("model", OURS, ids=names)
def test_search_finds_nothing_but_does_not_fail(client, superuser, lyg, model):
    client.force_login(superuser)
    assert client.get(reverse(f"admin:{names(model)}_changelist"), {"q": "CSQU305"}).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=names)
def test_the_form_for_a_new_row_opens_where_rows_are_added_by_hand(client, superuser, lyg, model):
    client.force_login(superuser)
    by_hand = admin.site._registry[model].has_add_permission(_request(superuser))
    assert client.get(reverse(f"admin:{names(model)}_add")).status_code == (200 if by_hand else 403)


def test_the_front_page_opens(client, superuser, lyg):
    client.force_login(superuser)
    page = client.get(reverse("admin:index"))
    assert page.status_code == 200
    assert "demo-banner" in page.content.decode()


def test_the_menu_leads_to_every_list_it_names(superuser):
    menu = settings.UNFOLD["SIDEBAR"]["navigation"](_request(superuser))
    named = {item["link"] for group in menu for item in group["items"]}
    known = {reverse(f"admin:{names(model)}_changelist") for model in OURS}
    entries = import_string("config.settings.unfold.MENU")
    pages = {[*target.split("@"), ""][1] for _title, _folded, items in entries for _name, target, _icon in items} - {""}
    assert named <= known | {reverse(page) for page in pages}
    assert len(named) == sum(len(items) for _title, _folded, items in entries)


def test_the_menu_of_a_person_without_a_role_is_empty(db):
    assert settings.UNFOLD["SIDEBAR"]["navigation"](_request(UserFactory())) == []


def _request(user):
    request = RequestFactory().get("/")
    request.user = user
    return request
