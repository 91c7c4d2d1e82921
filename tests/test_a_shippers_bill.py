"""A shipper's program from the first question to the bill it computes again, with nothing but the API and the document.

The terminal's side (confirming, working, charging) is its services; everything the shipper does is a request.
"""

import json
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from apps.billing import services as billing
from apps.parties.actors import Actor
from apps.warehouse import services as warehouse
from apps.warehouse.models import Booking, CargoOrder, DockAppointment, Lot
from apps.warehouse.services import docks, orders, stock
from terminal.readiness import Step
from terminal.stock import CustomsStatus
from tests.factories.api import program
from tests.factories.billing import grounded, tariff, version
from tests.factories.containers import PermissionRuleFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import DockDoorFactory, DockDurationFactory, ZoneFactory

API = "/api/v1"
BY = Actor.itself("test")
BOX = "CSQU3054383"
COTTON = {
    "goods": "Cotton yarn",
    "packages": 100,
    "package_kind": "bale",
    "gross_kg": "12000.000",
    "volume_m3": "30.000",
    "hs_code": "520512",
    "origin": "KZ",
    "customs_status": "free",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(lyg):
    """Now, on the site's clock."""
    return timezone.now().astimezone(lyg.zone)


@pytest.fixture
def site(lyg, at):
    """A zone that confirms at once, a door, a tariff of this year, and a box that has stood for ten days."""
    zone = ZoneFactory(code="cfs", name="Unpacking", kind="consolidation", confirms_at_once=True)
    DockDoorFactory(zone=zone, code="D10")
    DockDurationFactory()
    PermissionRuleFactory(terminal=lyg, step=Step.STRIP.value, regime="import", direction="inbound", required=False)
    years = {"valid_from": date(at.year - 1, 1, 1), "valid_until": date(at.year + 1, 12, 31)}
    version("now", of=tariff(), **years)
    payer = PartyFactory(code="almaty-cotton", name="Almaty Cotton")
    grounded(at - timedelta(days=10), BOX, payer=payer, gross_kg=14_300)
    return lyg


def answered(response, status):
    assert response.status_code == status, response.content
    return response.json()


def tomorrow_at(at, hour):
    return datetime.combine(at.date() + timedelta(days=1), time(hour), at.tzinfo).isoformat()


def test_a_shipper_books_unpacks_withdraws_is_billed_and_computes_its_bill_again(site, at, tmp_path):
    shipper = program("almaty-cotton")

    # What will it cost, and is there room?
    stay = {"start_at": tomorrow_at(at, 0), "end_at": tomorrow_at(at, 23)}
    asked = {"area": [{"zone_kind": "consolidation", "area_m2": "60.00", **stay}]}
    quote = answered(shipper.post(f"{API}/quotes/", asked), 200)
    assert (quote["net"], quote["currency"]) == ("54.00", "CNY")
    room = f"{API}/warehouse/availability/?zone=cfs&area_m2=60&start={stay['start_at']}&end={stay['end_at']}"
    assert answered(shipper.get(room.replace("+", "%2B")), 200)["fits"]

    # It books from now on, changes its mind, and has a door.
    wish = {"zone": "cfs", "area_m2": "60.00", "start_at": at.isoformat(), "end_at": tomorrow_at(at, 23)}
    booked = shipper.post(f"{API}/warehouse/bookings/", {**wish, "work": "strip", "container": BOX})
    booking = answered(booked, 201)
    assert booking["status"] == "confirmed"
    changed = answered(shipper.patch(booked["Location"], {"area_m2": "40.00"}), 200)
    assert changed["area_m2"] == "40.00"
    door = {"work": "strip", "start_at": tomorrow_at(at, 8), "zone": "cfs", "booking": booking["id"], "container": BOX}
    appointment = answered(shipper.post(f"{API}/warehouse/dock-appointments/", door), 201)
    assert (appointment["status"], appointment["door"]) == ("booked", "D10")

    # It has the box unpacked; a packing list that does not add up is refused first.
    order = {"kind": "strip", "container": BOX, "zone": "cfs", "lots": [COTTON], "booking": booking["id"]}
    orders_at = f"{API}/warehouse/cargo-orders/"
    wrong = answered(shipper.post(orders_at, {**order, "totals": {"packages": 99}}), 422)
    assert "99" in json.dumps(wrong)
    placed = shipper.post(orders_at, {**order, "totals": {"packages": 100}})
    assert answered(placed, 201)["status"] == "requested"
    unpack(CargoOrder.objects.get(), counted=98)
    done = answered(shipper.get(placed["Location"]), 200)
    tally = answered(shipper.get(f"{placed['Location']}tally/"), 200)
    assert (done["status"], tally["rows"][0]["difference"]["packages"]) == ("done", -2)

    # Its goods are in stock, and some are handed out.
    (lot,) = answered(shipper.get(f"{API}/warehouse/stock/"), 200)["results"]
    assert lot["packages"] == 98
    asked = shipper.post(f"{API}/warehouse/stock/{lot['id']}/withdraw/", {"packages": 40})
    assert answered(asked, 201)["kind"] == "withdraw"
    assert answered(shipper.post(f"{API}/warehouse/stock/{lot['id']}/withdraw/", {"packages": 59}), 409)["free"] == 58
    hand_out(CargoOrder.objects.get(kind="withdraw"))
    (lot,) = answered(shipper.get(f"{API}/warehouse/stock/"), 200)["results"]
    assert lot["packages"] == 58

    # The goods go, the month ends, and the bill comes.
    over = end_everything()
    emptied = answered(shipper.get(f"{API}/containers/{BOX}/charges/"), 200)
    assert (emptied["lines"], emptied["dates"]["last_free_on"]) == ([], None)
    (paper,) = answered(shipper.get(f"{API}/invoices/"), 200)["results"]
    (statement,) = answered(shipper.get(f"{API}/statements/"), 200)["results"]
    document = answered(shipper.get(f"{API}/statements/{statement['id']}/"), 200)
    units = sorted(line["unit"] for line in document["lines"])
    assert units == ["m2_day", "package", "package", "teu_day"]
    assert document["gross"] == statement["gross"] == paper["gross"]
    assert over > at

    # It computes the bill again, and finds out when a cent of it was changed.
    assert recomputed(document, tmp_path).returncode == 0
    line = next(line for line in document["lines"] if line["unit"] == "teu_day")
    line["amount"] = "0.01"
    broken = recomputed(document, tmp_path)
    assert (broken.returncode, "/amount" in broken.stdout) == (1, True)


def unpack(order, *, counted):
    """The terminal takes the order on, counts, and the goods are stock."""
    orders.accept_order(order, by=BY, at=timezone.now())
    orders.start_order(order, gang="gang 3", gang_size=4, by=BY, at=timezone.now())
    counts = [orders.LineCount(line=line, packages=counted) for line in order.lines.all()]
    orders.count_lines(order, counts, by=BY, at=timezone.now())
    orders.finish_unpacking(order, by=BY, at=timezone.now())


def hand_out(order):
    """The terminal takes the order on; the goods leave when customs have released them, and not before."""
    orders.accept_order(order, by=BY, at=timezone.now())
    orders.start_order(order, by=BY, at=timezone.now())
    with pytest.raises(stock.CustomsHasNotReleased):
        orders.finish_withdrawal(order, by=BY, at=timezone.now())
    stock.release_lot(Lot.objects.get(), CustomsStatus.FREE, reference="REL-1", by=BY, at=timezone.now())
    orders.finish_withdrawal(order, by=BY, at=timezone.now())


def end_everything():
    """The booking is over, what is due is charged, invoiced, and stated when the month has ended. That moment."""
    booking, at = Booking.objects.select_related("zone__terminal", "terminal", "party").get(), timezone.now()
    warehouse.check_in(booking, by=BY, at=at)
    warehouse.complete(booking, by=BY, at=at + timedelta(minutes=1))
    docks.cancel_dock(DockAppointment.objects.get(), by=BY, at=at)
    later, lyg = at + timedelta(hours=1), booking.terminal
    billing.open_accounts(lyg, at=later)
    billing.charge_departed(lyg, at=later)
    billing.charge_bookings(lyg, at=later)
    billing.charge_goods(lyg, at=later)
    billing.invoice_parties(terminal=lyg, by=BY, at=later)
    over = (later.astimezone(lyg.zone).replace(day=1) + timedelta(days=32)).replace(day=1)
    billing.state_months(lyg, month=later.astimezone(lyg.zone).date(), by=BY, at=over)
    return over


def recomputed(document, tmp_path):
    """What the script in the repository says of the document, run as its payer would, without database or settings."""
    file = Path(tmp_path, "statement.json")
    file.write_text(json.dumps(document))
    command = [sys.executable, "-m", "terminal.charges", str(file)]
    root = Path(__file__).resolve().parents[1]
    return subprocess.run(command, cwd=root, env={}, capture_output=True, text=True, check=False)
