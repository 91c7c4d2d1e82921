"""What people read aloud is found, by those who may see it."""

import pytest
from django.utils import timezone

from apps.tracking.finding import find
from apps.trains.models import Wagon
from tests.factories.calls import CallFactory
from tests.factories.containers import ReferenceFactory, VisitFactory, container_number
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.trains import TrainVisitFactory

RIGHTS = ("containers.view_visit", "calls.view_call", "trains.view_wagon")


@pytest.fixture
def reader(lyg):
    return staff(*RIGHTS, username="reader")


@pytest.fixture
def box(lyg):
    return VisitFactory(in_yard=True, container__number=container_number(305438, "CSQ"))


def names(user, term):
    return [hit.name for group in find(user, term, timezone.now()) for hit in group.hits]


@pytest.mark.parametrize("term", ["CSQU305", "csqu 305438-3", "4383", "054383", "305438", "3054383"])
def test_a_container_is_found_by_its_beginning_or_its_last_digits(reader, box, term):
    VisitFactory(in_yard=True)
    assert names(reader, term) == ["CSQU3054383"]


def test_digits_find_boxes_that_are_here_or_to_come_only(reader, lyg):
    VisitFactory(departed=True, container__number=container_number(305438, "CSQ"))
    assert names(reader, "4383") == []
    assert names(reader, "CSQU3054383") == ["CSQU3054383"]


def test_a_paper_a_seal_a_wagon_and_a_truck_are_found(reader, box):
    ReferenceFactory(visit=box, value="BK77001")
    box.seals.create(number="CN123456", owner="customs", act="affixed", noted_at=timezone.now(), noted_by="test")
    train = TrainVisitFactory(call__arrived=True)
    Wagon.objects.create(train=train, sequence=1, scheme="CN7", number="5270001")
    CallFactory(truck=True, number="苏G12345")
    assert names(reader, "bk77001") == ["booking BK77001"]
    assert names(reader, "cn 123456") == ["CN123456 (customs)"]
    assert names(reader, "CN123") == ["CN123456 (customs)"]
    assert "5270001" in names(reader, "52700")
    assert names(reader, "苏G12345") == ["苏G12345"]


def test_what_a_reader_may_not_see_is_not_found(box, lyg):
    ReferenceFactory(visit=box, value="BK77001")
    CallFactory(number="CSQU305")
    assert names(staff("calls.view_call", username="gate"), "CSQU305") == ["CSQU305"]
    there = staff(*RIGHTS, username="there", terminal=TerminalFactory(khorgos=True))
    assert names(there, "CSQU305") == names(there, "BK77001") == names(there, "4383") == []


@pytest.mark.parametrize("term", ["", "CS", "%%%", "'; --", "\x00abc", "٣٤٥٦", "x" * 60])
def test_whatever_is_typed_is_answered(client, reader, box, term):
    client.force_login(reader)
    assert client.get("/admin/find/", {"q": term}).status_code == 200


def test_the_page_links_each_hit_in_a_fixed_number_of_queries(client, reader, box, django_assert_max_num_queries):
    client.force_login(reader)
    for _ in range(3):
        ReferenceFactory(visit=VisitFactory(in_yard=True), value="BK77001")
    with django_assert_max_num_queries(14):
        page = client.get("/admin/find/", {"q": "BK77001"}).content.decode()
    assert page.count("/admin/containers/visit/") >= 3


def test_without_any_right_there_is_no_page(client, lyg):
    client.force_login(staff("yard.view_block", username="nobody"))
    assert client.get("/admin/find/").status_code == 403
