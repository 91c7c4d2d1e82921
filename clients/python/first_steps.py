"""A shipper's first hour: look for a container, book room and places for it, and be told what happens to it.

    make client
    LANDBRIDGE_URL=http://localhost:8000 LANDBRIDGE_KEY=… python clients/python/first_steps.py TEMU4706367 https://hooks.example.com/

What is asked again under the same ``Idempotency-Key``, because no answer came, is answered again, not done again.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from landbridge_client import AuthenticatedClient
from landbridge_client.api.containers import container_availability, container_events
from landbridge_client.api.trains import book_places, list_trains, read_train
from landbridge_client.api.warehouse import ask_availability, book_space, list_zones
from landbridge_client.api.webhooks import make_webhook
from landbridge_client.models import BookPlacesRequest, BookSpaceRequest, ListTrainsPhase, MakeWebhookRequest, Problem

Answer = TypeVar("Answer")
DAY = timedelta(days=1)


def good(answer: Answer | Problem | None) -> Answer:
    """The answer, where it is one. A refusal says what is the case, and by its code what a program can do about it."""
    if isinstance(answer, Problem):
        where = [f"{each.pointer}: {each.detail}" for each in answer.errors or ()]
        raise SystemExit("\n".join([f"{answer.code}: {answer.detail}", *where]))
    if answer is None:
        raise SystemExit("the answer cannot be read")
    return answer


def track(client: AuthenticatedClient, number: str) -> None:
    """What happened to the container, page by page, and what keeps it."""
    cursor: dict[str, str] = {}
    while True:
        page = good(container_events.sync(number, client=client, **cursor))
        for event in page.events:
            print(f"{event.happened_at:%d %b %H:%M}  {event.kind}")
        if not page.more:
            break
        cursor = {"cursor": page.cursor}
    can_i = good(container_availability.sync(number, client=client))
    expected = f"not ready, expected {can_i.ready_at or 'at a time nobody can say'}"
    print(f"{can_i.step}: {'ready' if can_i.ready else expected}")
    for blocker in can_i.blockers:
        print(f"  {blocker.owner}: {blocker.detail} {blocker.remedy}")


def book_room(client: AuthenticatedClient, key: str) -> None:
    """Ten square metres of a general zone, from when it has them on."""
    zone = next(each.code for each in good(list_zones.sync(client=client)).results if each.kind == "general")
    start = (datetime.now(UTC) + DAY).replace(minute=0, second=0, microsecond=0)
    room = good(ask_availability.sync(client=client, zone=zone, area_m2="10.00", start=start, end=start + DAY))
    if room.next_start_at is None:
        raise SystemExit(f"{zone} has no room as far ahead as it is booked")
    start = room.next_start_at
    wish = BookSpaceRequest(zone=zone, area_m2="10.00", start_at=start, end_at=start + DAY)
    booked = good(book_space.sync(client=client, body=wish, idempotency_key=f"room-{key}"))
    print(f"{booked.number}: {booked.area_m2} m² in {zone}, {booked.status}")


def book_a_train(client: AuthenticatedClient, key: str) -> None:
    """A place for a 20′ box on the first train that has one, wherever it goes."""
    phases = (ListTrainsPhase.SCHEDULED, ListTrainsPhase.ANNOUNCED)
    for train in (each for phase in phases for each in good(list_trains.sync(client=client, phase=phase)).results):
        for quota in good(read_train.sync(train.id, client=client)).places:
            if quota.destination and float(quota.free_teu) >= 1:  # one without is for wherever the train goes
                wish = BookPlacesRequest(destination=quota.destination, teu="1.00", boxes=1)
                booked = good(book_places.sync(train.id, client=client, body=wish, idempotency_key=f"place-{key}"))
                print(f"{booked.number}: a place on {train.number} to {quota.destination}, {booked.state}")
                return
    print("no train has a place")


def subscribe(client: AuthenticatedClient, number: str, url: str, key: str) -> None:
    """Be told of the container from now on. The secret is shown this once."""
    made = good(
        make_webhook.sync(
            client=client, body=MakeWebhookRequest(url=url, containers=[number]), idempotency_key=f"hook-{key}"
        )
    )
    secret = f"{made.secret[:8]}…" if made.secret else "was shown before"
    print(f"webhook {made.id} to {made.url}; its secret: {secret}")


def main(number: str, url: str) -> None:
    """All of it, for one container."""
    site, key = os.environ["LANDBRIDGE_URL"], os.environ["LANDBRIDGE_KEY"]
    with AuthenticatedClient(base_url=site, token=key, prefix="Api-Key", raise_on_unexpected_status=True) as client:
        today = f"{datetime.now(UTC):%Y-%m-%dT%H:%M}-{number}"
        track(client, number)
        book_room(client, today)
        book_a_train(client, today)
        subscribe(client, number, url, today)


if __name__ == "__main__":
    main(*sys.argv[1:3])
