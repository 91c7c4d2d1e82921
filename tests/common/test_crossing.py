"""Two changes that wait for each other: PostgreSQL breaks one off, which is told to ask again instead of a fault."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from apps.common.api.problems import problem_response
from apps.common.locks import crossed
from apps.network.models import Terminal
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db(transaction=True)


def lock(row: Terminal) -> None:
    Terminal.objects.select_for_update().get(pk=row.pk)


def test_who_is_broken_off_is_told_to_ask_again_and_the_other_goes_through():
    rows = TerminalFactory(code="one"), TerminalFactory(code="two")
    meet, ended = threading.Barrier(2, timeout=20), []

    def change(first: Terminal, second: Terminal) -> None:
        try:
            with transaction.atomic():
                lock(first)
                meet.wait()
                lock(second)
            ended.append(None)
        except OperationalError as error:
            ended.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=each) for each in (rows, rows[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (error,) = [each for each in ended if each is not None]
    assert crossed(error)
    answer = problem_response(error, {})
    assert (answer.status_code, answer.data["code"], answer.headers["Retry-After"]) == (409, "crossed-another", "1")


def test_another_fault_of_the_database_stays_a_fault():
    assert problem_response(OperationalError("the disk is full"), {}) is None
