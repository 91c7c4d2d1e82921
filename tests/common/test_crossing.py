"""Two changes that wait for each other: PostgreSQL breaks one off, which is told to ask again instead of a fault."""

import threading
from types import SimpleNamespace

import pytest
from django.contrib import messages
from django.db import OperationalError, connection, transaction

from apps.common.admin.acting import Act, Acting, _each
from apps.common.api.problems import problem_response
from apps.common.locks import crossed
from apps.network.models import Terminal
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db(transaction=True)


def lock(row: Terminal) -> None:
    Terminal.objects.select_for_update().get(pk=row.pk)


@pytest.fixture
def broken_off() -> OperationalError:
    """What PostgreSQL says to one of two that waited for each other; the other went through."""
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
    return error


def test_who_is_broken_off_is_told_to_ask_again(broken_off):
    assert crossed(broken_off)
    answer = problem_response(broken_off, {})
    assert (answer.status_code, answer.data["code"], answer.headers["Retry-After"]) == (409, "crossed-another", "1")


class Page(Acting):
    """A page whose one action meets a fault."""

    def __init__(self):
        self.said = []

    def terminal_of(self, row):
        return None

    def message_user(self, request, text, level):
        self.said.append((level, text))


def carry_out(error: Exception) -> list[tuple[int, str]]:
    def step(page, row, *, by, at):
        raise error

    page, nobody = Page(), SimpleNamespace(actor=None)
    _each(page, nobody, Act("go", "Go", "network.go", step, None, None, None), ["CSQU3054383"], {})
    return page.said


def test_an_action_of_the_admin_says_so_and_calls_nothing_done(broken_off):
    ((level, text),) = carry_out(broken_off)
    assert (level, text.partition(".")[0]) == (
        messages.ERROR,
        "CSQU3054383: Something else was changing the same things at this moment",
    )


def test_another_fault_stays_one_in_the_admin():
    with pytest.raises(OperationalError, match="disk"):
        carry_out(OperationalError("the disk is full"))


def test_another_fault_of_the_database_stays_a_fault():
    assert problem_response(OperationalError("the disk is full"), {}) is None
