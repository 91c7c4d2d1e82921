"""In which order a service locks rows, and what becomes of one that begins while another is not over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import sleep
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from terminal.errors import Refused


@contextmanager
def locked_tables(*tables: str) -> Iterator[list[str]]:
    """The tables of these that are locked within, in the order of the locks."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    for query in queries:
        if " FOR " in query["sql"]:
            found += [table for table in tables if f'FROM "{table}"' in query["sql"]][:1]


def meanwhile(act: Callable[[], Any], then: Callable[[], Any], held: float = 0.3) -> list[Refused]:
    """Do ``act`` in a transaction that stays open when ``then`` begins in another; what either was refused by."""
    done, refused = Event(), list[Refused]()

    def run(what: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                what()
        except Refused as refusal:
            refused.append(refusal)
        finally:
            done.set()
            connection.close()

    def first() -> None:
        act()
        done.set()
        sleep(held)

    crew = [Thread(target=run, args=(first,)), Thread(target=lambda: done.wait() and run(then))]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    return refused
